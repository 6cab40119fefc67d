package rules

import (
	"slices"

	"github.com/wslint/wslint/hop"
)

// turnAt is the step of a hop at a place that leads elsewhere than what was asked for.
func turnAt(h *hop.Hop, at hop.Pos) (s hop.Step, ok bool) {
	for _, s := range h.Trail() {
		if s.Turns && s.Pos == at {
			return s, true
		}
	}
	return s, false
}

// turns are notes on what led to the place of a finding: the steps of its hop that lead elsewhere than what was asked
// for. What the finding says itself is left out.
func turns(p *hop.Path, f *Finding) (notes []hop.Note) {
	i := slices.IndexFunc(p.Hops, func(h hop.Hop) bool {
		return h.Pos == f.Pos || h.Answer.Pos == f.Pos ||
			slices.ContainsFunc(h.Idle, func(t hop.Timer) bool { return t.Pos == f.Pos })
	})
	if i < 0 {
		return nil
	}
	for _, s := range p.Hops[i].Trail() {
		said := func(n hop.Note) bool { return n.Pos == s.Pos }
		if s.Turns && s.Pos != f.Pos && !slices.ContainsFunc(f.Notes, said) && !slices.ContainsFunc(notes, said) {
			notes = append(notes, s.Note)
		}
	}
	return notes
}
