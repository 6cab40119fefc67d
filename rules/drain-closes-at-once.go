package rules

import (
	"slices"

	"github.com/wslint/wslint/hop"
)

// DrainClosesAtOnce is found where the deregistration of a target ends its connections without giving them any time.
var DrainClosesAtOnce = &Rule{
	Name:     "drain-closes-at-once",
	Summary:  "a deregistered target loses all its connections at once",
	Severity: Warning,
	Seen:     OnDeploy,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for i := range p.Hops {
			h := &p.Hops[i]
			for _, t := range h.Life {
				if length, known := t.Get(); t.Starts != hop.Drained || !known || length > 0 {
					continue
				}
				report(Finding{
					Pos:     t.Pos,
					Message: headline(h.Name, "ends connections of a deregistered target at once (%s)", origin(t.Setting)),
					Notes: slices.Concat(
						note("at every deployment all its clients get 1006 at the same moment"),
						remedy(
							"allow some minutes of draining, let the application send 1001 or 1012 when it is told to stop, and let "+
								"clients reconnect after a random delay",
						),
					),
				})
			}
		}
	},
}
