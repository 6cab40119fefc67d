package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A fake source listens on some addresses and passes everything on to one.
type fake struct {
	name      string
	listens   []string
	to        string
	answer    hop.Setting[hop.Answer] // instead of passing on, if it is set
	timeout   time.Duration
	endpoints []hop.Endpoint
	got       *[]hop.Request
}

func (f fake) pos() hop.Pos { return hop.Pos{File: f.name, Line: 3, Col: 5, EndCol: 9} }

func (f fake) Serve(r hop.Request) []hop.Case { return hop.Only(f.serve(r)) }

func (f fake) serve(r hop.Request) hop.Hop {
	if f.got != nil {
		*f.got = append(*f.got, r)
	}
	h := hop.Hop{Name: f.name, Pos: f.pos(), Answer: hop.Written("proxy_pass", hop.Answer{}, f.pos()), Next: r.Clone()}
	h.Next.Addr = f.to
	if f.answer.Name != "" {
		h.Answer = f.answer
	}
	if f.timeout > 0 {
		h.Idle = []hop.Timer{{Setting: hop.Default("proxy_read_timeout", f.timeout, f.pos()), Restart: hop.Either}}
	}
	return h
}

func (f fake) Listens(r hop.Request) bool { return r.Addr == "" || slices.Contains(f.listens, r.Addr) }
func (f fake) Endpoints() []hop.Endpoint  { return f.endpoints }

// cutRule reports every cut, so that tests see what rules see.
var cutRule = &rules.Rule{Name: "cut", Severity: rules.Error, Check: func(p *hop.Path, report func(rules.Finding)) {
	for _, c := range p.Cuts() {
		name, _ := p.Station(c.Hop)
		report(rules.Finding{Pos: c.Timer.Pos, Message: fmt.Sprintf("%s after %v", name, c.After)})
	}
}}

func newTestRun(config string, sources ...hop.Source) *run {
	c, err := ParseConfig(".wslint.yaml", []byte(config))
	if err != nil {
		panic(err)
	}
	in := Input{Config: c, Rules: []*rules.Rule{cutRule, rules.PathHopUnknown}}
	if err := in.complete(); err != nil {
		panic(err)
	}
	r := newLoad(&in, Readers()).run()
	r.sources = sources
	return r
}

// only is the only declared path, in Chrome's form.
func (r *run) only() *hop.Path {
	d := r.in.Config.Paths[0]
	return r.declared.follow(d, r.declared.legs(d), "chrome")[0]
}

func texts(notes []hop.Note) string {
	var s []string
	for _, n := range notes {
		s = append(s, n.Pos.String()+": "+n.Text)
	}
	return strings.Join(s, "\n")
}

func messages(r *Result) string {
	var s []string
	for _, f := range r.Findings {
		s = append(s, fmt.Sprintf("%s: %s [%s, %s, %s]", f.Pos, f.Message, f.Severity, f.Confidence, f.Path))
	}
	return strings.Join(s, "\n")
}

func endpointOf(f fake, c hop.Confidence) fake {
	f.endpoints = []hop.Endpoint{
		{
			Name:       "ws://" + f.name + "/",
			Pos:        f.pos(),
			Confidence: c,
			Requests:   []hop.Request{{Host: f.name, Target: "/", Addr: f.listens[0]}},
		},
	}
	return f
}

func TestEndpoints(t *testing.T) {
	a := endpointOf(fake{name: "a", listens: []string{"a:80"}, to: "b:80", timeout: time.Minute}, hop.Likely)
	b := endpointOf(fake{name: "b", listens: []string{"b:80"}, to: "app:1", timeout: time.Hour}, hop.Possible)
	r := newTestRun("", a, b)
	r.check()
	// b is not joined to a: that it listens where a passes on to proves nothing.
	want := "a:3:5: a after 1m0s [error, likely, ws://a/]\nb:3:5: b after 1h0m0s [warning, possible, ws://b/]"
	if got := messages(r.result); got != want || r.result.Endpoints != 2 {
		t.Errorf("got %s\nwant %s\n%d endpoints", got, want, r.result.Endpoints)
	}
}

