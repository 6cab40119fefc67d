package rules

import "github.com/wslint/wslint/hop"

// AccessRuleBlocksHandshake is found where an access rule refuses every handshake of a path. Of one that nobody
// declared only a rule at the very place counts, and one that lets nobody in, or no handshake at all: others may hang
// on a made-up client or host. Measured: law A1.
var AccessRuleBlocksHandshake = &Rule{
	Name:     "access-rule-blocks-handshake",
	Summary:  "an access rule refuses every handshake of a path",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		guessed := p.Confidence != hop.Declared
		if h == nil || !a.Cause.Denies() || guessed && !shutOff(p, h, a) {
			return
		}
		message, notes := turnsAway(h, a, h.Answer.Name)
		report(Finding{
			Held: guessed, Pos: h.Answer.Pos, Message: message, Notes: append(notes, note(reports1006)...),
		})
	},
}

// shutOff reports whether the very place that is made for WebSockets lets nobody in, or a rule on the way there lets no
// handshake pass.
func shutOff(p *hop.Path, h *hop.Hop, a hop.Answer) bool {
	return p.Confidence >= hop.Certain && h.Pos == p.Pos && a.Cause == hop.DeniedToAll ||
		p.Confidence >= hop.Likely && a.Cause == hop.DeniesHandshakes
}
