package rules

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/wslint/wslint/hop"
)

// IdleTimeoutBelowPing is found where the declared keepalive comes too late for a timer. Ping and timer due at the same moment is a
// race that the ping loses sooner or later. Measured: laws T1 to T4.
var IdleTimeoutBelowPing = &Rule{
	Name:     "idle-timeout-below-ping",
	Summary:  "the connection is closed before the next declared ping comes",
	Severity: Error,
	Seen:     Quiet,
	Needs:    pinged,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		cuts := idleCuts(p, func(c hop.Cut) bool { return counts(p, c) })
		if len(cuts) == 0 {
			return // what no ping restarts is the affair of ping-does-not-count
		}
		cut := cuts[0]
		ping := lastPing(p, cut)
		every, _ := ping.Every.Get()
		length, _ := cut.Timer.Get()
		name, _ := p.Station(cut.Hop)
		when := fmt.Sprintf("before the ping that is due every %s", hop.FormatDuration(every))
		if cut.Race {
			when = "at the very moment when a ping is due, which wins only by chance"
		}
		to := 2*every + 10*time.Second
		report(Finding{
			Pos: cut.Timer.Pos,
			Message: fmt.Sprintf("%s: %s of %s %s the connection after %s of silence, %s%s: %s",
				name, cut.Timer.Setting, hop.FormatDuration(length), ends(cut.Timer), hop.FormatDuration(cut.After), when, inVain(p, cut), sees(cut.Timer)),
			Notes: slices.Concat(pingNote(ping), ladder(p, cut), cure(cuts, to, often(length))),
			Fix:   lengthenAll(cuts, to),
		})
	},
}

// lastPing is the ping that restarts a timer most often; when none does, the first.
func lastPing(p *hop.Path, c hop.Cut) hop.Ping {
	best := p.Pings[0]
	for _, ping := range p.Pings[1:] {
		a, _ := ping.Every.Get()
		b, _ := best.Every.Get()
		if p.Counts(ping, c.Hop, c.Timer) && (!p.Counts(best, c.Hop, c.Timer) || a < b) {
			best = ping
		}
	}
	return best
}

func pingNote(ping hop.Ping) []hop.Note {
	if ping.Every.Pos.IsZero() {
		return nil
	}
	return []hop.Note{{Pos: ping.Every.Pos, Text: "the keepalive is declared here"}}
}

// lengthen is the fix that makes a timer longer. Where nobody has written it, the new line is for this place alone.
func lengthen(t hop.Timer, to time.Duration) *Fix {
	if t.Set == nil {
		return nil
	}
	to = to.Truncate(time.Second)
	return &Fix{Title: fmt.Sprintf("set %s to %s", cmp.Or(t.Sets, t.Name), hop.FormatDuration(to)), Safe: t.IsDefault(), Edits: t.Set(hop.FormatDuration(to))}
}

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
