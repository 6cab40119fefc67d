package rules

import (
	"fmt"
	"time"

	"github.com/wslint/wslint/hop"
)

func station(p *hop.Path, cut hop.Cut) string {
	name, _ := p.Station(cut.Hop)
	return name
}

// lastPing is the ping that restarts t, a timer of hop i, most often; the first ping and false when none does.
func lastPing(p *hop.Path, i int, t hop.Timer) (best hop.Ping, counts bool) {
	best = p.Pings[0]
	for _, ping := range p.Pings {
		a, _ := ping.Every.Get()
		b, _ := best.Every.Get()
		if p.Counts(ping, i, t) && (!counts || a < b) {
			best, counts = ping, true
		}
	}
	return best, counts
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
