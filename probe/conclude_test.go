package probe_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/probe"
)

const second = time.Second

// seen is a connection: how often it pinged, when it was opened, how old it was, how it ended.
func seen(every, opened, age, since time.Duration, end probe.End) probe.Watch {
	w := probe.Watch{Every: every, Opened: opened, Age: age, Since: since, End: end}
	if every > 0 {
		w.Pings = int(age / every)
		w.Pongs = w.Pings
		if end == probe.Lost {
			w.Pongs--
		}
	}
	return w
}

// TestConclude: what connections tell that end, or do not.
func TestConclude(t *testing.T) {
	for _, c := range []struct {
		name        string
		watches     []probe.Watch
		found       probe.Finding
		least, most time.Duration
		keeps       []time.Duration
	}{
		{"an idle timer", []probe.Watch{
			seen(0, 0, 60*second, 60*second, probe.FIN), seen(20*second, second, 63*second, second, probe.StillOpen),
			seen(110*second, 2*second, 60*second, 60*second, probe.FIN),
		}, probe.IdleLimit, 60*second - 10*time.Millisecond, 60*second + 310*time.Millisecond, []time.Duration{20 * second}},
		{"an idle timer behind a greeting", []probe.Watch{
			seen(0, 0, 70*second, 60*second, probe.FIN), seen(20*second, second, 73*second, second, probe.StillOpen),
		}, probe.IdleLimit, 60*second - 10*time.Millisecond, 60*second + 310*time.Millisecond, []time.Duration{20 * second}},
		{"pings of some intervals alone keep it open", []probe.Watch{
			seen(0, 0, 60*second, 60*second, probe.FIN), seen(20*second, second, 63*second, second, probe.StillOpen),
			seen(55*second, second, 60*second, 5*second, probe.FIN),
		}, probe.IdleLimit, 60*second - 10*time.Millisecond, 60*second + 310*time.Millisecond, []time.Duration{20 * second}},
		{"an age", []probe.Watch{
			seen(0, 0, 30*second, 30*second, probe.FIN), seen(10*second, second, 30*second, 10*second, probe.FIN),
			seen(20*second, 2*second, 30*second, 10*second, probe.FIN),
		}, probe.AnyLimit, 30*second - 10*time.Millisecond, 30*second + 310*time.Millisecond, nil},
		{"a reload", []probe.Watch{
			seen(0, 0, 30*second, 30*second, probe.FIN), seen(10*second, 2*second, 28*second, 8*second, probe.FIN),
			seen(20*second, 4*second, 26*second, 6*second, probe.FIN),
		}, probe.AllAtOnce, 0, 0, nil},
		{"dropped silently", []probe.Watch{
			seen(0, 0, 400*second, 400*second, probe.StillOpen), seen(110*second, 0, 400*second, second, probe.StillOpen),
			seen(340*second, 0, 340*second, 340*second, probe.Lost), seen(350*second, 0, 350*second, 350*second, probe.Lost),
		}, probe.Dropped, 110 * second, 340 * second, []time.Duration{110 * second}},
		{"dropped, as the last question shows", []probe.Watch{
			seen(0, 0, 600*second, 600*second, probe.Lost), seen(110*second, 0, 600*second, second, probe.StillOpen),
		}, probe.Dropped, 110 * second, 600 * second, []time.Duration{110 * second}},
		{"nothing ends", []probe.Watch{
			seen(0, 0, 600*second, 0, probe.StillOpen), seen(110*second, 0, 600*second, second, probe.StillOpen),
		}, probe.NotClosed, 600 * second, 0, nil},
		{"pings are what ends it", []probe.Watch{
			seen(0, 0, 60*second, 60*second, probe.StillOpen), seen(20*second, 0, 20*second, 0, probe.RST),
		}, probe.PingsOnly, 60 * second, 0, nil},
	} {
		i := probe.Idle{Watches: c.watches, RoundTrip: 10 * time.Millisecond}
		i.Conclude()
		if i.Found != c.found || i.Least != c.least || i.Most != c.most || !slices.Equal(i.Keeps, c.keeps) {
			t.Errorf("%s: %s, %s to %s, %v keep it open", c.name, i.Found, i.Least, i.Most, i.Keeps)
		}
	}
}

