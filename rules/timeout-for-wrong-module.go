package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// TimeoutForWrongModule is found where the timeout that somebody wrote is not the one that ends the connection. Measured: law P2.
var TimeoutForWrongModule = &Rule{
	Name:     "timeout-for-wrong-module",
	Summary:  "the timeout that is written belongs to another module and does not act",
	Severity: Warning,
	Seen:     Quiet,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for _, cut := range p.Cuts() {
			if cut.Hop == len(p.Hops) {
				continue // the application's own
			}
			for _, d := range p.Hops[cut.Hop].Ineffective {
				length, known := d.Get()
				if !known || d.For != cut.Timer.Name || !cut.Timer.IsDefault() || length <= cut.After {
					continue
				}
				report(Finding{
					Pos: d.Pos,
					Message: fmt.Sprintf("%s does not act on %s: %s closes the connection after %s of silence",
						d.Name, p.Hops[cut.Hop].Name, cut.Timer.Setting, hop.FormatDuration(cut.After)),
					Fix: lengthen(cut.Timer, length),
				})
			}
		}
	},
}
