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
		for i := range p.Hops {
			h := &p.Hops[i]
			for _, t := range h.Idle {
				length, _ := t.Get()
				if _, ok := slipped(t); !ok {
					continue
				}
				ms := length.Milliseconds()
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
				to := lengthened(t, wanted(p))
				if t.Set != nil {
					f.Fix = &Fix{Title: fmt.Sprintf("set %s to %s", t.Name, to), Edits: t.Set(to)}
				}
				report(f)
			}
		}
	},
}

// slipped is what a timer would be in seconds, where milliseconds were written that look like seconds: 300ms, 3600ms,
// 86400ms are whole minutes if they were seconds, and no whole seconds as they are.
func slipped(t hop.Timer) (meant time.Duration, ok bool) {
	length, known := t.Get()
	ms := length.Milliseconds()
	if !known || !t.IsWritten() || length%time.Second == 0 || ms%60 != 0 || ms < 120 {
		return 0, false
	}
	return time.Duration(ms) * time.Second, true
}

// wanted is how long an idle timer is to be for what is declared of pings; 0 where nothing is.
func wanted(p *hop.Path) (to time.Duration) {
	if p.NoPings {
		return time.Hour
	}
	for _, ping := range p.Pings {
		if every, known := ping.Every.Get(); known {
			to = max(to, 2*every+10*time.Second)
		}
	}
	return to
}

// lengthened is what a timer is set to that is to be so long: all rules say one value. Where a unit slipped, what was
// meant is enough if it is about that long.
func lengthened(t hop.Timer, to time.Duration) string {
	if meant, ok := slipped(t); ok && 2*meant > to {
		return fmt.Sprintf("%ds", meant/time.Second)
	}
	return hop.FormatDuration(to.Truncate(time.Second))
}
