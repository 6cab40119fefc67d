package probe

import (
	"slices"
	"time"
)

// A Finding is what a measurement found out.
type Finding uint8

const (
	NotClosed Finding = iota // nothing ended in the time
	IdleLimit                // idle connections end, and pings keep them open
	AnyLimit                 // all end at one age, whatever the pings
	AllAtOnce                // all end in the same moment, at different ages
	Dropped                  // idle connections are dropped without anybody being told
	PingsOnly                // only connections with pings end
)

func (f Finding) String() string {
	return [...]string{"open", "idle", "age", "at once", "dropped", "pings"}[f]
}

// An Idle is what was found out about idle connections.
type Idle struct {
	For, Took   time.Duration
	Interrupted bool
	Watches     []Watch     // the first sends no pings
	Failed      []Handshake // of connections that did not open beside the others
	RoundTrip   time.Duration

	Found Finding
	// Least and Most bracket the time after which the path closes or drops an idle connection; Most is 0 where nothing
	// closed one.
	Least, Most time.Duration
	// Keeps are the intervals of the pings that keep a connection open, Fails those that were too long or did not help.
	Keeps, Fails []time.Duration
}

// A Progress is what is seen while it is measured.
type Progress struct {
	Elapsed, Of time.Duration
	Watches     []Watch
}

// lazy is how much earlier than its length a timer may fire that its owner renews only when that moves it by as much:
// nginx (law T4).
const lazy = 300 * time.Millisecond

// Quiet is the connection without pings.
func (i *Idle) Quiet() Watch { return i.Watches[0] }

// Conclude says what the connections tell.
func (i *Idle) Conclude() {
	quiet := i.Quiet()
	var ended, open []Watch
	for _, w := range i.Watches[1:] {
		if w.End == StillOpen {
			open = append(open, w)
		} else {
			ended = append(ended, w)
		}
	}
	switch {
	case quiet.End == StillOpen && len(ended) == 0:
		i.Found, i.Least = NotClosed, quiet.Age
		if quiet.Frames > 0 { // it was never idle for longer
			i.Least = quiet.Gap
		}
	case quiet.End == Lost || slices.ContainsFunc(ended, func(w Watch) bool { return w.End == Lost }):
		i.dropped()
	case quiet.End == StillOpen:
		i.Found, i.Least = PingsOnly, quiet.Since
	case i.atOnce(ended, open):
		i.Found = AllAtOnce
	case len(open) == 0 && i.oneAge(ended):
		i.Found = AnyLimit
		i.bracket(quiet.Age)
	default:
		i.Found = IdleLimit
		i.idleLimit(open, ended)
	}
}

// bracket says between which times a timer lies that fired after so long.
func (i *Idle) bracket(after time.Duration) {
	i.Least, i.Most = max(after-i.RoundTrip, 0), after+i.RoundTrip+lazy
}

// idleLimit brackets the idle timeout by all connections on which nothing moved so long, and sorts the pings.
func (i *Idle) idleLimit(open, ended []Watch) {
	least := i.Quiet().Since
	for _, w := range ended {
		if w.Pings == 0 && w.End == i.Quiet().End {
			least = min(least, w.Since)
		}
		i.Fails = append(i.Fails, w.Every)
	}
	for _, w := range open {
		if w.Pinged() {
			i.Keeps = append(i.Keeps, w.Every)
		}
	}
	i.bracket(least)
}

// oneAge reports whether connections that pinged often enough ended at the age of the quiet one.
func (i *Idle) oneAge(ended []Watch) bool {
	quiet, pinged := i.Quiet(), false
	for _, w := range ended {
		pinged = pinged || w.Pinged()
		if apart := w.Age - quiet.Age; apart.Abs() > tolerance(quiet.Age) {
			return false
		}
	}
	return pinged
}

// tolerance is by how much two times may differ that mean the same.
func tolerance(d time.Duration) time.Duration { return max(500*time.Millisecond, d/50) }

// atOnce reports whether all connections ended in one moment although they were opened one after the other, and one of
// them had been kept alive by pings.
func (i *Idle) atOnce(ended, open []Watch) bool {
	if len(open) > 0 || len(ended) == 0 || !slices.ContainsFunc(ended, func(w Watch) bool { return w.Pinged() }) {
		return false
	}
	var moments, ages []time.Duration
	for _, w := range i.Watches {
		moments, ages = append(moments, w.Opened+w.Age), append(ages, w.Age)
	}
	return 3*spread(moments) < spread(ages)
}

func spread(list []time.Duration) time.Duration { return slices.Max(list) - slices.Min(list) }

// dropped brackets a timer that drops connections without telling: between the longest silence that a ping outlived
// and the shortest that none did.
func (i *Idle) dropped() {
	i.Found = Dropped
	for _, w := range i.Watches {
		switch {
		case w.End == Lost:
			if i.Most == 0 || w.Since < i.Most {
				i.Most = w.Since
			}
			if w.Every > 0 {
				i.Fails = append(i.Fails, w.Every)
			}
		case w.Pinged():
			i.Least = max(i.Least, w.Every)
			i.Keeps = append(i.Keeps, w.Every)
		}
	}
}
