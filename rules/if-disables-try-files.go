package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// IfDisablesTryFiles is found where a true if takes a location's try_files away. Measured: law I1.
var IfDisablesTryFiles = &Rule{
	Name:     "if-disables-try-files",
	Summary:  "an if that holds for the handshake switches off the location's try_files",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.FromIf {
			return
		}
		report(Finding{
			Pos:     h.Answer.Pos,
			Message: fmt.Sprintf("the condition holds for handshakes, and inside the if the try_files of %s does not act: nginx %s and the browser reports 1006", h.Name, whatHappens(a)),
		})
	},
}
