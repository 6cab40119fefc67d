package rules

import (
	"fmt"
	"time"

	"github.com/wslint/wslint/hop"
)

// IdleTimeoutWithoutPing is found where a short timer ends every connection that is quiet and nothing is declared to keep it busy.
var IdleTimeoutWithoutPing = &Rule{
	Name:     "idle-timeout-without-ping",
	Summary:  "a quiet connection is closed soon, and no keepalive is declared",
	Severity: Warning,
	Check: func(p *hop.Path, report func(Finding)) {
		if len(p.Pings) > 0 || !tunnels(p) {
			return
		}
		known := "no keepalive is declared"
		if p.NoPings {
			known = "the application is declared to send none by itself"
		}
		for _, cut := range p.Cuts() {
			if cut.After > shortSilence {
				continue
			}
			f := Finding{
				Pos: cut.Timer.Pos,
				Message: fmt.Sprintf("%s: %s closes the connection after %s of silence, and %s: the browser reports 1006",
					station(p, cut), cut.Timer.Setting, duration(cut.After), known),
				Fix: lengthen(cut.Timer, time.Hour),
			}
			if f.Fix != nil {
				f.Fix.Title += ", or ping more often and declare it: --ping " + duration(cut.After*5/12)
				f.Fix.Safe = false
			}
			report(f)
		}
	},
}

// shortSilence is the longest idle timeout that is worth a warning when nothing is known about pings: people leave a page open for
// longer than that.
const shortSilence = 5 * time.Minute
