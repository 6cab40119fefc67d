package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// answerer finds the hop that answers the handshake itself, and its answer; nil when the handshake reaches the application or when
// that is not known.
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

// whatHappens says what the client gets: "answers 404", "closes the connection".
func whatHappens(a hop.Answer) string {
	switch {
	case a.Kind == hop.Closed:
		return "closes the connection without an answer"
	case a.Kind == hop.Hangs:
		return "never answers"
	case a.Status == 0:
		return "answers without asking the application"
	}
	return fmt.Sprintf("answers %d", a.Status)
}
