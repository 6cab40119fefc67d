package rules

import "github.com/wslint/wslint/hop"

// ProxyProtocolMismatch is found where one side speaks the PROXY protocol and the other does not. Measured: laws W1,
// X1.
var ProxyProtocolMismatch = &Rule{
	Name:     "proxy-protocol-mismatch",
	Summary:  "one side sends a PROXY protocol header that the other does not expect, or the reverse",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.PROXYHeader {
			return
		}
		message, notes := turnsAway(h, a, h.Answer.Name)
		report(Finding{Pos: h.Answer.Pos, Message: message, Notes: append(notes, note(reports1006)...)})
	},
}
