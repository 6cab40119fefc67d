package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// ProxyProtocolMismatch is found where one side speaks the PROXY protocol and the other does not. Measured: laws W1, X1.
var ProxyProtocolMismatch = &Rule{
	Name:     "proxy-protocol-mismatch",
	Summary:  "one side of a connection sends a PROXY protocol header and the other does not expect it, or the reverse",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.PROXYHeader {
			return
		}
		report(Finding{
			Pos:     h.Answer.Pos,
			Message: fmt.Sprintf("%s %s because of %s: the browser reports 1006", h.Name, whatHappens(a), h.Answer.Name),
		})
	},
}
