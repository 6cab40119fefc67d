package rules

import "github.com/wslint/wslint/hop"

// answerer finds the hop that answers the handshake itself, and its answer; nil when the handshake reaches the
// application or when that is not known.
func answerer(p *hop.Path) (*hop.Hop, hop.Answer) {
	for i := range p.Hops {
		h := &p.Hops[i]
		a, known := h.Answer.Get()
		if !known {
			return nil, a
		}
		if a.Kind != hop.PassedOn {
			return h, a
		}
	}
	return nil, hop.Answer{}
}
