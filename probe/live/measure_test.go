package live_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wslint/wslint/probe"
	"github.com/wslint/wslint/probe/live"
)

// A relay stands between a client and a server and does one thing to connections.
type relay struct {
	forgets time.Duration // after so long without a byte nothing passes any more, and nobody is told
	life    time.Duration // ends each connection at this age
	crash   time.Duration // ends all connections so long after the first one came

	mu    sync.Mutex
	conns []net.Conn
}

func (r *relay) start(t testing.TB, to string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go r.serve(conn, to)
		}
	}()
	return l.Addr().String()
}

func (r *relay) serve(conn net.Conn, to string) {
	back, err := net.Dial("tcp", to)
	if err != nil {
		conn.Close()
		return
	}
	end := func() { conn.Close(); back.Close() }
	r.mu.Lock()
	if r.conns = append(r.conns, conn, back); len(r.conns) == 2 && r.crash > 0 {
		time.AfterFunc(r.crash, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			for _, c := range r.conns {
				c.Close()
			}
		})
	}
	r.mu.Unlock()
	if r.life > 0 {
		time.AfterFunc(r.life, end)
	}
	var mu sync.Mutex
	last, dead := time.Now(), false
	pass := func(to, from net.Conn) {
		b := make([]byte, 4096)
		for {
			n, err := from.Read(b)
			mu.Lock()
			if r.forgets > 0 && time.Since(last) > r.forgets {
				dead = true
			}
			last = time.Now()
			drop := dead
			mu.Unlock()
			switch {
			case err != nil && !drop:
				end()
				return
			case err != nil:
				return
			case !drop:
				to.Write(b[:n])
			}
		}
	}
	go pass(back, conn)
	pass(conn, back)
}

// TestMeasure: what ends idle connections beside an idle timer, or does not.
func TestMeasure(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as idle timeouts")
	}
	for _, c := range []struct {
		name  string
		app   app
		relay *relay
		plan  live.Plan
		found probe.Finding
		says  []string
	}{
		{"nothing", app{}, &relay{}, live.Plan{For: 4 * time.Second, Pings: []time.Duration{time.Second}}, probe.NotClosed,
			[]string{"stays open", "(3 sent"}},
		{"the server pings", app{server: 700 * time.Millisecond}, &relay{}, live.Plan{For: 4 * time.Second}, probe.NotClosed,
			[]string{"the last a ping"}},
		{"pings that nobody answers", app{mute: true}, &relay{}, live.Plan{For: 5 * time.Second,
			Pings: []time.Duration{time.Second}, Pong: 1500 * time.Millisecond}, probe.NotClosed,
			[]string{"stays open", "the server answers no pings"}},
		{"pings that nobody answers, and a timer", app{mute: true, idle: 3 * time.Second}, &relay{},
			live.Plan{For: 30 * time.Second, Pings: []time.Duration{time.Second}, Pong: 1500 * time.Millisecond},
			probe.IdleLimit, []string{"a ping every 1s keeps it open", "the server answers no pings"}},
		{"an age", app{}, &relay{life: 5 * time.Second}, live.Plan{For: 30 * time.Second,
			Pings: []time.Duration{time.Second, 2 * time.Second}, Stagger: 500 * time.Millisecond}, probe.AnyLimit,
			[]string{"closed at an age of 5.", "a limit of the age"}},
		{"a crash", app{}, &relay{crash: 8 * time.Second}, live.Plan{For: 30 * time.Second,
			Pings: []time.Duration{time.Second, time.Second}, Stagger: 1500 * time.Millisecond}, probe.AllAtOnce,
			[]string{"in one moment", "a deploy"}},
		{"dropped silently", app{}, &relay{forgets: 3 * time.Second}, live.Plan{For: 60 * time.Second,
			Pings: []time.Duration{time.Second, 5 * time.Second}, Pong: 2 * time.Second}, probe.Dropped,
			[]string{"dropped between 1.0s and 5.", "no end was told"}},
		{"dropped, and nobody pings", app{}, &relay{forgets: 2 * time.Second}, live.Plan{For: 4 * time.Second,
			Pong: 2 * time.Second}, probe.Dropped, []string{"a ping got no answer"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			back := c.app.start(t)
			c.plan.Grace = 2 * time.Second
			if c.plan.Pong == 0 {
				c.plan.Pong = 10 * time.Second
			}
			var out string
			var r *probe.Report
			for range tries {
				c.relay.conns = nil
				front := c.relay.start(t, back)
				progress := 0
				c.plan.Progress = func(p probe.Progress) { progress += len(p.Watches) }
				r = &probe.Report{URL: "ws://" + front + "/ws"}
				r.Handshake, r.Idle = live.Measure(context.Background(), targetOf(t, r.URL), c.plan)
				if r.Idle == nil || progress == 0 {
					t.Fatalf("%+v", r.Handshake)
				}
				r.Explain(nil, nil)
				out = text(t, r)
				missing := ""
				for _, s := range c.says {
					if !strings.Contains(strings.Join(strings.Fields(out), " "), s) {
						missing = s
					}
				}
				if r.Idle.Found == c.found && missing == "" {
					return
				}
			}
			t.Errorf("%s, want %s and %q\n%s", r.Idle.Found, c.found, c.says, out)
		})
	}
}

