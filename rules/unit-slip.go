package rules

import (
	"fmt"
	"strconv"
	"time"

	"github.com/wslint/wslint/hop"
)

// UnitSlip is found where a number of seconds was written with the unit of milliseconds.
var UnitSlip = &Rule{
	Name:     "unit-slip",
	Summary:  "a timeout in milliseconds that looks like seconds",
	Severity: Warning,
	Seen:     Quiet,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for _, h := range p.Hops {
			for _, t := range h.Idle {
				length, known := t.Get()
				ms := length.Milliseconds()
				// 300ms, 3600ms, 86400ms: whole minutes if they were seconds, and no whole seconds as they are.
				if !known || !t.IsWritten() || length%time.Second == 0 || ms%60 != 0 || ms < 120 {
					continue
				}
				f := Finding{
					Pos: t.Pos,
					Message: fmt.Sprintf(
						"%s %dms closes idle connections after %ss: is %ds meant?",
						t.Name,
						ms,
						strconv.FormatFloat(length.Seconds(), 'f', -1, 64),
						ms,
					),
				}
				if t.Set != nil {
					f.Fix = &Fix{Title: fmt.Sprintf("set %s to %ds", t.Name, ms), Edits: t.Set(fmt.Sprintf("%ds", ms))}
				}
				report(f)
			}
		}
	},
}
