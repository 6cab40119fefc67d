package live

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/wslint/wslint/probe"
)

// A Plan says how idle connections are measured.
type Plan struct {
	For     time.Duration   // how long at most
	Pings   []time.Duration // beside a connection without pings, one for each of these intervals
	Stagger time.Duration   // between the openings of two connections
	Pong    time.Duration   // how long the answer to a ping may take
	Grace   time.Duration   // how much longer than the idle timeout a connection has to live to count as kept open
	// Progress is told from time to time what is seen; nil for nobody.
	Progress func(probe.Progress)
}

// Intervals are those of the pings for a measurement of so long: they lie below and above the idle timeouts that are
// most often met, 30s, 60s, 100s and 350s.
func Intervals(length time.Duration) (list []time.Duration) {
	for _, d := range []time.Duration{20 * time.Second, 50 * time.Second, 110 * time.Second, 340 * time.Second} {
		if d < length {
			list = append(list, d)
		}
	}
	if list == nil {
		list = []time.Duration{max((length / 3).Truncate(100*time.Millisecond), 100*time.Millisecond)}
	}
	return list
}

// Measure opens a few connections that stay quiet, apart from pings, and watches them until all is known that they can
// tell. The handshake is that of the first one; the measurement is nil when that did not open.
func Measure(ctx context.Context, t Target, p Plan) (probe.Handshake, *probe.Idle) {
	begun := time.Now()
	var first probe.Handshake
	var watchers []*watcher
	idle := &probe.Idle{For: p.For}
	hide := newHider(t)
	for i, every := range append([]time.Duration{0}, p.Pings...) {
		if i > 0 && pause(ctx, p.Stagger) != nil {
			break
		}
		h, c := open(ctx, t)
		if i == 0 {
			first = h
		}
		if c == nil {
			idle.Failed = append(idle.Failed, h)
			if i == 0 {
				return first, nil
			}
			continue
		}
		watchers = append(watchers, watch(c, every, p.Pong, begun, hide))
	}
	idle.Interrupted = p.hold(ctx, watchers, begun) != nil
	idle.Took = time.Since(begun)
	for _, w := range watchers {
		idle.Watches = append(idle.Watches, w.stop())
	}
	idle.RoundTrip = first.RoundTrip
	idle.Conclude()
	return first, idle
}

// hold waits until all is known, or the time is over.
func (p Plan) hold(ctx context.Context, watchers []*watcher, begun time.Time) error {
	const look = 100 * time.Millisecond
	for {
		var seen []probe.Watch
		for _, w := range watchers {
			seen = append(seen, w.look())
		}
		elapsed := time.Since(begun)
		if p.Progress != nil {
			p.Progress(probe.Progress{Elapsed: elapsed, Of: p.For, Watches: seen})
		}
		if p.settled(seen) {
			return nil
		}
		if elapsed >= p.For {
			// What was quiet so long may be dead without anybody having been told.
			mute := slices.ContainsFunc(seen, func(w probe.Watch) bool { return w.Mute })
			if seen[0].End == probe.StillOpen && !mute {
				watchers[0].alive(nil)
			}
			return nil
		}
		if err := pause(ctx, min(look, p.For-elapsed)); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return errors.New("interrupted")
	case <-time.After(d):
		return nil
	}
}

// settled reports whether the connections can tell nothing more.
func (p Plan) settled(seen []probe.Watch) bool {
	if len(seen) == 0 {
		return true
	}
	quiet, lost, tested := seen[0], false, true
	for _, w := range seen[1:] {
		lost = lost || w.End == probe.Lost
		tested = tested && (w.End != probe.StillOpen || w.Pinged())
	}
	if lost && tested {
		return true // the intervals bracket what drops connections
	}
	if quiet.End == probe.StillOpen {
		return false
	}
	for _, w := range seen[1:] {
		if w.End == probe.StillOpen && (w.Age < quiet.Age+p.Grace || w.Every < quiet.Age && !w.Pinged()) {
			return false
		}
	}
	return true
}
