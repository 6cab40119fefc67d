package rules

import (
	"time"

	"github.com/wslint/wslint/hop"
)

// longSession is how long people keep a page open at least: a reload that ends their connections sooner is felt.
const longSession = time.Hour

// WorkerShutdownCutsTunnels is found where every reload ends all connections soon after it, however busy. Measured:
// law G1. What a hop without a configuration does by default is shown in traces: nobody here wrote it.
var WorkerShutdownCutsTunnels = &Rule{
	Name:     "worker-shutdown-cuts-tunnels",
	Summary:  "every reload closes all connections soon after it, active or idle",
	Severity: Warning,
	Seen:     OnDeploy,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for i := range p.Hops {
			h := &p.Hops[i]
			for _, t := range h.Life {
				length, known := t.Get()
				if t.Starts != hop.Reloaded || !known || length >= longSession || t.As == hop.Documented {
					continue
				}
				f := Finding{
					Pos: t.Pos,
					Message: headline(
						brief(h.Name),
						"closes every connection %s after a reload, active or idle (%s)",
						hop.FormatDuration(length),
						origin(t.Setting),
					),
					Notes: note("browsers report 1006, and all clients reconnect at the same moment"),
				}
				if t.Set != nil {
					f.Fix = &Fix{Title: "set " + t.Name + " to 4h", Edits: t.Set("4h")}
				}
				report(f)
			}
		}
	},
}
