package rules

import (
	"strings"

	"github.com/wslint/wslint/hop"
)

// ZeroTimeout is found where a timeout of zero ends every request at once. Measured: law T6.
var ZeroTimeout = &Rule{
	Name:     "zero-timeout",
	Summary:  "a timeout of 0 ends every handshake at once: 0 means immediately, not never",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			h := &p.Hops[i]
			a, known := h.Answer.Get()
			if !known && len(h.Zero) == 0 {
				return
			}
			for _, zero := range h.Zero {
				does := "answers every handshake with 504"
				if a.Kind == hop.Closed {
					does = "closes every connection without an answer"
				}
				f := Finding{
					Pos: zero.Pos, Notes: note(reports1006), Held: !known, // an error page that is not seen may answer
					Message: headline(h.Name, "%s: %s 0 means immediately, not never", does, zero.Name),
				}
				if zero.Set != nil {
					to := "1h"
					if strings.Contains(zero.Name, "connect") {
						to = "60s"
					}
					// Nothing works as it is, so nothing can get worse.
					f.Fix = &Fix{Title: "set " + zero.Name + " to " + to, Safe: true, Edits: zero.Set(to)}
				}
				report(f)
			}
		}
	},
}
