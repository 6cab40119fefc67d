package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// QueryStringDropped is found where the query string of a handshake gets lost: tokens and transports stand in it. Measured: law L1.
var QueryStringDropped = &Rule{
	Name:     "query-string-dropped",
	Summary:  "the query string does not reach the application",
	Severity: Error,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			h := &p.Hops[i]
			if !hop.Is(h.Answer, hop.Answer{}) {
				return
			}
			if h.DropsQuery.IsZero() {
				continue
			}
			f := Finding{
				Pos:     h.DropsQuery,
				Message: fmt.Sprintf("%s turns %s into %s, without the query string: applications that look for a token or a transport in it answer 400 or 401, and the browser reports 1006", h.Name, p.Got(i).Target, h.Next.Target),
			}
			if h.PassOn != nil {
				if edits, _ := h.PassOn("Query"); len(edits) > 0 {
					f.Fix = &Fix{Title: "pass the query string on", Edits: edits}
				}
			}
			report(f)
			return
		}
	},
}