// TestInterrupted: what was seen until an interrupt is told.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	p := plan(time.Second)
	p.Stagger = 0
	p.Progress = func(now probe.Progress) {
		if now.Elapsed > 300*time.Millisecond {
			cancel()
		}
	}
	h, i := live.Measure(ctx, targetOf(t, "ws://"+app{}.start(t)+"/ws"), p)
	if h.Kind != probe.Opened || i == nil || !i.Interrupted || i.Found != probe.NotClosed || i.Took > 20*time.Second {
		t.Errorf("%+v, %+v", h, i)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if h = live.Connect(stopped, targetOf(t, "ws://"+app{}.start(t)+"/ws")); h.Kind == probe.Opened {
		t.Errorf("%+v", h)
	}
}

// TestCloseFrame: the code and the reason of a close frame are told, and no secret or command of a terminal in it.
func TestCloseFrame(t *testing.T) {
	reason := "token=tokensecret \x1b[31m bye"
	addr := server(t, says(opens+"\x88"+string([]byte{byte(2 + len(reason)), 0x0f, 0xa0})+reason))
	r := &probe.Report{URL: "ws://" + addr}
	r.Handshake, r.Idle = live.Measure(context.Background(), targetOf(t, "ws://"+addr+"/ws?token=tokensecret"), plan())
	if r.Idle == nil || r.Idle.Quiet().End != probe.CloseFrame || r.Idle.Quiet().Code != 4000 {
		t.Fatalf("%+v", r.Idle)
	}
	r.Explain(nil, nil)
	if out := text(t, r); strings.Contains(out, "tokensecret") || strings.Contains(out, "\x1b") ||
		!strings.Contains(out, "code 4000") {
		t.Error(out)
	}
	broken := server(t, says(opens+"\x81\x85abcdefgh"))
	_, i := live.Measure(context.Background(), targetOf(t, "ws://"+broken+"/ws"), plan())
	if i == nil || i.Quiet().End != probe.Broken {
		t.Errorf("%+v", i)
	}
}

// TestFrames: a server understands the pings, and that the client leaves.
func TestFrames(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	got := make(chan []byte, 100)
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		says(opens)(conn, r)
		for {
			payload, op, err := readMasked(rw)
			if err != nil {
				return
			}
			got <- append([]byte{op}, payload...)
			conn.Write(append([]byte{0x8a, byte(len(payload))}, payload...))
		}
	}))
	p := plan(200 * time.Millisecond)
	p.For = 700 * time.Millisecond
	if _, i := live.Measure(context.Background(), targetOf(t, "ws://"+l.Addr().String()+"/ws"), p); i == nil {
		t.Fatal("no connection")
	}
	pings, closes := 0, 0
	for pings == 0 || closes < 2 {
		select {
		case frame := <-got:
			switch string(frame) {
			case "\x09wslint":
				pings++
			case "\x08\x03\xe9":
				closes++
			default:
				t.Fatalf("the server got %q", frame)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%d pings, %d close frames", pings, closes)
		}
	}
}
