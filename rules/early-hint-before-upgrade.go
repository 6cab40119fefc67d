package rules

import "github.com/wslint/wslint/hop"

// EarlyHintBeforeUpgrade is found where a hop sends a 103 before the 101. Measured: law B5.
var EarlyHintBeforeUpgrade = &Rule{
	Name:     "early-hint-before-upgrade",
	Summary:  "a 103 before the 101 breaks the handshake in Chromium",
	Severity: Error,
	Seen:     ReplyLost,
	Check: func(p *hop.Path, report func(Finding)) {
		if !toApplication(p) || p.InFirefox() {
			return
		}
		for i := range p.Hops {
			h := &p.Hops[i]
			for _, early := range h.Reply.Early {
				report(Finding{
					Pos:     early.Pos,
					Message: headline(h.Name, "sends 103 before the 101 (%s)", origin(early)),
					Notes: append(
						note("the browser takes the 103 for the answer and reports 1006"),
						remedy("send hints for pages alone: with a condition that leaves the path of the WebSocket out")...,
					),
				})
			}
		}
	},
}
