package rules

import "github.com/wslint/wslint/hop"

// HTTP2Upstream is found where a handshake is passed on in HTTP/2, which has no Upgrade. Measured: law P2.
var HTTP2Upstream = &Rule{
	Name:     "http2-upstream",
	Summary:  "the handshake is sent as HTTP/2, which has no Upgrade",
	Severity: Error,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			h := &p.Hops[i]
			if !hop.Is(h.Answer, hop.Answer{}) {
				return
			}
			if !hop.Is(h.Next.Proto, "2") || hop.Is(p.Got(i).Proto, "2") {
				continue
			}
			f := Finding{
				Pos:     h.Next.Proto.Pos,
				Message: headline(h.Name, "sends the handshake as HTTP/2, which has no Upgrade (%s)", h.Next.Proto.Name),
				Notes:   note("the application answers with an error, and " + reports1006),
			}
			if h.Next.Proto.Set != nil {
				f.Fix = &Fix{Title: "set " + h.Next.Proto.Name + " to 1.1", Edits: h.Next.Proto.Set("1.1")}
			}
			report(f)
			return
		}
	},
}
