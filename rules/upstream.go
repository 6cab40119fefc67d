package rules

import (
	"strings"

	"github.com/wslint/wslint/hop"
)

// sessions is the group of servers behind p, if p belongs to a session that begins with other requests; nil if it does not or if
// the group is not known as a whole.
func sessions(p *hop.Path) *hop.Upstream {
	if !tunnels(p) {
		return nil
	}
	path, _, _ := strings.Cut(p.Request.Target, "?")
	known := p.Application != nil && p.Application.Sticky != "" ||
		strings.Contains(path, "/socket.io") || strings.Contains(path, "/sockjs") || strings.Contains(path, "/engine.io")
	if u := p.Last().Upstream; known && u != nil && !u.Open {
		return u
	}
	return nil
}
