package hop

import (
	"cmp"
	"slices"
	"time"
)

// A Cut is the end of a connection on which nothing but the declared pings moves.
type Cut struct {
	Hop   int // index in Path.Hops; len(Hops) for the application
	Timer Timer
	After time.Duration // from the 101 to the cut
	// Race says that ping and timer are due at the same moment: the connection ends, after how many rounds is chance.
	Race bool
}

// Cuts predicts which timers that run on an open connection end it, soonest first; empty when none does. Timers of
// unknown length are left out: see UnknownTimers.
func (p *Path) Cuts() []Cut {
	var cuts []Cut
	p.timers(func(i int, t Timer, length time.Duration, known bool) {
		if known {
			if silence, sure := p.silence(i, t); sure {
				if cut, ends := ends(t, length, silence); ends {
					cut.Hop = i
					cuts = append(cuts, cut)
				}
			}
		}
	})
	slices.SortStableFunc(cuts, func(a, b Cut) int { return cmp.Compare(a.After, b.After) })
	return cuts
}

// UnknownTimers lists what keeps Cuts from being the whole answer: timers of unknown length, and known ones that meet
// a ping of unknown interval.
func (p *Path) UnknownTimers() []Timer {
	var list []Timer
	p.timers(func(i int, t Timer, length time.Duration, known bool) {
		if _, sure := p.silence(i, t); !known || !sure {
			list = append(list, t)
		}
	})
	return list
}

// timers visits those that run on an open connection.
func (p *Path) timers(f func(hop int, t Timer, length time.Duration, known bool)) {
	visit := func(i int, lists ...[]Timer) {
		for _, timers := range lists {
			for _, t := range timers {
				if t.Starts == Opened {
					length, known := t.Get()
					f(i, t, length, known)
				}
			}
		}
	}
	for i := range p.Hops {
		h := &p.Hops[i]
		visit(i, h.Idle, h.Life)
	}
	if a := p.Application; a != nil {
		visit(len(p.Hops), a.Idle, a.Life)
	}
}

// never is a silence without end.
const never = time.Duration(1<<63 - 1)

// silence is the time between two restarts of t, a timer of hop i, by pings alone.
func (p *Path) silence(i int, t Timer) (d time.Duration, sure bool) {
	d = never
	for _, ping := range p.Pings {
		if !p.Counts(ping, i, t) {
			continue
		}
		every, known := ping.Every.Get()
		if !known {
			return 0, false
		}
		d = min(d, every)
	}
	return d, true
}

// ends decides whether a timer of the given length fires on a connection that is quiet between pings. A ping restarts
// the timer only when that moves the expiry by at least t.Lazy, so only every n-th ping counts. Measured: law T4.
func ends(t Timer, length, period time.Duration) (Cut, bool) {
	if period == never {
		return Cut{Timer: t, After: length}, true
	}
	counted := period
	if t.Lazy > 0 && period > 0 {
		counted = max(1, (t.Lazy+period-1)/period) * period
	}
	switch {
	case t.Lazy > 0 && length <= t.Lazy:
		return Cut{Timer: t, After: length}, true
	case counted < length:
		return Cut{}, false
	}
	return Cut{Timer: t, After: length, Race: counted == length}, true
}
