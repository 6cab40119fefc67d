package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// SSISwallows101 is found where server-side includes act on the 101. Measured: law R4.
var SSISwallows101 = &Rule{
	Name:     "ssi-swallows-101",
	Summary:  "server-side includes for every type keep the 101 back",
	Severity: Error,
	Seen:     ReplyLost,
	Check: func(p *hop.Path, report func(Finding)) {
		for _, h := range p.Hops {
			if !hop.Is(h.Answer, hop.Answer{}) {
				return
			}
			for _, instead := range h.Reply.Instead {
				if a, known := instead.Get(); known && a.Cause == hop.Swallowed {
					report(Finding{
						Pos:     instead.Pos,
						Message: fmt.Sprintf("%s: by %s the 101 is never sent, so the handshake hangs until the browser gives up", h.Name, instead.Name),
					})
				}
			}
		}
	},
}
