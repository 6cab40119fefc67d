package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A change is made to the path of an example.
type change func(p *hop.Path)

// at is line n of a file.
func at(n int) hop.Pos { return hop.Pos{File: "nginx.conf", Line: n, Col: 1} }

func written[T any](name string, v T, line int) hop.Setting[T] { return hop.Written(name, v, at(line)) }

func unset[T any](name string, v T, line int) hop.Setting[T] { return hop.Default(name, v, at(line)) }

func unsure[T any](name string, line int) hop.Setting[T] {
	return hop.Unknown[T](name, at(line), "a template sets it")
}

// editable makes a setting one that can be rewritten.
func editable[T any](s hop.Setting[T]) hop.Setting[T] {
	s.Set = func(value string) []hop.Edit { return []hop.Edit{{File: s.Pos.File, New: value}} }
	s.Remove = func() []hop.Edit { return []hop.Edit{{File: s.Pos.File}} }
	return s
}

// sent is a browser's handshake.
func sent() hop.Request {
	r := hop.Request{Method: "GET", Host: "chat.test", Target: "/ws", Proto: hop.Written("version", "1.1", hop.Pos{}),
		Header: map[string][]hop.Setting[string]{}}
	for name, v := range map[string]string{"Host": "chat.test", "Upgrade": "websocket", "Connection": "Upgrade",
		"Sec-Websocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-Websocket-Version": "13", "Origin": "http://chat.test"} {
		r.Header[name] = []hop.Setting[string]{hop.Written(name, v, hop.Pos{})}
	}
	return r
}

// socket is a declared path on which a WebSocket opens and stays: browser, nginx, application.
func socket(changes ...change) *hop.Path {
	p := &hop.Path{Name: "ws://chat.test/ws", Browser: "chrome", Request: sent(), Confidence: hop.Declared,
		Hops: []hop.Hop{
			{Name: "nginx location /ws", Pos: at(1), Answer: written("proxy_pass", hop.Answer{}, 2), Next: sent()},
		}}
	for _, c := range changes {
		c(p)
	}
	return p
}

// atHop changes hop i.
func atHop(i int, f func(h *hop.Hop)) change { return func(p *hop.Path) { f(&p.Hops[i]) } }

// onlyHop changes the only hop.
func onlyHop(f func(h *hop.Hop)) change { return atHop(0, f) }

// behind puts another hop in front of the last one.
func behind(name string) change {
	return func(p *hop.Path) {
		p.Hops = append(
			[]hop.Hop{
				{
					Name:   name,
					Pos:    hop.Pos{File: name},
					Answer: hop.Written("to nginx", hop.Answer{}, hop.Pos{File: name}),
					Next:   sent(),
				},
			},
			p.Hops...)
	}
}

func confidence(c hop.Confidence) change { return func(p *hop.Path) { p.Confidence = c } }

// sends makes the last hop send these lines of a header, each on a line of its own from 20 on, and no others.
func sends(name string, values ...string) change {
	return func(p *hop.Path) {
		h := p.Last()
		delete(h.Next.Header, name)
		for i, v := range values {
			h.Next.Header[name] = append(h.Next.Header[name], editable(written("proxy_set_header "+name, v, 20+i)))
		}
	}
}

// browser makes the browser send a header.
func browser(name, value string) change {
	return func(p *hop.Path) {
		p.Request.Header[name] = []hop.Setting[string]{hop.Written(name, value, hop.Pos{})}
	}
}

// answers makes the last hop answer itself.
func answers(a hop.Answer) change {
	return func(p *hop.Path) { p.Last().Answer = written("return", a, 3) }
}

// pings declares a ping frame.
func pings(every time.Duration) change {
	return func(p *hop.Path) {
		p.Pings = append(p.Pings, hop.Ping{Every: hop.Written("--ping", every, hop.Pos{}), Moves: hop.Either})
	}
}

func silent(app string) change { return func(p *hop.Path) { p.NoPings, p.App = true, app } }

// idle is a timer of nginx, on the given line.
func idle(d time.Duration, line int) hop.Timer {
	return hop.Timer{
		Setting: editable(written("proxy_read_timeout", d, line)),
		Restart: hop.Either,
		Lazy:    300 * time.Millisecond,
	}
}

