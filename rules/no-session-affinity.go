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
		u := sessions(p)
		if u == nil || len(u.Peers) < 2 {
			return
		}
		if keeps, known := u.Keeps.Get(); u.Sticky != "" && known && u.Keeps.Name != "" && keeps < hop.LongSession {
			report(Finding{
				Pos: u.Pos,
				Message: fmt.Sprintf("%s keeps a client at one of its %d %s for %s only", u.Name, len(u.Peers),
					cmp.Or(u.Are, "servers"), hop.FormatDuration(keeps)),
				Notes: note("%s: after so long without a request the next one of the session may go to another server, which "+
					"answers 400 to a session that it does not know", u.Keeps.Name),
			})
		}
		if u.Sticky == "" {
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
