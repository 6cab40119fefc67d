package rules

import (
	"fmt"
	"time"

	"github.com/wslint/wslint/hop"
)

// ConntrackForgetsFirst is found where the kernel's connection tracking forgets a quiet connection before any hop
// closes it: both ends then believe in a connection whose packets are dropped.
var ConntrackForgetsFirst = &Rule{
	Name:     "conntrack-forgets-first",
	Summary:  "connection tracking drops its state of an idle connection before a proxy closes it",
	Severity: Warning,
	Seen:     Quiet,
	Needs:    onKernel,
	Check: func(p *hop.Path, report func(Finding)) {
		if !p.Kernel.Tracked.IsWritten() || !tunnels(p) {
			return
		}
		s := p.Kernel.Tracked
		cut, ends := p.CutBy(
			len(p.Hops)-1,
			hop.Timer{Setting: s, Restart: hop.Either, Counts: hop.Packets, Expiry: hop.Silence},
		)
		if !ends {
			return
		}
		against := "and no proxy closes it before"
		if cuts := p.Cuts(); len(cuts) > 0 {
			first := cuts[0]
			if first.After <= cut.After {
				return
			}
			name, _ := p.Station(first.Hop)
			against = fmt.Sprintf("but %s closes it only after %s", brief(name), hop.FormatDuration(first.After))
		}
		silence := 120 * time.Hour
		report(Finding{
			Pos: s.Pos,
			Message: fmt.Sprintf(
				"the kernel drops its state of an idle connection after %s, %s",
				hop.FormatDuration(cut.After),
				against,
			),
			Notes: note("later packets are lost, and the browser reports 1006 once it gives up"),
			Fix:   kernelFix(s, fmt.Sprint(int(silence.Seconds()))),
		})
	},
}
