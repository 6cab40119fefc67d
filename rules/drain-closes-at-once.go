package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// DrainClosesAtOnce is found where the deregistration of a target ends its connections without giving them any time.
var DrainClosesAtOnce = &Rule{
	Name:     "drain-closes-at-once",
	Summary:  "a target that is taken out loses all its connections at once",
	Severity: Warning,
	Seen:     OnDeploy,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for _, h := range p.Hops {
			for _, t := range h.Life {
				if length, known := t.Get(); t.Starts != hop.Drained || !known || length > 0 {
					continue
				}
				report(Finding{
					Pos: t.Pos,
					Message: fmt.Sprintf("%s: %s gives connections no time when their target is taken out: all of them end at once with 1006, at every deployment",
						h.Name, t.Setting),
					Notes: []hop.Note{{Text: "what helps: some minutes of draining, an application that sends 1001 or 1012 when it is told to stop, and clients that reconnect after a random delay"}},
				})
			}
		}
	},
}
