package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// HealthCheckOnWebSocketPath is found where servers count as ill because a plain request asks them for the path of the WebSocket.
var HealthCheckOnWebSocketPath = &Rule{
	Name:     "health-check-on-websocket-path",
	Summary:  "a health check asks for the WebSocket's path without Upgrade, and the servers that refuse that count as unhealthy",
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
				Message: fmt.Sprintf("the health check of %s asks for %s without Upgrade, and %d of %d targets gave %s where it wants %s: such targets count as unhealthy, get no handshake while another one is healthy, and lose their connections when they are replaced for it",
					c.Of, path, c.Failed, c.Servers, c.Got, c.Wants),
				Notes: []hop.Note{{Text: fmt.Sprintf("what helps: a path of its own for the health check, or %s among the statuses that it takes", c.Got)}},
			})
		}
	},
}
