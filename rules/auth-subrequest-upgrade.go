package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// AuthSubrequestUpgrade is found where the service that is asked about a handshake gets the handshake's own Upgrade.
// If it answers 101, nginx drops the client. Measured: law A1.
var AuthSubrequestUpgrade = &Rule{
	Name:     "auth-subrequest-upgrade",
	Summary:  "a subrequest carries the handshake's Upgrade: a 101 to it drops the client",
	Severity: Warning,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			h := &p.Hops[i]
			if a, known := h.Answer.Get(); known && a.Kind != hop.PassedOn || !has(p.Got(i), "Upgrade", "websocket") {
				return
			}
			for _, ask := range h.Subrequests {
				if !has(ask.Next, "Upgrade", "websocket") || !has(ask.Next, "Connection", "upgrade") {
					continue
				}
				f := Finding{
					Pos: ask.Pos,
					Message: fmt.Sprintf(
						"%s is sent with the handshake's Upgrade: if it gets a 101, nginx drops the client",
						ask.By.Name,
					),
					Notes: []hop.Note{
						{Pos: ask.By.Pos, Text: "sent for every handshake here"},
						{
							Text: "the client's connection is closed without an answer, other refusals become 500: the browser reports 1006",
						},
					},
				}
				if ask.Clear != nil {
					if edits := ask.Clear(); len(edits) > 0 {
						f.Fix = &Fix{Title: "send the subrequest without Upgrade and Connection", Edits: edits}
					}
				}
				report(f)
			}
		}
	},
}
