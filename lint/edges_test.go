package lint

import (
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// A broad source has places that pass everything on, beside those that show an intention.
type broad struct {
	fake
	all []hop.Endpoint
}

func (b broad) Everywhere() []hop.Endpoint { return b.all }

// TestProxiedPlaces: a place that passes on whatever comes is one to ask about, and an endpoint as soon as somebody
// says that there are WebSockets.
func TestProxiedPlaces(t *testing.T) {
	at := hop.Pos{File: "a", Line: 7}
	for config, endpoint := range map[string]bool{"": false, "keepalive: {every: 25s}": true} {
		s := broad{fake: fake{name: "a", listens: []string{"a:80"}, to: "b:1"}, all: []hop.Endpoint{{
			Name: "ws://a/", Pos: at, Server: hop.Pos{File: "a", Line: 2},
			Requests: []hop.Request{{Method: "GET", Addr: "a:80", Header: map[string][]hop.Setting[string]{}}},
		}}}
		r := newTestRun(config, s)
		r.check()
		if got := r.result.Endpoints == 1 && len(r.result.Proxied) == 0; got != endpoint {
			t.Errorf("%q: %d endpoints, to ask about: %v", config, r.result.Endpoints, r.result.Proxied)
		}
		if (r.result.Next != "") == endpoint {
			t.Errorf("%q: the next command is %q", config, r.result.Next)
		}
	}
}

// TestCountedOnce: a place that is entered at several paths is one endpoint; one to ask about is none.
func TestCountedOnce(t *testing.T) {
	a, b := hop.Endpoint{Pos: hop.Pos{File: "a", Line: 1}}, hop.Endpoint{Pos: hop.Pos{File: "a", Line: 2}}
	d := discovery{asked: map[hop.Pos]bool{b.Pos: true}}
	if n := d.count([]hop.Endpoint{a, a, b, {}, {}}); n != 3 {
		t.Errorf("%d endpoints, want 3: two have no place", n)
	}
}

// TestOwnListenerFirst: what a source passes on to an address of its own it gets itself, whoever else listens there.
func TestOwnListenerFirst(t *testing.T) {
	a, b := fake{name: "a", listens: []string{"127.0.0.1:81"}}, fake{name: "b", listens: []string{"127.0.0.1:81"}}
	r := hop.Request{Addr: "127.0.0.1:81"}
	for from, want := range map[string]string{"a": "a", "b": "b", "": "a"} {
		at := map[string]hop.Source{"a": a, "b": b}[from]
		if got := listener(at, r, []hop.Source{a, b}).(fake).name; got != want {
			t.Errorf("from %q: %s", from, got)
		}
	}
	if listener(a, hop.Request{}, []hop.Source{a}) != nil {
		t.Error("a request without an address arrives somewhere")
	}
}

func TestLocal(t *testing.T) {
	for addr, want := range map[string]bool{
		"localhost:80": true, "127.0.0.1:80": true, "[::1]:80": true, "unix:/run/app.sock": true, "unix:": true,
		"10.0.0.1:80": false, "app:80": false, "app": false, "": false,
	} {
		if got := local(addr); got != want {
			t.Errorf("%q: %t", addr, got)
		}
	}
}

// TestLuck: of several ways a handshake may take, the one that surely passes it on counts, then one that may.
func TestLuck(t *testing.T) {
	at := hop.Pos{File: "a", Line: 1}
	order := []hop.Setting[hop.Answer]{
		hop.Written("closed", hop.Answer{Kind: hop.Closed}, at),
		hop.Written("answered", hop.Answer{Kind: hop.Answered, Status: 404}, at),
		hop.Unknown[hop.Answer]("unknown", at, "why"),
		hop.Written("passed on", hop.Answer{Kind: hop.PassedOn}, at),
	}
	for i, a := range order {
		if got := luck([]route{{hops: []hop.Hop{{Answer: order[0]}}}, {hops: []hop.Hop{{Answer: a}}}}); got != i {
			t.Errorf("%s: %d, want %d", a.Name, got, i)
		}
	}
}

// TestBehindSomething: what comes from something unknown may come with and without TLS, from anywhere, and with headers
// that nobody knows, but for those that the browser sends itself.
func TestBehindSomething(t *testing.T) {
	q := hop.Request{Addr: "a:443", TLS: true, Header: map[string][]hop.Setting[string]{
		"X-Forwarded-For": {hop.Written("", "192.0.2.1", hop.Pos{})},
	}}
	forms := behind(q, "why")
	if len(forms) != 2 || forms[0].TLS || !forms[1].TLS {
		t.Fatalf("%+v", forms)
	}
	for _, f := range forms {
		_, sent := f.Header["X-Forwarded-For"][0].Get()
		_, added := f.Header["X-Forwarded-Proto"][0].Get()
		if f.Addr != "" || f.Rest != "why" || !sent || added {
			t.Errorf("%+v", f)
		}
	}
	if len(q.Header) != 1 {
		t.Error("the request itself has changed")
	}
}

// TestDemands: only what a script cannot fulfil and has to be so counts.
func TestDemands(t *testing.T) {
	empty := hop.IsOneOf("header X-Secret", "$http_x_secret", hop.Pos{}, "")
	empty.Added = true
	p := &hop.Path{When: []hop.Condition{
		{Beyond: true, Holds: true}, {Beyond: true}, {Holds: true}, {}, empty.Taken(false), empty.Taken(true),
	}}
	if n := demands(p); n != 2 {
		t.Errorf("%d demands, want 2", n)
	}
}

// TestWhosePing: the ping of the command line replaces that of a path, which replaces the usual one.
func TestWhosePing(t *testing.T) {
	k := func(every time.Duration) *Keepalive { return &Keepalive{Every: every, Kind: "ping"} }
	for _, c := range []struct {
		flag, own, usual *Keepalive
		want             time.Duration // 0 for none
		none             bool
	}{
		{k(1), k(2), k(3), 1, false}, {nil, k(2), k(3), 2, false}, {nil, nil, k(3), 3, false}, {nil, nil, nil, 0, false},
		{&Keepalive{None: true}, k(2), k(3), 0, true}, {nil, &Keepalive{None: true}, k(3), 0, true},
	} {
		p := &hop.Path{}
		traffic{ping: c.flag, usual: c.usual}.keepalive(p, c.own)
		got := time.Duration(0)
		if len(p.Pings) > 0 {
			got, _ = p.Pings[0].Every.Get()
		}
		if got != c.want || p.NoPings != c.none {
			t.Errorf("%+v: every %d, none %t", c, got, p.NoPings)
		}
	}
}

// TestAppOfPath: what is known of an application by its path counts only where nobody says what is sent.
func TestAppOfPath(t *testing.T) {
	for _, c := range []struct {
		declared *Keepalive
		every    time.Duration
		app      bool
	}{
		{nil, 25 * time.Second, true}, {&Keepalive{Every: 7 * time.Second, Kind: "ping"}, 7 * time.Second, false},
		{&Keepalive{None: true}, 0, false},
	} {
		p := &hop.Path{Request: hop.Request{Target: "/socket.io/?EIO=4"}}
		tr := traffic{usual: c.declared}
		tr.keepalive(p, nil)
		tr.app(p, Declared{})
		every := time.Duration(0)
		if len(p.Pings) > 0 {
			every, _ = p.Pings[0].Every.Get()
		}
		if every != c.every || (p.Application != nil) != c.app {
			t.Errorf("%+v: every %v, application %v", c.declared, every, p.Application)
		}
	}
}

// TestNamesOfAKind: a load balancer that is misspelt is looked for among those of its kind.
func TestNamesOfAKind(t *testing.T) {
	r := newTestRun("paths: [{url: 'wss://a/', through: [tf/web2, nginx-ingress]}]")
	r.described = []parsers.Resource{{Name: "web1", Kinds: []string{"tf"}}, {Name: "web3", Kinds: []string{"cfn"}}}
	if got := r.declared.addresses("tf"); len(got) != 1 || got[0] != "web1" {
		t.Errorf("got %q", got)
	}
	r.declared.legs(r.in.Config.Paths[0])
	if m := r.result.Findings[0].Message; m != "there is no load balancer web2 in the files: did you mean web1?" {
		t.Errorf("got %s", m)
	}
}

// TestMissing: that something is not there is a finding only where it is sure.
func TestMissing(t *testing.T) {
	d, e := Declared{URL: "wss://a/"}, Element{Kind: "alb/web"}
	for _, a := range []hop.Absence{{Sure: true}, {Failed: true}, {}} {
		found, unknown := missing(d, e, "alb/web", a)
		if (len(found) == 1) != a.Sure || (len(unknown) == 1) == a.Sure {
			t.Errorf("%+v: %v %v", a, found, unknown)
		}
	}
}

// TestBesideBaseline: a baseline names files from where it lies, others and resources as they are called.
func TestBesideBaseline(t *testing.T) {
	for file, want := range map[string]string{
		"d/conf/a.conf": "conf/a.conf", "b.conf": "b.conf", "d/../x/b.conf": "d/../x/b.conf",
		"arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/1": "arn:aws:elasticloadbalancing:eu-west-1:1:" +
			"loadbalancer/app/web/1",
	} {
		if got := besideBaseline("d/.wslint-baseline.json", file); got != want {
			t.Errorf("%s: got %s, want %s", file, got, want)
		}
	}
}