func timers(list ...hop.Timer) change { return onlyHop(func(h *hop.Hop) { h.Idle = list }) }

func clients(n int) change { return func(p *hop.Path) { p.Clients = n } }

// kernel declares kernel settings.
func kernel(f func(k *hop.Kernel)) change {
	return func(p *hop.Path) {
		p.Kernel = &hop.Kernel{}
		f(p.Kernel)
	}
}

// found writes the findings of one rule: "error 7 set proxy_read_timeout to 160s; …", without the title where there
// is no fix.
func found(rule *rules.Rule, p *hop.Path) string {
	var list []string
	for _, f := range rules.Run([]*rules.Rule{rule}, slices.Values([][]*hop.Path{{p}})) {
		s := fmt.Sprintf("%s %s", f.Severity, strings.TrimSuffix(strings.TrimPrefix(f.Pos.String(), "nginx.conf:"), ":1"))
		if f.Fix != nil {
			s += " " + f.Fix.Title
			if f.Fix.Safe {
				s += " (safe)"
			}
		}
		list = append(list, s)
	}
	return strings.Join(list, "; ")
}

// An edge is a path on one side of where a rule begins to speak.
type edge struct {
	rule    *rules.Rule
	name    string
	changes []change
	want    string // what is found
}

func holdEdges(t *testing.T, edges []edge) {
	t.Helper()
	for _, e := range edges {
		if got := found(e.rule, socket(e.changes...)); got != e.want {
			t.Errorf("%s, %s: got %q, want %q", e.rule.Name, e.name, got, e.want)
		}
	}
}

func list(changes ...change) []change { return changes }

// TestHealthyPath: nothing is found on the path that the edges change.
func TestHealthyPath(t *testing.T) {
	p := socket(timers(idle(time.Hour, 7)), pings(25*time.Second), clients(100), kernel(func(*hop.Kernel) {}))
	if o := p.Handshake(); o.Kind != hop.Open {
		t.Fatalf("%+v", o)
	}
	for _, r := range rules.All {
		if r.Check == nil {
			continue
		}
		if got := found(r, p); got != "" {
			t.Errorf("%s: %s", r.Name, got)
		}
	}
}

