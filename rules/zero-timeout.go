package rules

import (
	"strings"

	"github.com/wslint/wslint/hop"
)

// ZeroTimeout is found where a timeout of zero ends every request at once. Measured: law T6.
var ZeroTimeout = &Rule{
	Name:     "zero-timeout",
	Summary:  `a timeout of 0 ends every handshake at once: it does not mean "without end"`,
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		for _, h := range p.Hops {
			a, known := h.Answer.Get()
			if !known {
				return
			}
			for _, zero := range h.Zero {
				f := Finding{Pos: zero.Pos, Message: h.Name + ": " + zero.Name + " 0 does not mean without end, it expires at once: "}
				switch a.Kind {
				case hop.Closed:
					f.Message += "the connection is closed without an answer and the browser reports 1006"
				default:
					f.Message += "every handshake is answered 504 and the browser reports 1006"
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
