package rules

import "github.com/wslint/wslint/hop"

// ResolverMissing is found where a name is only known at run time and nothing looks it up. Measured: law P1.
var ResolverMissing = &Rule{
	Name:     "resolver-missing",
	Summary:  "a host name in a variable needs a resolver, and there is none",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.NoResolver {
			return
		}
		message, notes := turnsAway(h, a, h.Answer.Name)
		report(Finding{Pos: h.Answer.Pos, Message: message, Notes: append(notes, note(reports1006)...)})
	},
}
