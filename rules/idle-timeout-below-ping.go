package rules

import (
	"fmt"
	"time"

	"github.com/wslint/wslint/hop"
)

// IdleTimeoutBelowPing is found where the declared keepalive comes too late for a timer. Ping and timer due at the same moment is a
// race that the ping loses sooner or later. Measured: laws T1 to T4.
var IdleTimeoutBelowPing = &Rule{
	Name:     "idle-timeout-below-ping",
	Summary:  "the connection is closed before the next declared ping comes",
	Severity: Error,
	Check: func(p *hop.Path, report func(Finding)) {
		if len(p.Pings) == 0 || !tunnels(p) {
			return
		}
		for _, cut := range p.Cuts() {
			ping, counts := lastPing(p, cut.Hop, cut.Timer)
			every, known := ping.Every.Get()
			if !known {
				continue
			}
			length, _ := cut.Timer.Get()
			when := fmt.Sprintf("before the ping that is due every %s", duration(every))
			switch {
			case !counts:
				when = "and the keepalive does not count for it"
			case cut.Race:
				when = "at the very moment when a ping is due, which wins only by chance"
			}
			report(Finding{
				Pos: cut.Timer.Pos,
				Message: fmt.Sprintf("%s: %s of %s closes the connection after %s of silence, %s: the browser reports 1006",
					station(p, cut), cut.Timer.Setting, duration(length), duration(cut.After), when),
				Notes: pingNote(ping),
				Fix:   lengthen(cut.Timer, 2*every+10*time.Second),
			})
		}
	},
}