// path is one hop with an idle timer, nginx, behind a load balancer with another.
func path(front, behind time.Duration) *hop.Path {
	pass := hop.Written("forward", hop.Answer{}, hop.Pos{})
	timer := func(name string, d time.Duration, line int) []hop.Timer {
		return []hop.Timer{{Setting: hop.Written(name, d, hop.Pos{File: "f", Line: line}), Restart: hop.Either}}
	}
	q := hop.Request{
		Method: "GET", Target: "/ws", Proto: hop.Written("HTTP", "1.1", hop.Pos{}),
		Header: map[string][]hop.Setting[string]{},
	}
	for name, value := range map[string]string{
		"Host": "a", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-Websocket-Key": "k", "Sec-Websocket-Version": "13",
	} {
		q.Header[name] = []hop.Setting[string]{hop.Written(name, value, hop.Pos{})}
	}
	return &hop.Path{Request: q, Browser: "chrome", Hops: []hop.Hop{
		{Name: "alb/web", Answer: pass, Next: q, Idle: timer("idle_timeout", front, 1)},
		{Name: "nginx location /ws", Answer: pass, Next: q, Idle: timer("proxy_read_timeout", behind, 2)},
	}}
}

func opened(signs ...catalog.Sign) probe.Handshake {
	return probe.Handshake{Kind: probe.Opened, Signs: signs}
}

func closedAfter(d time.Duration) *probe.Idle {
	i := &probe.Idle{For: time.Hour, Watches: []probe.Watch{seen(0, 0, d, d, probe.FIN)}}
	i.Conclude()
	return i
}

// TestCompare: what agrees, what does not, and which hop it is.
func TestCompare(t *testing.T) {
	open := &probe.Idle{For: 2 * time.Minute, Watches: []probe.Watch{seen(0, 0, 2*time.Minute, 0, probe.StillOpen)}}
	open.Conclude()
	for _, c := range []struct {
		name          string
		front, behind time.Duration
		idle          *probe.Idle
		agreement     probe.Agreement
		hop           string
	}{
		{"as predicted", 60 * second, time.Hour, closedAfter(60 * second), probe.Agrees, "alb/web"},
		{"the other timer", 30 * second, 60 * second, closedAfter(60 * second), probe.Differs, "nginx location /ws"},
		{"no timer of the path", 100 * second, time.Hour, closedAfter(60 * second), probe.Differs, "alb/web"},
		{"longer than all", 20 * second, 30 * second, closedAfter(60 * second), probe.Differs, "alb/web"},
		{"not long enough", time.Hour, time.Hour, open, probe.Undecided, "alb/web"},
		{"should have closed", 60 * second, time.Hour, open, probe.Differs, "alb/web"},
	} {
		r := probe.Report{Handshake: opened(), Idle: c.idle}
		r.Compare([]*hop.Path{path(c.front, c.behind)}, 0)
		got := r.Claims[len(r.Claims)-1]
		if r.Claims[0].Agreement != probe.Agrees || got.Agreement != c.agreement || got.Hop != c.hop {
			t.Errorf("%s: %s at %q: %+v", c.name, got.Agreement, got.Hop, r.Claims)
		}
		if r.Good() != (c.agreement != probe.Differs) {
			t.Errorf("%s: good: %t", c.name, r.Good())
		}
		if c.agreement == probe.Differs && len(got.Notes) == 0 {
			t.Errorf("%s: nothing says where", c.name)
		}
	}
}

// TestDefault: where the measured time is what a hop has unless it is told otherwise, that is said.
func TestDefault(t *testing.T) {
	r := probe.Report{Handshake: opened(), Idle: closedAfter(60 * second)}
	r.Compare([]*hop.Path{path(time.Hour, time.Hour)}, 0)
	if got := strings.Join(r.Claims[1].Notes, "\n"); !strings.Contains(got, "60s is the default of nginx") ||
		strings.Count(got, "is the default of") != 2 {
		t.Error(got)
	}
}

