package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// idleCuts are the cuts by timers that traffic would restart, of those that such accepts; soonest first.
func idleCuts(p *hop.Path, such func(hop.Cut) bool) []hop.Cut {
	return slices.DeleteFunc(p.Cuts(), func(c hop.Cut) bool { return c.Timer.Restart == 0 || !such(c) })
}

// surest is the cut that a finding is about, of those that are too early: the earliest, but for those that rest on a
// documented default of a hop that nobody read, where another one was read. What is only known of a kind of hop is no
// reason to name another one than the first.
func surest(p *hop.Path, cuts []hop.Cut) hop.Cut {
	i := max(0, slices.IndexFunc(cuts, func(c hop.Cut) bool { return !assumed(p, c) }))
	if cuts[0].After < cuts[i].After && known(p, cuts[i]) {
		return cuts[0]
	}
	return cuts[i]
}

// known reports whether a cut is what is known of a kind of hop, and not what somebody wrote.
func known(p *hop.Path, c hop.Cut) bool {
	return c.Hop < len(p.Hops) && c.Timer.As != "" && !c.Timer.IsWritten()
}

// counts reports whether any declared ping restarts the timer of a cut.
func counts(p *hop.Path, c hop.Cut) bool {
	return slices.ContainsFunc(p.Pings, func(ping hop.Ping) bool { return p.Counts(ping, c.Hop, c.Timer) })
}

// A rung is one idle timer of a path.
type rung struct {
	name   string
	timer  hop.Timer
	length time.Duration
}

// rungs are the known idle timers of a path in the order of its hops.
func rungs(p *hop.Path) (list []rung) {
	add := func(name string, timers []hop.Timer) {
		for _, t := range timers {
			if length, known := t.Get(); known && t.Starts == hop.Opened {
				list = append(list, rung{name, t, length})
			}
		}
	}
	for i := range p.Hops {
		h := &p.Hops[i]
		add(h.Name, h.Idle)
	}
	if p.Application != nil {
		add(p.Application.Name, p.Application.Idle)
	}
	return list
}

// ladder lists the other idle timers of the path, for a finding about the weakest one.
func ladder(p *hop.Path, weakest hop.Cut) (notes []hop.Note) {
	if weakest.Hop < len(p.Hops) {
		for _, d := range p.Hops[weakest.Hop].Ineffective {
			if hop.Is(d.Setting, 0) && d.For == weakest.Timer.Name {
				notes = append(notes, hop.Note{Pos: d.Pos, Text: d.Name + " 0 means unset"})
			}
		}
	}
	for _, r := range rungs(p) {
		if same(r.timer, weakest.Timer) {
			continue
		}
		text := fmt.Sprintf(
			"%s %s idle connections after %s (%s)",
			r.name,
			ends(r.timer),
			hop.FormatDuration(r.length),
			origin(r.timer.Setting),
		)
		if ineffective(p, r, weakest) {
			first, _ := p.Station(weakest.Hop)
			text = fmt.Sprintf(
				"%s %s of %s has no effect: %s closes first",
				r.timer.Name,
				hop.FormatDuration(r.length),
				r.name,
				brief(first),
			)
		}
		notes = append(notes, hop.Note{Pos: r.timer.Pos, Text: text})
	}
	return notes
}

// same reports whether two timers are one setting.
func same(a, b hop.Timer) bool { return a.Pos == b.Pos && a.Name == b.Name }

// ineffective reports whether somebody raised a timer that never fires, because another one is shorter. A minute is
// the usual default; what the declaration of the path says of a hop is no raise.
func ineffective(p *hop.Path, r rung, weakest hop.Cut) bool {
	return r.timer.IsWritten() && r.timer.Pos.File != p.Pos.File && r.length > weakest.After && r.length > time.Minute
}

// sees is what the ends of a connection see when a timer fires.
func sees(t hop.Timer) string {
	switch t.Expiry {
	case hop.RST:
		return "neither end is told: the next message is answered with a reset, and the browser reports 1006"
	case hop.Silence:
		return "neither end is told: the next message is lost, and the browser reports 1006 much later"
	}
	return fmt.Sprintf("the browser reports %d", cmp.Or(t.Code, 1006))
}

// ends is what a hop does to connections when a timer fires.
func ends(t hop.Timer) string {
	if t.Expiry == hop.FIN {
		return "closes"
	}
	return "silently drops"
}

// cure says what would help against the cuts of one fault where nothing can be edited: longer timers, a ping, or both
// ways. A zero ping is left out.
func cure(cuts []hop.Cut, to, ping time.Duration) []hop.Note {
	var ways, raise []string
	can := true
	for _, c := range cuts {
		switch t := c.Timer; {
		case t.As == hop.Fixed || t.As == hop.Unpublished || t.Most > 0 && t.Most < to:
			can = false
		case t.Set == nil:
			raise = append(raise, fmt.Sprintf("%s to %s", t.Name, hop.FormatDuration(to)))
		}
	}
	if can && len(raise) > 0 {
		ways = append(ways, "set "+strings.Join(slices.Compact(raise), " and "))
	}
	if ping > 0 {
		ways = append(
			ways,
			fmt.Sprintf("ping every %s and declare it (keepalive: {every: %[1]s})", hop.FormatDuration(ping)),
		)
	}
	if len(ways) == 0 || len(raise) == 0 && can {
		return nil // a fix says it, or nothing is to be said
	}
	return remedy("%s", strings.Join(ways, ", or "))
}

// often is an interval that keeps a timer of the given length from firing with much to spare.
func often(length time.Duration) time.Duration {
	return max(min(length*5/12, time.Minute).Truncate(5*time.Second), time.Second)
}

// lengthenAll is the fix that makes all timers of the cuts longer; nil when none can be edited.
func lengthenAll(cuts []hop.Cut, to time.Duration) *Fix {
	fix := &Fix{Safe: true}
	var titles []string
	for i, c := range cuts {
		if slices.ContainsFunc(cuts[:i], func(b hop.Cut) bool { return same(b.Timer, c.Timer) }) {
			continue
		}
		if f := lengthen(c.Timer, to); f != nil {
			titles = append(titles, strings.TrimPrefix(f.Title, "set "))
			fix.Edits, fix.Safe = append(fix.Edits, f.Edits...), fix.Safe && f.Safe
		}
	}
	if len(titles) == 0 {
		return nil
	}
	fix.Title = "set " + strings.Join(slices.Compact(titles), " and ")
	return fix
}
