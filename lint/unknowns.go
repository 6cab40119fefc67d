package lint

import (
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// unknowns lists what could not be concluded about the cases of a path, and in which. Duplicates go when the result
// is sorted.
func (j *judge) unknowns(cases []*hop.Path) {
	for _, n := range unknownNotes(cases) {
		j.result.unknown(n.Pos, n.Text)
	}
}

// unknownNotes are what could not be concluded about a path.
func unknownNotes(cases []*hop.Path) []hop.Note {
	var notes []hop.Note
	in := map[hop.Note][]*hop.Path{}
	for _, p := range cases {
		unknownsOf(p, func(pos hop.Pos, why string) {
			if pos.IsZero() {
				pos = p.Pos
			}
			n := hop.Note{Pos: pos, Text: why}
			if in[n] == nil {
				notes = append(notes, n)
			}
			if !slices.Contains(in[n], p) {
				in[n] = append(in[n], p)
			}
		})
	}
	for i, n := range notes {
		if when := rules.When(in[n], cases); when != "" {
			notes[i].Text = when + ": " + n.Text
		}
	}
	if p := cases[0]; p.Rest != "" {
		notes = append(notes, hop.Note{Pos: p.Pos, Text: p.Name + ": " + p.Rest})
	}
	return notes
}

// unknownsOf finds what could not be concluded about one case.
func unknownsOf(p *hop.Path, note func(pos hop.Pos, why string)) {
	if o := p.Handshake(); o.Kind == hop.OutcomeUnknown {
		pos := p.Pos
		if o.By < len(p.Hops) {
			pos = p.Hops[o.By].Answer.Pos
		} else if len(p.Hops) > 0 {
			pos = p.Last().Pos
		}
		note(pos, "what becomes of the handshake "+p.Name+" is unknown: "+o.Why)
		return
	}
	for _, t := range p.UnknownTimers() {
		if why := t.Why(); why != "" {
			note(t.Pos, why)
		}
	}
	for i := range p.Hops {
		h := &p.Hops[i]
		if _, known := h.Cache.Get(); h.Cache.Name != "" && !known {
			note(h.Cache.Pos, "whether "+h.Cache.Name+" answers the handshake is unknown: "+h.Cache.Why())
		}
		for _, l := range h.Limits {
			if _, known := l.Get(); !known {
				note(l.Pos, "how many connections "+l.Name+" allows is unknown: "+l.Why())
			}
		}
		for _, t := range h.Life {
			if _, known := t.Get(); !known && t.Starts == hop.Reloaded {
				note(t.Pos, t.Why())
			}
		}
	}
	if u := p.Last().Upstream; u != nil && u.Why != "" && p.InSession() {
		note(u.Pos, "whether all requests of a client reach one server of "+u.Name+" is unknown: "+u.Why)
	}
}
