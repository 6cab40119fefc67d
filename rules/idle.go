package rules

import (
	"cmp"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/wslint/wslint/hop"
)

// IdleTimeoutBelowPing is found where the declared keepalive comes too late for a timer. Ping and timer due at the same moment is a
// race that the ping loses sooner or later. Measured: laws T1 to T4.
var IdleTimeoutBelowPing = &Rule{
	Name:     "idle-timeout-below-ping",
	Summary:  "an idle timeout is shorter than the declared ping interval",
	Severity: Error,
	Seen:     Quiet,
	Needs:    pinged,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		cuts := idleCuts(p, func(c hop.Cut) bool { return counts(p, c) })
		if len(cuts) == 0 {
			return // what no ping restarts is handled by ping-does-not-count
		}
		cut := cuts[0]
		ping := lastPing(p, cut)
		every, _ := ping.Every.Get()
		length, _ := cut.Timer.Get()
		name, _ := p.Station(cut.Hop)
		but, race := fmt.Sprintf(", but pings come only every %s", hop.FormatDuration(every)), []hop.Note(nil)
		if cut.Race {
			but, race = ", exactly when the next ping is due", note("the ping and the timeout race: sooner or later the ping loses")
		}
		to := 2*every + 10*time.Second
		message, from := closesIdle(name, cut, but)
		report(Finding{
			Pos:     cut.Timer.Pos,
			Message: message,
			Notes:   slices.Concat(pingNote(ping), ladder(p, cut), from, race, note("%s", sees(cut.Timer)), cure(cuts, to, often(length))),
			Fix:     lengthenAll(cuts, to),
		})
	},
}

// closesIdle says when a hop ends idle connections, and what contradicts it. Where there is no room for the origin of the timeout, it is
// a note.
func closesIdle(name string, c hop.Cut, but string) (message string, notes []hop.Note) {
	does, after := ends(c.Timer), hop.FormatDuration(c.After)
	message = headline(name, "%s idle connections after %s (%s)%s", does, after, origin(c.Timer.Setting), but)
	if utf8.RuneCountInString(message) <= maxHeadline {
		return message, nil
	}
	return headline(name, "%s idle connections after %s%s", does, after, but), []hop.Note{from(c.Timer.Setting)}
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
	Summary:  "idle connections are closed soon, and no keepalive is declared",
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
		but := "; no ping declared"
		switch {
		case p.NoPings && p.App != "":
			but = ", and " + p.App + " sends no pings"
		case p.NoPings:
			but = ", and the application sends no pings"
		}
		cut := cuts[0]
		name, _ := p.Station(cut.Hop)
		message, from := closesIdle(name, cut, but)
		f := Finding{
			Pos:     cut.Timer.Pos,
			Message: message,
			Notes:   slices.Concat(ladder(p, cut), from, note("%s", sees(cut.Timer)), cure(cuts, time.Hour, often(cut.After))),
			Fix:     lengthenAll(cuts, time.Hour),
		}
		if f.Fix != nil {
			f.Fix.Safe = false // it may be the ping that is to be changed
		}
		if !p.NoPings {
			f.Notes = append(f.Notes, note("tell wslint whether the application pings: --ping %s or --ping none", hop.FormatDuration(often(cut.After)))...)
		}
		report(f)
	},
}
