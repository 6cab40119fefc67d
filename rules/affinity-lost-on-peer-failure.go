package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// AffinityLostOnPeerFailure is found where one failed request moves all its sessions to servers that do not know them.
var AffinityLostOnPeerFailure = &Rule{
	Name:     "affinity-lost-on-peer-failure",
	Summary:  "one failed request moves the sessions of a server to servers that do not know them",
	Severity: Info,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		u := sessions(p)
		if u == nil || u.Sticky == "" || len(u.Peers) < 2 {
			return
		}
		for _, peer := range u.Peers {
			if peer.MaxFails == 1 {
				report(Finding{
					Pos:     peer.Pos,
					Message: fmt.Sprintf("one failed request takes this server out of %s for its fail_timeout", u.Name),
					Notes: note(
						"%s then sends its clients to other servers, which answer 400 to sessions that they do not know",
						u.Sticky,
					),
				})
				return
			}
		}
	},
}
