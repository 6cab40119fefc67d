package rules

import (
	"fmt"
	"slices"

	"github.com/wslint/wslint/hop"
)

// HealthCheckOnWebSocketPath is found where servers count as ill because a plain request asks them for the path of
// the WebSocket.
var HealthCheckOnWebSocketPath = &Rule{
	Name:     "health-check-on-websocket-path",
	Summary:  "a health check requests the WebSocket's path without Upgrade and fails",
	Severity: Warning,
	Seen:     OnDeploy,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			c := p.Hops[i].Failing
			if c == nil {
				continue
			}
			path, _ := c.Get()
			report(Finding{
				Pos: c.Pos,
				Message: fmt.Sprintf(
					"the health check of %s requests %s without Upgrade: %d of %d targets answer %s",
					c.Of,
					path,
					c.Failed,
					c.Servers,
					c.Got,
				),
				Notes: slices.Concat(
					note("it expects %s, so these targets count as unhealthy", c.Wants),
					note("they get no handshake while another target is healthy, and lose their connections when they are replaced"),
					remedy("give the health check a path of its own, or let it accept %s", c.Got),
				),
			})
		}
	},
}
