package rules

import (
	"cmp"
	"fmt"

	"github.com/wslint/wslint/hop"
)

// NoSessionAffinity is found where the requests of one session go to several servers that do not know each other's
// sessions.
var NoSessionAffinity = &Rule{
	Name:     "no-session-affinity",
	Summary:  "a session of several requests is spread over several servers",
	Severity: Warning,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		if u := sessions(p); u != nil && u.Sticky == "" && len(u.Peers) > 1 {
			report(Finding{
				Pos: u.Pos,
				Message: fmt.Sprintf(
					"%s spreads the requests of one session over %d %s",
					u.Name,
					len(u.Peers),
					cmp.Or(u.Are, "servers"),
				),
				Notes: note(
					"a server that does not know the session answers 400 to the handshake, unless clients use WebSockets from the " +
						"first request",
				),
			})
		}
	},
}