func TestPings(t *testing.T) {
	a := endpointOf(fake{name: "a", listens: []string{"a:80"}, timeout: time.Minute}, hop.Likely)
	for _, tc := range []struct {
		config, flag string
		want         int
	}{
		{"", "", 1},
		{"keepalive: {every: 25s}", "", 0},
		{"keepalive: {every: 25s}", "75s", 1},
		{"keepalive: {every: 75s}", "25s", 0},
		{"keepalive: none", "", 1},
	} {
		r := newTestRun(tc.config, a)
		r.finder.traffic.ping, _ = ParseKeepalive(nil, tc.flag, "", "")
		r.check()
		if got := len(r.result.Findings); got != tc.want {
			t.Errorf("%q, --ping %s: %d findings, want %d", tc.config, tc.flag, got, tc.want)
		}
	}
}

func TestDeclaredPathReplacesEndpoint(t *testing.T) {
	a := endpointOf(fake{name: "a", listens: []string{"a:80"}, timeout: time.Minute}, hop.Likely)
	r := newTestRun("paths: [{url: 'ws://a/'}]", a)
	r.check()
	if got, want := messages(r.result), "a:3:5: a after 1m0s [error, declared, ws://a/]"; got != want ||
		r.result.Endpoints != 1 {
		t.Errorf("got %s, %d endpoints, want %s", got, r.result.Endpoints, want)
	}
}

func TestUnknownHopIsNoFinding(t *testing.T) {
	var got []hop.Request
	a := fake{name: "a", listens: []string{"10.0.0.1:80"}, timeout: time.Minute, got: &got}
	r := newTestRun(
		"paths:\n  - url: wss://chat.example.com/ws\n    through: [cloudfrnt, nginx: a]\n    keepalive: {every: 70s}",
		a,
	)
	r.through[absolute("a")] = []hop.Source{a}
	r.check()
	if want := ".wslint.yaml:3:15: cloudfrnt: what this hop does to the connection is unknown"; texts(
		r.result.Unknown,
	) != want {
		t.Errorf("got unknown %s\nwant %s", texts(r.result.Unknown), want)
	}
	if want := ".wslint.yaml:3:15: unknown hop \"cloudfrnt\": did you mean cloudfront? [warning, declared, " +
		"wss://chat.example.com/ws]\n" +
		"a:3:5: a after 1m0s [error, declared, wss://chat.example.com/ws]"; messages(
		r.result,
	) != want {
		t.Errorf("got %s\nwant %s", messages(r.result), want)
	}
	first := got[0]
	if _, why := first.Lines("X-Forwarded-Proto"); first.Addr != "" || why == "" {
		t.Errorf("behind cloudfrnt the request arrives at %q, X-Forwarded-Proto unknown because %q", first.Addr, why)
	}
}

func TestDeclaredPathNobodyServes(t *testing.T) {
	a := fake{name: "a", listens: []string{"a:80"}, timeout: time.Minute}
	r := newTestRun("paths: [{url: 'wss://chat.example.com/ws'}]", a)
	r.check()
	want := ".wslint.yaml:1:15: no configuration given listens on chat.example.com:443: name the hops of the path " +
		"with through"
	if got := texts(r.result.Unknown); got != want || len(r.result.Findings) > 0 {
		t.Errorf("got %s and %s, want %s", got, messages(r.result), want)
	}
}

func TestUnknownApp(t *testing.T) {
	a := fake{name: "a", listens: []string{"a:80"}, timeout: time.Minute}
	r := newTestRun("paths: [{url: 'ws://a/', app: sokcet.io}]", a)
	r.check()
	if len(r.result.Findings) > 0 ||
		!strings.Contains(
			texts(r.result.Unknown),
			"unknown application \"sokcet.io\": what it sends on an idle connection is not known; declare keepalive, or one "+
				"that wslint apps lists; did you mean socket.io?",
		) {
		t.Errorf("got %s and %s", messages(r.result), texts(r.result.Unknown))
	}
}

