package rules

import "github.com/wslint/wslint/hop"

// AccessRuleBlocksHandshake is found where an access rule refuses a declared path. Measured: law A1.
var AccessRuleBlocksHandshake = &Rule{
	Name:     "access-rule-blocks-handshake",
	Summary:  "an access rule refuses every handshake of a declared path",
	Severity: Error,
	Seen:     ProxyAnswers,
	Needs:    declared,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.Denied {
			return
		}
		message, notes := turnsAway(h, a, h.Answer.Name)
		report(Finding{Pos: h.Answer.Pos, Message: message, Notes: append(notes, note(reports1006)...)})
	},
}
