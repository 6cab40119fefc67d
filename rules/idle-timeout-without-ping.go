package rules

import (
	"fmt"
	"slices"
	"time"

	"github.com/wslint/wslint/hop"
)

// shortSilence is the longest idle timeout that is worth a warning when nothing is known about pings: people leave a page open for
// longer than that. Where a path is declared somebody wants to know more.
func shortSilence(p *hop.Path) time.Duration {
	if p.Confidence == hop.Declared {
		return 10 * time.Minute
	}
	return 5 * time.Minute
}

// IdleTimeoutWithoutPing is found where a short timer ends every connection that is quiet and nothing is declared to keep it busy.
var IdleTimeoutWithoutPing = &Rule{
	Name:     "idle-timeout-without-ping",
	Summary:  "a quiet connection is closed soon, and no keepalive is declared",
	Severity: Warning,
	Seen:     Quiet,
	Needs:    unpinged,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		cuts := idleCuts(p, func(c hop.Cut) bool { return c.After <= shortSilence(p) })
		if len(cuts) == 0 {
			return
		}
		known := "no keepalive is declared"
		switch {
		case p.NoPings && p.App != "":
			known = p.App + " sends no pings by itself"
		case p.NoPings:
			known = "the application is declared to send none by itself"
		}
		cut := cuts[0]
		name, _ := p.Station(cut.Hop)
		f := Finding{
			Pos: cut.Timer.Pos,
			Message: fmt.Sprintf("%s: %s %s the connection after %s of silence, and %s%s: %s",
				name, cut.Timer.Setting, ends(cut.Timer), hop.FormatDuration(cut.After), known, inVain(p, cut), sees(cut.Timer)),
			Notes: slices.Concat(ladder(p, cut), cure(cuts, time.Hour, often(cut.After))),
			Fix:   lengthenAll(cuts, time.Hour),
		}
		if f.Fix != nil {
			f.Fix.Title += ", or ping more often and declare it: --ping " + hop.FormatDuration(often(cut.After))
			f.Fix.Safe = false
		}
		report(f)
	},
}
