package rules

import (
	"slices"
	"time"

	"github.com/wslint/wslint/hop"
)

// shortSilence is the longest idle timeout that is worth a warning when nothing is known about pings: people leave a
// page open for longer than that. Where a path is declared somebody wants to know more.
func shortSilence(p *hop.Path) time.Duration {
	if p.Confidence == hop.Declared {
		return hop.LongSession
	}
	return 5 * time.Minute
}

// IdleTimeoutWithoutPing is found where a short timer ends every connection that is quiet and nothing is declared to
// keep it busy. It is an error where somebody declared the path and that the application sends nothing, and a warning
// where either is only assumed.
var IdleTimeoutWithoutPing = &Rule{
	Name:     "idle-timeout-without-ping",
	Summary:  "idle connections are closed soon, and no keepalive is declared",
	Severity: Error,
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
		but := "; no ping declared"
		switch {
		case p.NoPings && p.App != "":
			but = ", and " + p.App + " sends no pings"
		case p.NoPings:
			but = ", and the application sends no pings"
		}
		cut := surest(p, cuts)
		name, _ := p.Station(cut.Hop)
		if p.Confidence == hop.Unlikely && !p.NoPings {
			but = ""
		}
		message, from := closesIdle(name, cut, but)
		f := Finding{
			Pos:     cut.Timer.Pos,
			Message: message,
			Notes: slices.Concat(
				ladder(p, cut),
				from,
				note("%s", sees(cut.Timer)),
				assumption(p, cut),
				cure(cuts, time.Hour, often(cut.After)),
			),
			Fix:  lengthenAll(cuts, time.Hour),
			Held: !p.NoPings || p.Confidence != hop.Declared || assumed(p, cut),
		}
		if f.Fix != nil {
			f.Fix.Safe = false // it may be the ping that is to be changed
		}
		if !p.NoPings {
			f.Notes = append(
				f.Notes,
				note(
					"tell wslint whether the application pings: --ping %s or --ping none",
					hop.FormatDuration(often(cut.After)),
				)...)
		}
		report(f)
	},
}
