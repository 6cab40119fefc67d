package rules

import "github.com/wslint/wslint/hop"

// SSISwallows101 is found where server-side includes act on the 101. Measured: law R4.
var SSISwallows101 = &Rule{
	Name:     "ssi-swallows-101",
	Summary:  "ssi_types * blocks the 101",
	Severity: Error,
	Seen:     ReplyLost,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			h := &p.Hops[i]
			if !hop.Is(h.Answer, hop.Answer{}) {
				return
			}
			for _, instead := range h.Reply.Instead {
				if a, known := instead.Get(); known && a.Cause == hop.Swallowed {
					report(Finding{
						Pos:     instead.Pos,
						Message: headline(h.Name, "never sends the 101: %s blocks it", instead.Name),
						Notes:   note("the handshake hangs until the browser gives up"),
					})
				}
			}
		}
	},
}