func TestUnknownAnswer(t *testing.T) {
	a := endpointOf(fake{name: "a", listens: []string{"a:80"}, timeout: time.Minute}, hop.Certain)
	a.answer = hop.Unknown[hop.Answer]("access_by_lua_block", hop.Pos{File: "a", Line: 9}, "Lua decides")
	r := newTestRun("", a)
	r.check()
	if want := "a:9: what becomes of the handshake ws://a/ is unknown: Lua decides"; texts(r.result.Unknown) != want {
		t.Errorf("got %s\nwant %s", texts(r.result.Unknown), want)
	}
}

func TestJoin(t *testing.T) {
	a := fake{name: "a", listens: []string{"a:80", "127.0.0.1:80"}, to: "127.0.0.2:80"}
	b := fake{name: "b", listens: []string{"127.0.0.2:80", "b:81"}, to: "app:1"}
	q := hop.Request{Addr: "a:80"}
	names := func(hops []hop.Hop) (s string) {
		for _, h := range hops {
			s += h.Name
		}
		return s
	}
	known := []hop.Source{a, b}
	if got := names(around{known: known}.join(a, q)[0].hops); got != "ab" {
		t.Errorf("went through %s, want ab", got)
	}
	elsewhere := a
	elsewhere.to = "b:81"
	if got := names(around{known: []hop.Source{elsewhere, b}}.join(elsewhere, q)[0].hops); got != "a" {
		t.Errorf("went through %s: a name is some other machine's", got)
	}
	b.to = "127.0.0.1:80"
	known[1] = b
	hops := around{known: known}.join(a, q)[0].hops
	last := hops[len(hops)-1]
	if end, sure := last.Answer.Get(); len(hops) != 2 || !sure || end.Cause != hop.InCircles {
		t.Errorf("a circle has %d hops and ends with %v %q", len(hops), end, last.Answer.Why())
	}
}

// TestJoinSockets: another source is reached at a unix socket, by whatever spelling, where it alone opens that; ports
// prove nothing.
func TestJoinSockets(t *testing.T) {
	way := func(to string, others ...fake) (s string) {
		a := fake{name: "a", listens: []string{"a:80"}, to: to}
		known := []hop.Source{a}
		for _, o := range others {
			o.to = "app:1"
			known = append(known, o)
		}
		for _, h := range (around{known: bySockets(known)}).join(a, hop.Request{Addr: "a:80"})[0].hops {
			s += h.Name
		}
		return s
	}
	socket := fake{name: "b", listens: []string{hop.UnixAddr("/run/x.sock")}}
	port := fake{name: "c", listens: []string{"127.0.0.1:81"}}
	for _, tc := range []struct{ got, want string }{
		{way(hop.UnixAddr("/run/x.sock"), socket, port), "ab"},
		{way(hop.UnixAddr("/var/run//x.sock"), socket, port), "ab"},
		{way(hop.UnixAddr("/run/y.sock"), socket, port), "a"},
		{way(hop.UnixAddr("/run/x.sock"), socket, socket), "a"},
		{way("127.0.0.1:81", socket, port), "a"},
	} {
		if tc.got != tc.want {
			t.Errorf("went through %s, want %s", tc.got, tc.want)
		}
	}
}

func TestTrace(t *testing.T) {
	a := fake{name: "a", listens: []string{"a:80", "127.0.0.1:80"}, to: "127.0.0.2:80"}
	b := fake{name: "b", listens: []string{"127.0.0.2:80"}, to: "app:1"}
	r := newTestRun("", b, a)
	h := Handshake{URL: "ws://a/x", Browser: "chrome"}
	q, _ := h.Request()
	p := r.finder.trace(h, q)[0]
	if len(p.Hops) != 2 || p.Hops[0].Name != "a" || p.Handshake().Kind != hop.Open {
		t.Errorf("got %+v", p)
	}
}
