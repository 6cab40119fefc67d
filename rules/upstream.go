package rules

import "github.com/wslint/wslint/hop"

// sessions is the group of servers behind p, if p belongs to a session that begins with other requests; nil if it
// does not or if the group is not known as a whole.
func sessions(p *hop.Path) *hop.Upstream {
	if !tunnels(p) {
		return nil
	}
	if u := p.Last().Upstream; p.InSession() && u != nil && !u.Open {
		return u
	}
	return nil
}