// TestServerPings: a declared keepalive is held against what the server sends, and what it sends keeps timers from
// firing.
func TestServerPings(t *testing.T) {
	quiet := seen(0, 0, 2*time.Minute, 5*second, probe.StillOpen)
	quiet.Frames, quiet.Gap, quiet.Kind = 4, 25*second, "ping"
	pinged := &probe.Idle{Watches: []probe.Watch{quiet}}
	pinged.Conclude()
	r := probe.Report{Handshake: opened(), Idle: pinged}
	r.Compare([]*hop.Path{path(60*second, time.Hour)}, 25*second)
	for _, c := range r.Claims {
		if c.Agreement != probe.Agrees {
			t.Errorf("%s: %+v", c.About, c)
		}
	}
	if len(r.Claims) != 3 {
		t.Errorf("%d claims", len(r.Claims))
	}
	r = probe.Report{Handshake: opened(), Idle: closedAfter(60 * second)}
	r.Compare([]*hop.Path{path(60*second, time.Hour)}, 25*second)
	if c := r.Claims[1]; c.About != "keepalive" || c.Agreement != probe.Differs || r.Good() {
		t.Errorf("nothing was sent: %+v", c)
	}
	declared := path(60*second, time.Hour)
	every := hop.Written("keepalive", 25*second, hop.Pos{})
	declared.Pings = []hop.Ping{{Every: every, Moves: hop.Either, Sends: hop.Bytes}}
	r.Explain([]*hop.Path{declared}, nil)
	if s := r.Suspects.Suspects; len(s) == 0 || s[0].Name != "alb/web" {
		t.Errorf("a keepalive that is not sent clears the timer that fired: %+v", s)
	}
}

// TestCompareHandshake: statuses, and hops by their error pages and signs.
func TestCompareHandshake(t *testing.T) {
	p := path(60*second, 60*second)
	answered := func(status int, by string) probe.Handshake {
		return probe.Handshake{Kind: probe.Other, By: by, Answer: &probe.Answer{Status: status}}
	}
	r := probe.Report{Handshake: answered(502, "nginx")}
	r.Compare([]*hop.Path{p}, 0)
	if c := r.Claims[0]; c.Agreement != probe.Differs || c.Hop != "nginx location /ws" || r.Good() || r.Unreachable() {
		t.Errorf("%+v", c)
	}
	q := path(60*second, 60*second)
	q.Hops[1].Answer = hop.Written("return", hop.Answer{Kind: hop.Answered, Status: 404}, hop.Pos{File: "f", Line: 9})
	for status, want := range map[int]probe.Agreement{404: probe.Agrees, 502: probe.Differs} {
		r = probe.Report{Handshake: answered(status, "")}
		r.Compare([]*hop.Path{q}, 0)
		if c := r.Claims[0]; c.Agreement != want || r.Good() != (want == probe.Agrees) {
			t.Errorf("%d: %+v", status, c)
		}
	}
	// What the application would refuse has to get there.
	bare := path(60*second, 60*second)
	bare.Hops[1].Next.Header = maps.Clone(bare.Hops[1].Next.Header)
	delete(bare.Hops[1].Next.Header, "Upgrade")
	for by, want := range map[string]probe.Agreement{"": probe.Agrees, "nginx": probe.Differs} {
		r = probe.Report{Handshake: answered(502, by)}
		if r.Compare([]*hop.Path{bare}, 0); r.Claims[0].Agreement != want {
			t.Errorf("a page by %q: %+v", by, r.Claims[0])
		}
	}
	r = probe.Report{Handshake: opened()}
	if r.Compare([]*hop.Path{q, p}, 0); r.Claims[0].Agreement != probe.Agrees || len(r.Claims[0].Notes) == 0 {
		t.Errorf("in the second case: %+v", r.Claims[0])
	}
	r = probe.Report{Handshake: opened(catalog.SignsOf("Server", "cloudflare")...)}
	if r.Compare([]*hop.Path{p}, 0); len(r.Undeclared) != 1 || r.Undeclared[0].Hop != "cloudflare" {
		t.Errorf("undeclared: %+v", r.Undeclared)
	}
	r = probe.Report{Handshake: opened(append(catalog.SignsOf("server", "nginx/1.2"),
		catalog.SignsOf("Server", "awselb/2.0")...)...)}
	if r.Compare([]*hop.Path{p}, 0); len(r.Undeclared) != 0 {
		t.Errorf("declared: %+v", r.Undeclared)
	}
}