// TestTimerEdges: where the rules on idle timers begin and end.
func TestTimerEdges(t *testing.T) {
	s := time.Second
	documented := func(d time.Duration) hop.Timer {
		timer := hop.Timer{Setting: unset("idle timeout", d, 7), Restart: hop.Either}
		timer.As = hop.Documented
		return timer
	}
	below, without, margin := rules.IdleTimeoutBelowPing, rules.IdleTimeoutWithoutPing, rules.KeepaliveMargin
	holdEdges(t, []edge{
		{below, "a ping in time", list(timers(idle(60*s, 7)), pings(59*s)), ""},
		{below, "a ping as long", list(timers(idle(60*s, 7)), pings(60*s)), "error 7 set proxy_read_timeout to 130s"},
		{below, "a longer ping", list(timers(idle(60*s, 7)), pings(75*s)), "error 7 set proxy_read_timeout to 160s"},
		{
			below,
			"two timers, the shorter one first",
			list(timers(idle(60*s, 7), idle(50*s, 8)), pings(75*s)),
			"error 8 set proxy_read_timeout to 160s",
		},
		{
			below,
			"one timer twice",
			list(timers(idle(60*s, 7), idle(60*s, 7)), pings(75*s)),
			"error 7 set proxy_read_timeout to 160s",
		},
		{below, "the ping that counts", list(timers(idle(60*s, 7)), func(p *hop.Path) {
			p.Pings = []hop.Ping{
				{Every: hop.Written("a", 10*s, hop.Pos{}), Moves: hop.Either, Sends: hop.Packets},
				{Every: hop.Written("b", 90*s, hop.Pos{}), Moves: hop.Client},
			}
		}), "error 7 set proxy_read_timeout to 190s"},
		{below, "a documented default is only assumed", list(timers(documented(60*s)), pings(75*s)), "warning 7"},
		{below, "of the application it is not", list(pings(75*s), func(p *hop.Path) {
			p.Application = &hop.App{Name: "jetty", Idle: []hop.Timer{documented(60 * s)}}
		}), "error 7"},
		{below, "a handshake that fails", list(timers(idle(60*s, 7)), pings(75*s), sends("Upgrade")), ""},
		{below, "nothing declared", list(timers(idle(60*s, 7))), ""},

		{without, "ten minutes of a declared path", list(timers(idle(600*s, 7))), "warning 7 set proxy_read_timeout to 1h"},
		{without, "a second more", list(timers(idle(601*s, 7))), ""},
		{
			without,
			"five minutes of another",
			list(timers(idle(300*s, 7)), confidence(hop.Certain)),
			"warning 7 set proxy_read_timeout to 1h",
		},
		{without, "a second more", list(timers(idle(301*s, 7)), confidence(hop.Certain)), ""},
		{
			without,
			"somebody said that nothing is sent",
			list(timers(idle(60*s, 7)), silent("")),
			"error 7 set proxy_read_timeout to 1h",
		},
		{
			without,
			"and the path is a guess",
			list(timers(idle(60*s, 7)), silent(""), confidence(hop.Certain)),
			"warning 7 set proxy_read_timeout to 1h",
		},
		{without, "and the timer is a documented default", list(timers(documented(60*s)), silent("")), "warning 7"},
		{
			without,
			"a lifetime",
			list(onlyHop(func(h *hop.Hop) { h.Life = []hop.Timer{{Setting: written("life", 60*s, 7)}} })),
			"",
		},
		{without, "a ping is declared", list(timers(idle(60*s, 7)), pings(75*s)), ""},

		{margin, "ten of sixty", list(timers(idle(60*s, 7)), pings(50*s)), ""},
		{margin, "a little less", list(timers(idle(60*s, 7)), pings(51*s)), "warning 7 set proxy_read_timeout to 112s"},
		{margin, "five of twenty", list(timers(idle(20*s, 7)), pings(15*s)), ""},
		{margin, "four of twenty", list(timers(idle(20*s, 7)), pings(16*s)), "warning 7 set proxy_read_timeout to 42s"},
		{margin, "none", list(timers(idle(60*s, 7)), pings(60*s)), ""},
		{
			margin,
			"every timer",
			list(timers(idle(60*s, 7), idle(61*s, 8)), pings(58*s)),
			"warning 7 set proxy_read_timeout to 126s; warning 8 set proxy_read_timeout to 126s",
		},
		{
			margin,
			"one of unknown length beside",
			list(timers(hop.Timer{Setting: unsure[time.Duration]("x", 6), Restart: hop.Either}, idle(60*s, 7)), pings(58*s)),
			"warning 7 set proxy_read_timeout to 126s",
		},
		{
			margin,
			"a timer that starts later",
			list(timers(hop.Timer{Setting: written("x", 60*s, 7), Restart: hop.Either, Starts: hop.Reloaded}), pings(58*s)),
			"",
		},
		{margin, "a handshake that fails", list(timers(idle(60*s, 7)), pings(58*s), sends("Upgrade")), ""},

		{
			rules.UnitSlip,
			"3600ms",
			list(timers(idle(3600*time.Millisecond, 7))),
			"warning 7 set proxy_read_timeout to 3600s",
		},
		{rules.UnitSlip, "whole seconds", list(timers(idle(3*s, 7))), ""},
		{rules.UnitSlip, "no whole minutes", list(timers(idle(1250*time.Millisecond, 7))), ""},
		{rules.UnitSlip, "120ms", list(timers(idle(120*time.Millisecond, 7))), "warning 7 set proxy_read_timeout to 120s"},
		{rules.UnitSlip, "60ms", list(timers(idle(60*time.Millisecond, 7))), ""},
		{rules.UnitSlip, "a default", list(timers(hop.Timer{Setting: unset("x", 3600*time.Millisecond, 7)})), ""},
		{
			rules.UnitSlip,
			"no fix without an editor",
			list(timers(hop.Timer{Setting: written("x", 3600*time.Millisecond, 7)})),
			"warning 7",
		},
	})
}

