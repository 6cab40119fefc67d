package rules

import (
	"fmt"
	"slices"
	"time"

	"github.com/wslint/wslint/hop"
)

// KeepaliveMargin is found where a ping comes in time and just so: a late timer, a slow network or a throttled tab
// loses the race.
var KeepaliveMargin = &Rule{
	Name:     "keepalive-margin",
	Summary:  "the ping comes only just before the idle timeout",
	Severity: Warning,
	Seen:     Quiet,
	Needs:    pinged,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for i := range p.Hops {
			h := &p.Hops[i]
			for _, t := range h.Idle {
				length, known := t.Get()
				at := hop.Cut{Hop: i, Timer: t, After: length}
				ping := lastPing(p, at)
				every, sure := ping.Every.Get()
				if !known || !sure || !counts(p, at) || t.Starts != hop.Opened || every >= length {
					continue
				}
				if every+max(5*time.Second, every/5) <= length {
					continue
				}
				to := 2*every + 10*time.Second
				message, from := closesIdle(
					h.Name,
					at,
					fmt.Sprintf(", only %s after the next ping is due", hop.FormatDuration(length-every)),
				)
				report(Finding{
					Pos:     t.Pos,
					Message: message,
					Notes: slices.Concat(
						pingNote(ping),
						from,
						note("a ping that is delayed by more than %s ends the connection with 1006", hop.FormatDuration(length-every)),
						assumption(p, at),
						cure([]hop.Cut{at}, to, often(length)),
					),
					Fix: lengthen(t, to),
				})
			}
		}
	},
}
