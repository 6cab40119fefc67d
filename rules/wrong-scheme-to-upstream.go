package rules

import (
	"slices"

	"github.com/wslint/wslint/hop"
)

// WrongSchemeToUpstream is found where plain HTTP goes to a port that speaks TLS, or the other way round. Measured:
// law P1.
var WrongSchemeToUpstream = &Rule{
	Name:     "wrong-scheme-to-upstream",
	Summary:  "plain HTTP is sent to a TLS port, or TLS to a plain one",
	Severity: Warning,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		if h, a := answerer(p); h != nil && a.Cause == hop.WrongScheme && len(p.Hops) == 1 {
			if p.Confidence == hop.Declared {
				message, notes := turnsAway(h, a, h.Answer.Name)
				report(Finding{Pos: h.Answer.Pos, Message: message, Notes: append(notes, note(reports1006)...)})
			}
			return
		} else if h != nil && a.Cause == hop.WrongScheme {
			from := p.Hops[len(p.Hops)-2]
			does, reason := turnsAway(h, a, h.Answer.Name)
			speaks, expects := "plain HTTP", "TLS"
			if p.Got(len(p.Hops) - 1).TLS {
				speaks, expects = expects, speaks
			}
			report(Finding{
				Pos:     from.Answer.Pos,
				Message: headline(from.Name, "speaks %s to %s, which expects %s here", speaks, h.Name, expects),
				Notes: slices.Concat([]hop.Note{{Pos: h.Answer.Pos, Text: "the handshake arrives here"}}, note("%s", does), reason,
					note(reports1006)),
			})
			return
		}
		if !toApplication(p) || p.Confidence != hop.Declared {
			return // there are containers that serve plain HTTP on 8443 and 443
		}
		h := p.Last()
		port := h.Next.Port()
		overTLS := port == "443" || port == "8443" || port == "9443"
		switch {
		case !h.Next.TLS && overTLS:
			report(Finding{
				Pos:     h.Answer.Pos,
				Message: headline(h.Name, "speaks plain HTTP to port %s, where servers expect TLS", port),
				Notes:   note("they answer 400 or close the connection, and " + reports1006),
			})
		case h.Next.TLS && port == "80":
			report(Finding{
				Pos:     h.Answer.Pos,
				Message: headline(h.Name, "speaks TLS to port 80, where servers expect plain HTTP"),
				Notes:   note("the handshake is answered with 502, and " + reports1006),
			})
		}
	},
}
