package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// AuthSubrequestUpgrade is found where the service that is asked about a handshake gets the handshake's own Upgrade. If it answers 101,
// nginx drops the client. Measured: law A1.
var AuthSubrequestUpgrade = &Rule{
	Name:     "auth-subrequest-upgrade",
	Summary:  "a subrequest carries the handshake's Upgrade, and a 101 to it drops the client",
	Severity: Warning,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		for i, h := range p.Hops {
			if a, known := h.Answer.Get(); known && a.Kind != hop.PassedOn || !has(p.Got(i), "Upgrade", "websocket") {
				return
			}
			for _, ask := range h.Subrequests {
				if !has(ask.Next, "Upgrade", "websocket") || !has(ask.Next, "Connection", "upgrade") {
					continue
				}
				f := Finding{
					Pos:     ask.Pos,
					Message: fmt.Sprintf("the subrequest of %s is sent with the handshake's Upgrade: if it is answered 101, nginx drops the client, and other refusals end in 500: the browser reports 1006", ask.By.Name),
					Notes:   []hop.Note{{Pos: ask.By.Pos, Text: "it is made for every handshake here"}},
				}
				if ask.Clear != nil {
					if edits := ask.Clear(); len(edits) > 0 {
						f.Fix = &Fix{Title: "send it without Upgrade and Connection", Edits: edits}
					}
				}
				report(f)
			}
		}
	},
}
