package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// TimeoutForWrongModule is found where the timeout that somebody wrote is not the one that ends the connection.
// Measured: law P2.
var TimeoutForWrongModule = &Rule{
	Name:     "timeout-for-wrong-module",
	Summary:  "the timeout that is set belongs to another module and has no effect",
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
					Message: fmt.Sprintf("%s has no effect here: idle connections close after %s (%s)",
						d.Name, hop.FormatDuration(cut.After), origin(cut.Timer.Setting)),
					Fix: lengthen(cut.Timer, length),
				})
			}
		}
	},
}
