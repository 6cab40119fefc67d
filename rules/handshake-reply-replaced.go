package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// HandshakeReplyReplaced is found where the application gets the handshake and its 101 never arrives: a hop sends something else in its
// place, or nothing. Measured.
var HandshakeReplyReplaced = &Rule{
	Name:     "handshake-reply-replaced",
	Summary:  "the application's 101 is replaced on its way back",
	Severity: Error,
	Seen:     ReplyLost,
	Check: func(p *hop.Path, report func(Finding)) {
		if !toApplication(p) {
			return
		}
		for i := range p.Hops {
			h := &p.Hops[i]
			if !has(p.Got(i), "Upgrade", "websocket") {
				return // the rules on the request say so
			}
			for _, instead := range h.Reply.Instead {
				a, known := instead.Get()
				if !known || !replaces(p, a) {
					continue
				}
				does := whatHappens(a) + " in its place"
				if a.Kind == hop.Hangs {
					does = "keeps it back"
				}
				report(Finding{
					Pos:     instead.Pos,
					Message: fmt.Sprintf("%s: the application's 101 does not arrive, since %s %s: the browser reports 1006", h.Name, instead.Name, does),
				})
				break
			}
		}
	},
}

// replaces reports whether a is worth a word here: other rules know more of some, and what refuses a path that is only guessed may be
// meant to.
func replaces(p *hop.Path, a hop.Answer) bool {
	switch a.Cause {
	case hop.CannotTunnel, hop.Swallowed:
		return false
	case hop.Denied, hop.FromReturn:
		return p.Confidence == hop.Declared
	}
	return true
}
