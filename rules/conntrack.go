package rules

import (
	"fmt"
	"time"

	"github.com/wslint/wslint/hop"
)

// ConntrackForgetsFirst is found where the kernel's connection tracking forgets a quiet connection before any hop closes it: both
// ends then believe in a connection whose packets are dropped.
var ConntrackForgetsFirst = &Rule{
	Name:     "conntrack-forgets-first",
	Summary:  "connection tracking forgets a quiet connection before a proxy closes it",
	Severity: Warning,
	Seen:     Quiet,
	Needs:    onKernel,
	Check: func(p *hop.Path, report func(Finding)) {
		if !p.Kernel.Tracked.IsWritten() || !tunnels(p) {
			return
		}
		s := p.Kernel.Tracked
		cut, ends := p.CutBy(len(p.Hops)-1, hop.Timer{Setting: s, Restart: hop.Either, Counts: hop.Packets, Expiry: hop.Silence})
		if !ends {
			return
		}
		against := "and no hop closes it"
		if cuts := p.Cuts(); len(cuts) > 0 {
			first := cuts[0]
			if first.After <= cut.After {
				return
			}
			name, _ := p.Station(first.Hop)
			against = fmt.Sprintf("long before %s closes it after %s", name, hop.FormatDuration(first.After))
		}
		silence := 120 * time.Hour
		report(Finding{
			Pos: s.Pos,
			Message: fmt.Sprintf("%s forgets a connection after %s without a packet, %s: later packets are lost, and the browser reports 1006 when it gives up",
				s.Name, hop.FormatDuration(cut.After), against),
			Fix: kernelFix(s, fmt.Sprint(int(silence.Seconds()))),
		})
	},
}