// TestWhatCounts: a keepalive that a timer does not take for traffic, and one that hidden tabs delay.
func TestWhatCounts(t *testing.T) {
	s := time.Second
	ping := func(moves hop.Side, sends hop.Unit) change {
		return func(p *hop.Path) {
			p.Pings = []hop.Ping{{Every: hop.Written("--ping", 25*s, at(90)), Moves: moves, Sends: sends}}
		}
	}
	timer := func(d time.Duration, restart hop.Side, counts hop.Unit) change {
		return timers(hop.Timer{Setting: written("idle timeout", d, 7), Restart: restart, Counts: counts})
	}
	hides := func(hidden time.Duration) change {
		return func(p *hop.Path) {
			p.Pings = []hop.Ping{{Every: hop.Written("--ping", 25*s, hop.Pos{}), Moves: hop.Client, Hidden: hidden}}
		}
	}
	not, tab := rules.PingDoesNotCount, rules.PingThrottledInHiddenTab
	holdEdges(t, []edge{
		{not, "bytes", list(timer(60*s, hop.Either, hop.Bytes), ping(hop.Client, hop.Bytes)), ""},
		{not, "TCP keepalive", list(timer(60*s, hop.Either, hop.Bytes), ping(hop.Either, hop.Packets)), "error 7"},
		{not, "the wrong end", list(timer(60*s, hop.Server, hop.Bytes), ping(hop.Client, hop.Bytes)), "error 7"},
		{not, "an hour", list(timer(time.Hour, hop.Server, hop.Bytes), ping(hop.Client, hop.Bytes)), "error 7"},
		{not, "more than an hour", list(timer(time.Hour+s, hop.Server, hop.Bytes), ping(hop.Client, hop.Bytes)), ""},
		{
			not,
			"a handshake that fails",
			list(timer(60*s, hop.Server, hop.Bytes), ping(hop.Client, hop.Bytes), sends("Upgrade")),
			"",
		},

		{
			tab,
			"a minute is too late",
			list(timers(idle(60*s, 7)), hides(time.Minute)),
			"warning 7 set proxy_read_timeout to 130s",
		},
		{tab, "and for a longer timer it is not", list(timers(idle(61*s, 7)), hides(time.Minute)), ""},
		{tab, "nothing is hidden", list(timers(idle(60*s, 7)), hides(0)), ""},
		{tab, "it is too late in any tab", list(timers(idle(20*s, 7)), hides(time.Minute)), ""},
		{tab, "a handshake that fails", list(timers(idle(60*s, 7)), hides(time.Minute), sends("Upgrade")), ""},
	})
	for _, c := range []struct {
		changes []change
		notes   string // in this order
	}{
		{list(timer(60*s, hop.Either, hop.Bytes), ping(hop.Either, hop.Packets)), "payload|send a ping frame every 25s"},
		{list(timer(2*time.Hour, hop.Either, hop.Bytes), ping(hop.Server, hop.Packets), behind("nat"),
			atHop(0, func(h *hop.Hop) {
				h.Idle = []hop.Timer{{Setting: written("idle timeout", 60*s, 7), Restart: hop.Either, Counts: hop.Packets}}
			})), "TCP keepalive ends at the next proxy|send a ping frame every 25s"},
		{list(timer(60*s, hop.Server, hop.Bytes), ping(hop.Client, hop.Bytes)),
			"only what the server sends|let the server send"},
		{list(timer(60*s, hop.Client, hop.Bytes), ping(hop.Server, hop.Bytes)),
			"only what the client sends|let the client send"},
	} {
		list := rules.Run([]*rules.Rule{not}, slices.Values([][]*hop.Path{{socket(c.changes...)}}))
		if len(list) != 1 || !inOrder(noteTexts(list[0]), strings.Split(c.notes, "|")) {
			t.Errorf("%d findings, and the notes are not %q: %v", len(list), c.notes, list)
		}
	}
}

func noteTexts(f rules.Finding) string {
	var texts []string
	for _, n := range f.Notes {
		texts = append(texts, n.Text)
	}
	return strings.Join(texts, " / ")
}

func inOrder(text string, parts []string) bool {
	for _, p := range parts {
		_, rest, ok := strings.Cut(text, p)
		if !ok {
			return false
		}
		text = rest
	}
	return true
}

