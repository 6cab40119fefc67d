package rules

import "github.com/wslint/wslint/hop"

// WebSocketRouteShadowed is found where a place made for the path loses to another one that cannot serve it.
var WebSocketRouteShadowed = &Rule{
	Name:     "websocket-route-shadowed",
	Summary:  "another location answers the path that a location was written for",
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
				notes = append(notes, hop.Note{Pos: r.Pos, Text: "written for this path, but not chosen"})
			}
		}
		if len(notes) == 0 {
			return
		}
		does, _ := turnsAway(h, a, "")
		report(Finding{
			Pos:     h.Pos,
			Message: headline(h.Name, "takes the handshake from %s and does not forward it", h.Shadowed[0].Name),
			Notes:   append(notes, note("%s: %s", does, reports1006)...),
		})
	},
}
