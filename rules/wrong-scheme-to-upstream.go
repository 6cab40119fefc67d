package rules

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
)

// WrongSchemeToUpstream is found where plain HTTP goes to a port that speaks TLS, or the other way round. Measured: law P1.
var WrongSchemeToUpstream = &Rule{
	Name:     "wrong-scheme-to-upstream",
	Summary:  "plain HTTP goes to a TLS port, or TLS to a plain one",
	Severity: Warning,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		if h, a := answerer(p); h != nil && a.Cause == hop.WrongScheme && len(p.Hops) == 1 {
			if p.Confidence == hop.Declared {
				report(Finding{
					Pos:     h.Answer.Pos,
					Message: fmt.Sprintf("%s %s to the handshake of %s because of %s: the browser reports 1006", h.Name, whatHappens(a), p.Name, h.Answer.Name),
				})
			}
			return
		} else if h != nil && a.Cause == hop.WrongScheme {
			from := p.Hops[len(p.Hops)-2]
			report(Finding{
				Pos:     from.Answer.Pos,
				Message: fmt.Sprintf("%s passes the handshake on to %s, which %s because of %s: the browser reports 1006", from.Name, h.Name, whatHappens(a), h.Answer.Name),
				Notes:   []hop.Note{{Pos: h.Answer.Pos, Text: "it arrives here"}},
			})
			return
		}
		if !toApplication(p) || p.Confidence != hop.Declared {
			return // there are containers that serve plain HTTP on 8443 and 443
		}
		h := p.Last()
		port := h.Next.Addr[strings.LastIndexByte(h.Next.Addr, ':')+1:]
		overTLS := port == "443" || port == "8443" || port == "9443"
		switch {
		case strings.HasPrefix(h.Next.Addr, "unix:"):
		case !h.Next.TLS && overTLS && h.Next.Addr != "":
			report(Finding{
				Pos:     h.Answer.Pos,
				Message: fmt.Sprintf("%s passes the handshake on in plain HTTP to port %s, where servers expect TLS: they answer 400 or close, and the browser reports 1006", h.Name, port),
			})
		case h.Next.TLS && port == "80":
			report(Finding{
				Pos:     h.Answer.Pos,
				Message: fmt.Sprintf("%s passes the handshake on in TLS to port 80, where servers expect plain HTTP: nginx answers 502 and the browser reports 1006", h.Name),
			})
		}
	},
}
