package rules

import "github.com/wslint/wslint/hop"

// BrowserCannotAuthenticate is found where a handshake has to carry credentials: no script can add them. Measured:
// law A1.
var BrowserCannotAuthenticate = &Rule{
	Name:     "browser-cannot-authenticate",
	Summary:  "the handshake needs credentials that a browser's script cannot send",
	Severity: Warning,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.Credentials {
			return
		}
		message, notes := turnsAway(h, a, "it lacks credentials ("+h.Answer.Name+")")
		report(Finding{
			Pos: h.Answer.Pos, Message: message,
			Notes: append(
				notes,
				note(
					"a script cannot add credentials to a handshake: some browsers send those of the page, others report 1006",
				)...),
		})
	},
}
