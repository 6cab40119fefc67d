package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// HandshakeReplyReplaced is found where the application gets the handshake and its 101 never arrives: a hop sends
// something else in its place, or nothing. Measured.
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
				does := fmt.Sprintf("answers %d in place of the application's 101", a.Status)
				switch {
				case a.Kind == hop.Hangs:
					does = "never passes the application's 101 on"
				case a.Kind == hop.Closed:
					does = "closes the connection in place of the application's 101"
				case a.Status == 0:
					does = "sends another answer in place of the application's 101"
				}
				message, notes := because(headline(h.Name, "%s", does), instead.Name)
				report(Finding{Pos: instead.Pos, Message: message, Notes: append(notes, note(reports1006)...)})
				break
			}
		}
	},
}

// replaces reports whether a is reported here: other rules know more of some, and what refuses a path that is only
// guessed may be meant to.
func replaces(p *hop.Path, a hop.Answer) bool {
	switch a.Cause {
	case hop.CannotTunnel, hop.Swallowed, hop.TooBig:
		return false
	case hop.Denied, hop.DeniedToAll, hop.DeniesHandshakes, hop.FromReturn:
		return p.Confidence == hop.Declared
	}
	return true
}
