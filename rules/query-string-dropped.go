package rules

import "github.com/wslint/wslint/hop"

// QueryStringDropped is found where the query string of a handshake gets lost: tokens and transports stand in it.
// Measured: law L1.
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
				Message: headline(h.Name, "drops the query string: %s becomes %s", p.Got(i).Target, h.Next.Target),
				Notes:   note("applications that need a token or a transport from it answer 400 or 401, and " + reports1006),
			}
			if h.PassOn != nil {
				if edits, _ := h.PassOn("Query"); len(edits) > 0 {
					f.Fix = &Fix{Title: "forward the query string", Edits: edits}
				}
			}
			report(f)
			return
		}
	},
}
