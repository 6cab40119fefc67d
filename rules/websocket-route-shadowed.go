package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// WebSocketRouteShadowed is found where a place made for the path loses to another one that cannot serve it.
var WebSocketRouteShadowed = &Rule{
	Name:     "websocket-route-shadowed",
	Summary:  "another location answers the path that one was written for",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.FromFiles {
			return
		}
		var notes []hop.Note
		for _, r := range h.Shadowed {
			if !r.Pattern || p.Confidence == hop.Declared {
				notes = append(notes, hop.Note{Pos: r.Pos, Text: "written for it, and not chosen"})
			}
		}
		if len(notes) == 0 {
			return
		}
		report(Finding{
			Pos: h.Pos, Notes: notes,
			Message: fmt.Sprintf("%s takes the handshake from %s and %s: the browser reports 1006", h.Name, h.Shadowed[0].Name, whatHappens(a)),
		})
	},
}
