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
			ping := lastPing(p, cut.Timer)
			every, known := ping.Every.Get()
			if !known {
				continue
			}
			length, _ := cut.Timer.Get()
			when := fmt.Sprintf("before the ping that is due every %s", duration(every))
			switch {
			case ping.Moves&cut.Timer.Restart == 0:
				when = "and no ping moves the side that it watches"
			case cut.Race:
				when = "at the very moment when a ping is due, which wins only by chance"
			}
			report(Finding{
				Pos: cut.Timer.Pos,
				Message: fmt.Sprintf("%s: %s of %s closes the connection after %s of silence, %s: the browser reports 1006",
					p.Hops[cut.Hop].Name, cut.Timer.Setting, duration(length), duration(cut.After), when),
				Notes: pingNote(ping),
				Fix:   lengthen(cut.Timer, 2*every+10*time.Second),
			})
		}
	},
}

// lastPing is the ping that restarts t most often; of those that do not, the first.
func lastPing(p *hop.Path, t hop.Timer) hop.Ping {
	best := p.Pings[0]
	for _, ping := range p.Pings[1:] {
		a, _ := ping.Every.Get()
		b, _ := best.Every.Get()
		if ping.Moves&t.Restart != 0 && (best.Moves&t.Restart == 0 || a < b) {
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
	return &Fix{Title: fmt.Sprintf("set %s to %s", t.Name, duration(to)), Safe: t.IsDefault(), Edits: t.Set(duration(to))}
}

// shortSilence is the longest idle timeout that is worth a warning when nothing is known about pings: people leave a page open for
// longer than that.
const shortSilence = 5 * time.Minute

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
					p.Hops[cut.Hop].Name, cut.Timer.Setting, duration(cut.After), known),
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

// duration is d in the shortest form that people and nginx write: 90s, 5m, 1h30m.
func duration(d time.Duration) string {
	switch {
	case d%time.Second != 0:
		return fmt.Sprintf("%dms", d.Milliseconds())
	case d%time.Hour == 0 && d > 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0 && d >= 5*time.Minute && d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d%time.Minute == 0 && d > time.Hour:
		return fmt.Sprintf("%dh%dm", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%ds", d/time.Second)
}
