package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// BrowserCannotAuthenticate is found where a handshake has to carry credentials: no script can add them. Measured: law A1.
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
		report(Finding{
			Pos: h.Answer.Pos,
			Message: fmt.Sprintf("%s: %s %s to a handshake without credentials, and no script can add them: some browsers send those of the page, others report 1006",
				h.Name, h.Answer.Name, whatHappens(a)),
		})
	},
}
