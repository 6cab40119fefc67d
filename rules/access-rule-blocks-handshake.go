package rules

import "github.com/wslint/wslint/hop"

// AccessRuleBlocksHandshake is found where an access rule refuses every handshake of a path. Of one that nobody
// declared only `deny all` in force at the very place counts: others may hang on a client or a host that was made up.
// Measured: law A1.
var AccessRuleBlocksHandshake = &Rule{
	Name:     "access-rule-blocks-handshake",
	Summary:  "an access rule refuses every handshake of a path",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		guessed := p.Confidence != hop.Declared
		if h == nil || a.Cause != hop.Denied || guessed && !shutOff(p, h) {
			return
		}
		message, notes := turnsAway(h, a, h.Answer.Name)
		report(Finding{
			Held: guessed, Pos: h.Answer.Pos, Message: message, Notes: append(notes, note(reports1006)...),
		})
	},
}

// shutOff reports whether the very place that is made for WebSockets lets nobody in.
func shutOff(p *hop.Path, h *hop.Hop) bool {
	return p.Confidence >= hop.Certain && h.Pos == p.Pos && h.Answer.Name == "deny all"
}