// TestLifeEdges: lifetimes, reloads, deployments.
func TestLifeEdges(t *testing.T) {
	s := time.Second
	life := func(d time.Duration, starts hop.Event, as string) hop.Timer {
		timer := hop.Timer{Setting: written("limit", d, 7), Starts: starts}
		if as != "" {
			timer.Setting = unset("limit", d, 7)
			timer.As = as
		}
		return timer
	}
	lives := func(list ...hop.Timer) change { return onlyHop(func(h *hop.Hop) { h.Life = list }) }
	set := func(timer hop.Timer) hop.Timer { timer.Setting = editable(timer.Setting); return timer }
	ends, reload, drain := rules.LifetimeEndsBusyConnection, rules.WorkerShutdownCutsTunnels, rules.DrainClosesAtOnce
	holdEdges(t, []edge{
		{ends, "two hours", list(lives(set(life(2*time.Hour, hop.Opened, "")))), "warning 7 set limit to 24h"},
		{ends, "an idle timer is none", list(timers(idle(60*s, 7))), ""},
		{ends, "a fixed day", list(lives(life(24*time.Hour, hop.Opened, hop.Fixed))), ""},
		{ends, "a fixed time below a day", list(lives(life(24*time.Hour-s, hop.Opened, hop.Fixed))), "warning 7"},
		{ends, "a day that somebody wrote", list(lives(life(24*time.Hour, hop.Opened, ""))), "warning 7"},
		{ends, "a reload", list(lives(life(2*s, hop.Reloaded, ""))), ""},
		{ends, "a handshake that fails", list(lives(life(2*s, hop.Opened, "")), sends("Upgrade")), ""},

		{reload, "ten seconds", list(lives(set(life(10*s, hop.Reloaded, "")))), "warning 7 set limit to 4h"},
		{reload, "just below an hour", list(lives(life(time.Hour-s, hop.Reloaded, ""))), "warning 7"},
		{reload, "an hour", list(lives(life(time.Hour, hop.Reloaded, ""))), ""},
		{reload, "a documented default", list(lives(life(10*s, hop.Reloaded, hop.Documented))), ""},
		{reload, "a lifetime", list(lives(life(10*s, hop.Opened, ""))), ""},
		{
			reload,
			"of unknown length, and another",
			list(lives(hop.Timer{Setting: unsure[time.Duration]("x", 6), Starts: hop.Reloaded}, life(10*s, hop.Reloaded, ""))),
			"warning 7",
		},
		{reload, "a handshake that fails", list(lives(life(10*s, hop.Reloaded, "")), sends("Upgrade")), ""},

		{drain, "at once", list(lives(life(0, hop.Drained, ""))), "warning 7"},
		{drain, "after a second", list(lives(life(s, hop.Drained, ""))), ""},
		{drain, "a lifetime of nothing", list(lives(life(0, hop.Reloaded, ""))), ""},
		{
			drain,
			"of unknown length, and another",
			list(lives(hop.Timer{Setting: unsure[time.Duration]("x", 6), Starts: hop.Drained}, life(0, hop.Drained, ""))),
			"warning 7",
		},
		{drain, "a handshake that fails", list(lives(life(0, hop.Drained, "")), sends("Upgrade")), ""},
	})
}

// TestHostOfOrigin: an application that gets a Host and an Origin of one name compares equals, whatever the browser
// sent.
func TestHostOfOrigin(t *testing.T) {
	for origin, want := range map[string]int{"https://inner.test": 0, "https://a.test": 1} {
		q := handshake()
		q.Host = "a.test"
		p := &hop.Path{Name: "ws://a.test/ws", Confidence: hop.Declared, Request: q}
		p.Request.Header["Host"] = []hop.Setting[string]{hop.Written("Host", "a.test", hop.Pos{})}
		next := q.Clone()
		next.Header["Host"] = []hop.Setting[string]{hop.Written("Host", "inner.test", hop.Pos{})}
		next.Header["Origin"] = []hop.Setting[string]{hop.Written("Origin", origin, hop.Pos{})}
		p.Hops = []hop.Hop{{Name: "nginx", Answer: hop.Written("proxy_pass", hop.Answer{}, hop.Pos{}), Next: next}}
		found := rules.Run([]*rules.Rule{rules.HostNotForwarded}, slices.Values([][]*hop.Path{{p}}))
		if len(found) != want {
			t.Errorf("%s: %v", origin, found)
		}
	}
}
