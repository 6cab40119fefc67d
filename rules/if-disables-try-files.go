package rules

import "github.com/wslint/wslint/hop"

// IfDisablesTryFiles is found where a true if takes a location's try_files away. Measured: law I1.
var IfDisablesTryFiles = &Rule{
	Name:     "if-disables-try-files",
	Summary:  "an if that matches the handshake disables try_files",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.FromIf {
			return
		}
		message, notes := turnsAway(h, a, "this if disables try_files")
		report(Finding{
			Pos: h.Answer.Pos, Message: message,
			Notes: append(
				notes,
				note("the if matches the handshake, and inside an if try_files has no effect: %s", reports1006)...),
		})
	},
}
