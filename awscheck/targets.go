package awscheck

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// upstream is the targets of a group as a session meets them. Without stickiness each request, at an NLB each
// connection, may go to another one (application/sticky-sessions.html; network/introduction.html on the flow hash).
func (g *TargetGroup) upstream(sticky hop.Setting[bool]) *hop.Upstream {
	u := &hop.Upstream{Name: "target group " + g.Name, Pos: g.Pos}
	on, known := sticky.Get()
	switch {
	case !known:
		u.Open, u.Why = true, sticky.Why()
	case on && g.keepsSessions():
		u.Sticky = sticky.Name
	case g.HealthUnknown != "":
		u.Open, u.Why = true, "how many targets the target group "+g.Name+" has is not known: "+g.HealthUnknown
	default:
		if on {
			u.Sticky, u.Keeps = sticky.Name, g.Keeps
		}
		for _, t := range g.Health {
			if t.State == "healthy" {
				u.Peers = append(u.Peers, hop.Peer{Pos: g.Pos})
			}
		}
	}
	return u
}

// keepsSessions reports whether nothing is known to end the stickiness of the group within a session.
func (g *TargetGroup) keepsSessions() bool {
	d, known := g.Keeps.Get()
	return g.Keeps.Name == "" || !known || d >= hop.LongSession
}

// shared is target groups that share requests by weight: without stickiness of their own a session is spread over
// them, whatever each of them does (application/load-balancer-listeners.html, "Sticky sessions and weighted target
// groups").
func shared(groups []Weighted, a Action, pos hop.Pos, at string) *hop.Upstream {
	u := &hop.Upstream{Name: at, Pos: pos, Are: "target groups"}
	for range groups {
		u.Peers = append(u.Peers, hop.Peer{Pos: pos})
	}
	if !a.Sticky {
		return u
	}
	for _, w := range groups {
		if one := w.Group.upstream(w.Group.Sticky); one.Sticky == "" || one.Keeps.Name != "" {
			return one
		}
	}
	u.Sticky, u.Keeps = "TargetGroupStickinessConfig", a.Keeps
	return u
}

// failing is the health check of the group, if it asks for the path of the handshake and fails for the answers that
// WebSocket servers give to a request without Upgrade: health checks do not support WebSockets
// (application/target-group-health-checks.html).
func (g *TargetGroup) failing(target string) *hop.HealthCheck {
	path, _, _ := strings.Cut(target, "?")
	if asked, _, _ := strings.Cut(g.HealthPath, "?"); asked == "" || asked != path {
		return nil
	}
	c := &hop.HealthCheck{
		Setting: hop.Written("HealthCheckPath", g.HealthPath, g.Pos),
		Of:      "target group " + g.Name,
		Wants:   cmp.Or(g.Matcher, "200"),
	}
	for _, t := range g.Health {
		if t.State == "draining" || t.State == "unused" {
			continue
		}
		c.Servers++
		_, got, _ := strings.Cut(t.Description, "[")
		if got = strings.TrimSuffix(got, "]"); t.Reason == "Target.ResponseCodeMismatch" &&
			slices.Contains([]string{"400", "426"}, got) {
			c.Failed, c.Got = c.Failed+1, got
		}
	}
	if c.Failed == 0 {
		return nil
	}
	return c
}
