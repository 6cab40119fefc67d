package oracle

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
)

// Observed is what became of a probe.
type Observed struct {
	Kind     hop.OutcomeKind
	Status   int    // of the answer at the client, 0 without one; also of an answer that is the application's
	Location string // where a redirect leads
	Why      string // what the client or the application disliked
	Answer   []Line // the header lines of the answer at the client
	// Got is what the application received; nil when nothing reached one. Of several it is the last one that opened a
	// tunnel, else the last.
	Got      *Arrival
	Arrivals []*Arrival // all requests at all applications, in order: those of auth_request and mirror too
	Watched  time.Duration
	Reloaded bool
	// ReloadedAt is when nginx was told to reload, since the 101.
	ReloadedAt time.Duration
	End        End // how the tunnel ended, for the client; for the application if the client does not read
	// Stalled is how long this process was kept from running meanwhile, at worst: times are no better than that.
	Stalled time.Duration
	Err     error // the probe could not be made at all: nothing listens there
}

// tolerable is a stall that leaves an observation worth having; a worse one has it repeated.
const tolerable = 300 * time.Millisecond

// Observe sends the handshake of p to the lab, to strict applications first and, if those refuse it, to lenient ones,
// and then watches the tunnel if p says so. Probes of one lab must come one after the other. What a busy machine
// spoils is repeated.
func (s *Server) Observe(t testing.TB, p Probe) Observed {
	t.Helper()
	d, err := s.Lab.dial(p)
	if err != nil {
		return Observed{Err: err}
	}
	if p.Patience == 0 {
		p.Patience = 3 * time.Second
		// An answer that a timer of the lab brings is waited for.
		if s.Lab.Longest < 6*time.Second {
			p.Patience = max(p.Patience, s.Lab.Longest+time.Second)
		}
	}
	var o Observed
	for range 3 {
		stalled := stopwatch()
		o = s.observe(t, d, p)
		// An HAProxy that has been told to reload listens no more.
		if o.Stalled = stalled(); o.Stalled < tolerable || p.Reload && s.reload != syscall.SIGHUP {
			break
		}
	}
	return o
}

// stopwatch measures, until it is asked, by how much a goroutine that sleeps for a moment wakes too late.
func stopwatch() (worst func() time.Duration) {
	const nap = 25 * time.Millisecond
	stop, result := make(chan struct{}), make(chan time.Duration, 1)
	go func() {
		var worst time.Duration
		for {
			start := time.Now()
			select {
			case <-stop:
				result <- worst
				return
			case <-time.After(nap):
				worst = max(worst, time.Since(start)-nap)
			}
		}
	}()
	return func() time.Duration {
		close(stop)
		return <-result
	}
}

func (s *Server) observe(t testing.TB, d dial, p Probe) Observed {
	o, tunnel := s.try(d, p, false)
	if o.Kind == hop.Refused && o.Got != nil && o.Got.Status() != 101 {
		lenient, open := s.try(d, p, true)
		if lenient.Kind != hop.Refused {
			o, tunnel = lenient, open
			if o.Kind == hop.Open {
				o.Kind = hop.Depends
			}
		}
	}
	if tunnel != nil {
		s.watch(t, p, tunnel, &o)
	}
	return o
}

// try makes one handshake; the tunnel is nil unless it opened.
func (s *Server) try(d dial, p Probe, lenient bool) (Observed, *tunnel) {
	s.Lab.stage.set(lenient, p)
	a := handshake(d, p.Patience)
	o := Observed{Kind: a.kind, Status: a.status, Why: a.why, Answer: a.lines, Arrivals: s.Lab.stage.list()}
	if v := values(a.lines, "Location"); len(v) > 0 {
		o.Location = v[0]
	}
	for _, arrival := range o.Arrivals {
		if o.Got == nil || o.Got.Status() != 101 || arrival.Status() == 101 {
			o.Got = arrival
		}
	}
	// What the application refuses is refused, whatever the proxies make of its answer.
	if o.Got != nil && o.Got.Status() == 400 && len(o.Got.Faults) > 0 {
		o.Kind, o.Why = hop.Refused, o.Got.Faults[0]
	}
	if a.conn == nil {
		return o, nil
	}
	return o, &tunnel{conn: a.conn, r: a.r, client: true, talk: p.Client, start: a.opened}
}

// watch lets the tunnel talk until it ends or time is up.
func (s *Server) watch(t testing.TB, p Probe, client *tunnel, o *Observed) {
	t.Helper()
	if p.Watch == 0 {
		client.conn.Close()
		return
	}
	quit := make(chan struct{})
	client.quit = quit
	ended := make(chan End, 1)
	go func() { ended <- client.run() }()
	start := client.start
	if p.Reload {
		time.Sleep(200 * time.Millisecond)
		if err := s.Reload(); err != nil {
			t.Error(err)
		}
		o.Reloaded, start = true, time.Now()
		o.ReloadedAt = start.Sub(client.start)
	}
	timer := time.AfterFunc(time.Until(start.Add(p.Watch)), func() {
		close(quit)
		client.conn.Close()
	})
	if p.Client.Stall && o.Got != nil {
		select {
		case <-o.Got.ended:
			o.End = o.Got.End
		case <-quit:
		}
		client.conn.Close()
	} else {
		o.End = <-ended
	}
	if timer.Stop() {
		o.Watched = time.Since(start)
	} else {
		o.Watched, o.End = p.Watch, End{} // what ends it now is the watcher
	}
	o.End.After -= start.Sub(client.start)
	if !o.End.Cut {
		o.End = End{}
	}
}

// Opened reports whether the handshake ended in a tunnel, with strict or lenient applications.
func (o Observed) Opened() bool {
	return slices.Contains([]hop.OutcomeKind{hop.Open, hop.Depends}, o.Kind)
}
