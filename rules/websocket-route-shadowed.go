package rules

import (
	"cmp"
	"slices"

	"github.com/wslint/wslint/hop"
)

// WebSocketRouteShadowed is found where a place made for the path loses to another one that cannot serve it, or
// sends it elsewhere.
var WebSocketRouteShadowed = &Rule{
	Name:     "websocket-route-shadowed",
	Summary:  "another location answers the path that a location was written for",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			sentElsewhere(&p.Hops[i], report)
		}
		h, a := answerer(p)
		if h == nil || !takesOver(p, h, a) {
			return
		}
		var notes []hop.Note
		for _, r := range h.Shadowed {
			if !r.Pattern || p.Confidence == hop.Declared || r.Pos == p.Pos {
				notes = append(notes, hop.Note{Pos: r.Pos, Text: cmp.Or(r.Why, "written for this path, but not chosen")})
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

// sentElsewhere reports a place made for the path that loses to one which sends the handshake to another service.
func sentElsewhere(h *hop.Hop, report func(Finding)) {
	if a, known := h.Answer.Get(); !known || a.Kind != hop.PassedOn {
		return
	}
	for _, s := range h.Shadowed {
		if s.Instead != "" {
			report(Finding{
				Pos:     h.Pos,
				Message: headline(h.Name, "takes the handshake from %s and sends it to %s", s.Name, s.Instead),
				Notes:   []hop.Note{{Pos: s.Pos, Text: "written for this path, and for " + s.To + ", but not chosen"}},
			})
			return
		}
	}
}

// takesOver reports whether a place that takes the handshake from others never passes any on: it has nothing but files,
// or refuses everybody. That it refuses a path that was made up is no fault.
func takesOver(p *hop.Path, h *hop.Hop, a hop.Answer) bool {
	switch a.Cause {
	case hop.FromFiles:
		return true
	case hop.FromReturn:
		return a.Status >= 400 && takesFrom(p, h)
	case hop.DeniedToAll:
		return takesFrom(p, h)
	}
	return false
}

// takesFrom reports whether it is the place of the path that the hop shadows.
func takesFrom(p *hop.Path, h *hop.Hop) bool {
	return p.Confidence >= hop.Likely && p.Confidence != hop.Declared &&
		slices.ContainsFunc(h.Shadowed, func(s hop.ShadowedPlace) bool { return s.Pos == p.Pos })
}
