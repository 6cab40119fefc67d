package rules

import (
	"cmp"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/wslint/wslint/hop"
)

// IdleTimeoutBelowPing is found where the declared keepalive comes too late for a timer. Ping and timer due at the
// same moment is a race that the ping loses sooner or later. Measured: laws T1 to T4.
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
		cut := surest(p, cuts)
		ping := lastPing(p, cut)
		every, _ := ping.Every.Get()
		length, _ := cut.Timer.Get()
		name, _ := p.Station(cut.Hop)
		but, race := fmt.Sprintf(", but pings come only every %s", hop.FormatDuration(every)), []hop.Note(nil)
		if cut.Race {
			but, race = ", exactly when the next ping is due", note(
				"the ping and the timeout race: sooner or later the ping loses",
			)
		}
		to := 2*every + 10*time.Second
		message, from := closesIdle(name, cut, but)
		report(Finding{
			Pos:     cut.Timer.Pos,
			Message: message,
			Notes: slices.Concat(pingNote(ping), ladder(p, cut), from, race, note("%s", sees(cut.Timer)), assumption(p, cut),
				cure(cuts, to, often(length))),
			Fix:  lengthenAll(cuts, to),
			Held: !slices.ContainsFunc(cuts, func(c hop.Cut) bool { return !assumed(p, c) }),
		})
	},
}

// closesIdle says when a hop ends idle connections, and what contradicts it. Where there is no room for the origin of
// the timeout, it is a note.
func closesIdle(name string, c hop.Cut, but string) (message string, notes []hop.Note) {
	does, after := ends(c.Timer), hop.FormatDuration(c.After)
	message = headline(name, "%s idle connections after %s (%s)%s", does, after, origin(c.Timer.Setting), but)
	if utf8.RuneCountInString(message) <= maxHeadline {
		return message, nil
	}
	return headline(name, "%s idle connections after %s%s", does, after, but), []hop.Note{from(c.Timer.Setting)}
}

// assumed reports whether a cut rests on a documented default of a hop that nobody read, or of one of which only a
// fragment was read: it may well be set to something else.
func assumed(p *hop.Path, c hop.Cut) bool {
	return c.Hop < len(p.Hops) && (c.Timer.As == hop.Documented || c.Timer.As == hop.Unseen)
}

// assumption says how a hop's own setting gets known, where a cut rests on its default.
func assumption(p *hop.Path, c hop.Cut) []hop.Note {
	switch {
	case !assumed(p, c):
		return nil
	case c.Timer.As == hop.Unseen:
		return unlessSet(&p.Hops[c.Hop], c.Timer.Name)
	case p.Hops[c.Hop].Assumes == "":
		return nil
	}
	return note("%s", p.Hops[c.Hop].Assumes)
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
	value := lengthened(t, to)
	return &Fix{
		Title: fmt.Sprintf("set %s to %s", cmp.Or(t.Sets, t.Name), value),
		Safe:  t.IsDefault() && t.As != hop.Unseen,
		Edits: t.Set(value),
	}
}
