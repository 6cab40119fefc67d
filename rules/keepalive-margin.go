package rules

import (
	"fmt"
	"time"

	"github.com/wslint/wslint/hop"
)

// KeepaliveMargin is found where a ping comes in time and just so: a late timer, a slow network or a throttled tab loses the race.
var KeepaliveMargin = &Rule{
	Name:     "keepalive-margin",
	Summary:  "the ping comes just before the timeout, and too late if anything delays it",
	Severity: Warning,
	Seen:     Quiet,
	Needs:    pinged,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for i, h := range p.Hops {
			for _, t := range h.Idle {
				length, known := t.Get()
				at := hop.Cut{Hop: i, Timer: t}
				ping := lastPing(p, at)
				every, sure := ping.Every.Get()
				if !known || !sure || !counts(p, at) || t.Starts != hop.Opened || every >= length {
					continue
				}
				if every+max(5*time.Second, every/5) <= length {
					continue
				}
				to := 2*every + 10*time.Second
				report(Finding{
					Pos: t.Pos,
					Message: fmt.Sprintf("%s: %s of %s leaves a ping every %s only %s of slack: one that comes later ends the connection with 1006",
						h.Name, t.Setting, hop.FormatDuration(length), hop.FormatDuration(every), hop.FormatDuration(length-every)),
					Notes: append(pingNote(ping), cure([]hop.Cut{at}, to, often(length))...),
					Fix:   lengthen(t, to),
				})
			}
		}
	},
}
