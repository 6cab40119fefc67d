package why

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
)

func TestFits(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		after, length time.Duration
		fit, exact    bool
	}{
		{60 * s, 60 * s, true, true}, {61 * s, 60 * s, true, true}, {59 * s, 60 * s, true, true},
		{62 * s, 60 * s, true, false},
		{63 * s, 60 * s, true, false}, {64 * s, 60 * s, false, false}, {58 * s, 60 * s, false, false},
		{0, 60 * s, false, false},
		{600 * s, 600 * s, true, true}, {588 * s, 600 * s, true, false}, {587 * s, 600 * s, false, false},
		{630 * s, 600 * s, true, false}, {631 * s, 600 * s, false, false},
		{5 * s, 5 * s, true, true}, {8 * s, 5 * s, true, false}, {9 * s, 5 * s, false, false}, {4 * s, 5 * s, true, true},
		{3 * s, 5 * s, false, false},
	} {
		if fit, exact := fits(c.after, c.length); fit != c.fit || exact != c.exact {
			t.Errorf("%v against a timer of %v: fits %v, exactly %v", c.after, c.length, fit, exact)
		}
	}
}

// TestRefusals: which statuses servers refuse handshakes with (laws H1, Q2).
func TestRefusals(t *testing.T) {
	for status, want := range map[int]string{400: "refused depends", 426: "refused depends", 200: "refused",
		403: "refused", 404: "refused", 405: "refused", 500: "refused", 501: "refused",
		505: "depends", 401: "", 406: "", 502: "", 503: "", 301: "", 506: ""} {
		var got []string
		for _, k := range []hop.OutcomeKind{hop.Refused, hop.Depends} {
			if refusal(status, k) {
				got = append(got, k.String())
			}
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%d: %q, want %q", status, s, want)
		}
	}
}

func at(line int) hop.Pos { return hop.Pos{File: "f", Line: line} }

// request is a browser's handshake.
func request() hop.Request {
	r := hop.Request{
		Method: "GET",
		Target: "/ws",
		Proto:  hop.Written("version", "1.1", hop.Pos{}),
		Header: map[string][]hop.Setting[string]{},
	}
	for name, v := range map[string]string{"Host": "a", "Upgrade": "websocket", "Connection": "Upgrade",
		"Sec-Websocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-Websocket-Version": "13"} {
		r.Header[name] = []hop.Setting[string]{hop.Written(name, v, hop.Pos{})}
	}
	return r
}

// tunnel is a declared path through one nginx, on which a WebSocket opens.
func tunnel(changes ...func(p *hop.Path)) *hop.Path {
	p := &hop.Path{Name: "ws://a/ws", Browser: "chrome", Request: request(), Confidence: hop.Declared, NoPings: true,
		Hops: []hop.Hop{
			{Name: "nginx location /ws", Pos: at(1), Answer: hop.Written("proxy_pass", hop.Answer{}, at(2)), Next: request()},
		}}
	for _, c := range changes {
		c(p)
	}
	return p
}

// brief writes an answer without its texts: likelihood, name, place, setting and value of each suspect, then what is
// ruled out.
func brief(a Answer) string {
	var list []string
	for _, s := range a.Suspects {
		text := fmt.Sprintf("%s %s %s", s.Likelihood, s.Name, s.Pos)
		if s.Setting != "" {
			text += " " + s.Setting
		}
		if s.Value != 0 {
			text += " " + hop.FormatDuration(s.Value)
		}
		if s.Rule != "" {
			text += " (" + s.Rule + ")"
		}
		list = append(list, strings.TrimSpace(text))
	}
	for _, c := range a.Cleared {
		list = append(list, fmt.Sprintf("not %s %s %s", c.Name, c.Setting, hop.FormatDuration(c.Value)))
	}
	return strings.Join(list, "; ")
}

// first is the beginning of an answer, up to the suspects that no path holds.
func first(a Answer, n int) string {
	list := strings.Split(brief(a), "; ")
	return strings.Join(list[:min(n, len(list))], "; ")
}

func idle(d time.Duration, change func(t *hop.Timer)) func(p *hop.Path) {
	return func(p *hop.Path) {
		t := hop.Timer{Setting: hop.Written("timeout", d, at(7)), Restart: hop.Either}
		if change != nil {
			change(&t)
		}
		p.Hops[0].Idle = append(p.Hops[0].Idle, t)
	}
}

// TestTimersOfPaths: which timers of a declared path are suspected, and which are ruled out.
func TestTimersOfPaths(t *testing.T) {
	const s = time.Second
	silently := func(t *hop.Timer) { t.Expiry = hop.Silence }
	life := func(d time.Duration, starts hop.Event) func(p *hop.Path) {
		return func(p *hop.Path) {
			p.Hops[0].Life = append(p.Hops[0].Life, hop.Timer{Setting: hop.Written("life", d, at(8)), Starts: starts})
		}
	}
	ping := func(every time.Duration) func(p *hop.Path) {
		return func(p *hop.Path) { p.Pings, p.NoPings = pings(every, hop.Either, hop.Bytes), false }
	}
	app := func(p *hop.Path) {
		p.Application = &hop.App{
			Name: "app",
			Pos:  at(9),
			Idle: []hop.Timer{{Setting: hop.Written("own", 30*s, at(9)), Restart: hop.Either}},
			Life: []hop.Timer{{Setting: hop.Written("age", 3600*s, at(10))}},
		}
	}
	for _, c := range []struct {
		name    string
		symptom Symptom
		path    *hop.Path
		want    string
	}{
		{"it fits", Symptom{After: 60 * s}, tunnel(idle(60*s, nil)), "predicted nginx location /ws f:7 timeout 60s"},
		{"it is shorter", Symptom{After: 75 * s}, tunnel(idle(60*s, nil)), "not nginx location /ws timeout 60s"},
		{"it is longer", Symptom{After: 30 * s}, tunnel(idle(60*s, nil)), "not nginx location /ws timeout 60s"},
		{"the better fit first", Symptom{After: 62 * s},
			tunnel(idle(60*s, nil), idle(62*s, func(t *hop.Timer) { t.Pos = at(6) })),
			"predicted nginx location /ws f:6 timeout 62s; predicted nginx location /ws f:7 timeout 60s"},
		{"not known", Symptom{After: 60 * s},
			tunnel(idle(60*s, func(t *hop.Timer) { t.Setting = hop.Unknown[time.Duration]("timeout", at(7), "?") })), ""},
		{"without a place, that of the hop", Symptom{After: 60 * s},
			tunnel(idle(60*s, func(t *hop.Timer) { t.Pos = hop.Pos{} })), "predicted nginx location /ws f:1 timeout 60s"},
		{"its close code", Symptom{After: 60 * s, Code: 1001}, tunnel(idle(60*s, func(t *hop.Timer) { t.Code = 1001 })),
			"predicted nginx location /ws f:7 timeout 60s"},
		{"another close code", Symptom{After: 60 * s, Code: 1000}, tunnel(idle(60*s, nil)),
			"not nginx location /ws timeout 60s"},
		{"a ping keeps it open", Symptom{After: 60 * s}, tunnel(idle(60*s, nil), ping(25*s)),
			"not nginx location /ws timeout 60s"},
		{"a race", Symptom{After: 180 * s}, tunnel(idle(60*s, nil), ping(60*s)),
			"predicted nginx location /ws f:7 timeout 60s"},
		{"a race between two rounds", Symptom{After: 150 * s}, tunnel(idle(60*s, nil), ping(60*s)),
			"not nginx location /ws timeout 60s"},
		{"noticed later", Symptom{After: 500 * s}, tunnel(idle(350*s, silently)),
			"possible nginx location /ws f:7 timeout 350s"},
		{"four times as late", Symptom{After: 1400 * s}, tunnel(idle(350*s, silently)),
			"not nginx location /ws timeout 350s"},
		{"earlier than it can be", Symptom{After: 300 * s}, tunnel(idle(350*s, silently)),
			"not nginx location /ws timeout 350s"},
		{"a lifetime", Symptom{After: 60 * s}, tunnel(life(60*s, hop.Opened), ping(10*s)),
			"predicted nginx location /ws f:8 life 60s"},
		{"a reload, and that was seen", Symptom{After: 60 * s, AtReload: true}, tunnel(life(60*s, hop.Reloaded)),
			"predicted nginx location /ws f:8 life 60s"},
		{"a reload, and it was not", Symptom{After: 60 * s}, tunnel(life(60*s, hop.Reloaded)),
			"possible nginx location /ws f:8 life 60s"},
		{"a reload of another length", Symptom{After: 600 * s}, tunnel(life(60*s, hop.Reloaded)), ""},
		{"a deregistration", Symptom{After: 60 * s, AtReload: true}, tunnel(life(60*s, hop.Drained)),
			"predicted nginx location /ws f:8 life 60s"},
		{"an idle timer at a reload", Symptom{After: 60 * s, AtReload: true}, tunnel(idle(60*s, nil)), ""},
		{"the application's", Symptom{After: 30 * s}, tunnel(app), "predicted app f:9 own 30s; not app age 1h"},
		{"the application's age", Symptom{After: 3600 * s}, tunnel(app), "predicted app f:10 age 1h; not app own 30s"},
		{"a hop that passes nothing on has no timers", Symptom{After: 60 * s}, tunnel(idle(60*s, nil), func(p *hop.Path) {
			p.Hops[0].Answer = hop.Written("return", hop.Answer{Kind: hop.Answered, Status: 404}, at(3))
		}), ""},
	} {
		a := Find(c.symptom, Given{Paths: [][]*hop.Path{{c.path}}})
		// What may happen at any reload is said beside it.
		a.Suspects = slices.DeleteFunc(a.Suspects, func(s Suspect) bool { return s.Path == "" })
		if got := brief(a); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	never := tunnel(idle(60*s, nil), func(p *hop.Path) {
		p.Confidence = hop.Possible
		delete(p.Hops[0].Next.Header, "Upgrade")
	})
	for _, f := range Find(Symptom{After: 60 * s}, Given{Paths: [][]*hop.Path{{never}}}).Suspects {
		if f.Path != "" {
			t.Errorf("a path that is only possible and never opens: %+v", f)
		}
	}
}

// TestHandshakesOfPaths: what is suspected where the handshake fails, by its status.
func TestHandshakesOfPaths(t *testing.T) {
	answers := func(status int) func(p *hop.Path) {
		return func(p *hop.Path) {
			p.Hops[0].Answer = hop.Written("return", hop.Answer{Kind: hop.Answered, Status: status}, at(3))
		}
	}
	does := func(k hop.AnswerKind) func(p *hop.Path) {
		return func(p *hop.Path) { p.Hops[0].Answer = hop.Written("deny", hop.Answer{Kind: k}, at(3)) }
	}
	lacks := func(p *hop.Path) { delete(p.Hops[0].Next.Header, "Upgrade") }
	http10 := func(p *hop.Path) { p.Hops[0].Next.Proto = hop.Written("version", "1.0", at(4)) }
	relay := func(p *hop.Path) {
		p.Hops[0].Relay = func(failure int) hop.Setting[hop.Answer] {
			return hop.Written(
				"error",
				hop.Answer{Kind: hop.Answered, Status: map[int]int{hop.Closes: 502, hop.Refuses: 503, hop.Silent: 504}[failure]},
				at(5),
			)
		}
	}
	waits := func(p *hop.Path) { relay(p); p.Hops[0].Wait = hop.Written("read", time.Minute, at(6)) }
	for _, c := range []struct {
		name    string
		symptom Symptom
		path    *hop.Path
		want    string // the first suspect
	}{
		{"its status", Symptom{Status: 404}, tunnel(answers(404)), "predicted nginx location /ws f:3"},
		{"another status", Symptom{Status: 500}, tunnel(answers(404)), "likely application"},
		{"a lower status", Symptom{Status: 302}, tunnel(answers(404)), "likely any proxy"},
		{"no status", Symptom{Code: 1006}, tunnel(answers(404)), "predicted nginx location /ws f:3"},
		{"another code", Symptom{Code: 1001}, tunnel(answers(404)), ""},
		{"at a reload it had opened", Symptom{AtReload: true}, tunnel(answers(404)), "likely application"},
		{"after a minute it had opened", Symptom{After: time.Minute}, tunnel(answers(404)), ""},
		{"closed", Symptom{Code: 1006}, tunnel(does(hop.Closed)), "predicted nginx location /ws f:3"},
		{"closed has no status", Symptom{Status: 499}, tunnel(does(hop.Closed)), "likely client"},
		{"hangs", Symptom{}, tunnel(does(hop.Hangs)), "predicted nginx location /ws f:3"},
		{"the application refuses", Symptom{Status: 400}, tunnel(lacks), "predicted nginx location /ws f:1"},
		{"and that status it does not use", Symptom{Status: 401}, tunnel(lacks), "likely any proxy"},
		{"it depends", Symptom{Status: 505}, tunnel(http10), "likely application  (http-1.0-to-backend)"},
		{"it opens", Symptom{}, tunnel(), "possible handshake"},
		{"a server that is down", Symptom{Status: 503}, tunnel(relay), "likely nginx location /ws f:5"},
		{"a server that closes", Symptom{Status: 502}, tunnel(relay), "likely nginx location /ws f:5"},
		{"a server that waits", Symptom{Status: 504}, tunnel(waits), "predicted nginx location /ws f:6 read 60s"},
		{"and after that time", Symptom{Status: 504, After: time.Minute}, tunnel(waits),
			"predicted nginx location /ws f:6 read 60s"},
		{"a time that is not known", Symptom{Status: 504}, tunnel(relay), "likely aws-alb"},
		{"that of an idle timer", Symptom{Status: 504}, tunnel(relay, idle(30*time.Second, nil)),
			"predicted nginx location /ws f:7 timeout 30s"},
		{"a server that is down answers at once", Symptom{Status: 503, After: time.Minute}, tunnel(relay), "likely aws-alb"},
	} {
		got := first(Find(c.symptom, Given{Paths: [][]*hop.Path{{c.path}}}), 1)
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestKnown: what is suspected of hops and applications that nobody gave a configuration of.
func TestKnown(t *testing.T) {
	find := func(s Symptom) string { return "; " + brief(Find(s, Given{})) + ";" }
	app := func(name string) *catalog.App {
		a, ok := catalog.FindApp(name)
		if !ok {
			t.Fatal(name)
		}
		return &a
	}
	for _, c := range []struct {
		name      string
		symptom   Symptom
		has, lack string
	}{
		{"its default", Symptom{After: 60 * time.Second}, "likely aws-alb  idle_timeout.timeout_seconds 60s", "heroku"},
		{"with its code", Symptom{After: 10 * time.Minute, Code: 1001}, "aws-apigateway-websocket", "aws-cloudfront"},
		{"with another code", Symptom{After: 10 * time.Minute, Code: 1006}, "aws-cloudfront", "aws-apigateway-websocket"},
		{"a lifetime", Symptom{After: 2 * time.Hour}, "likely aws-apigateway-websocket  2h", ""},
		{"a lifetime that can be set", Symptom{After: 300 * time.Second}, "likely gcp-cloud-run", ""},
		{"after a reload", Symptom{AtReload: true, After: 240 * time.Second}, "likely ingress-nginx  4m", "aws-alb"},
		{"at a reload", Symptom{AtReload: true}, "likely caddy", "aws-alb"},
		{"perhaps a reload", Symptom{After: 240 * time.Second}, "possible ingress-nginx  4m", "caddy"},
		{"a status is no age", Symptom{After: 60 * time.Second, Status: 504}, "", "idle_timeout"},
		{"an application that was named", Symptom{After: 45 * time.Second, App: app("socket.io")},
			"likely socket.io  unanswered ping 45s", "signalr"},
		{"and one that was not", Symptom{After: 45 * time.Second}, "possible socket.io  unanswered ping 45s", ""},
		{"that closes what is quiet", Symptom{After: 300 * time.Second, Code: 1001}, "possible jetty9  idle timeout 5m", ""},
		{"with another code", Symptom{After: 300 * time.Second, Code: 1006}, "envoy", "jetty9"},
		{"an application at a reload", Symptom{After: 45 * time.Second, AtReload: true, App: app("socket.io")}, "",
			"socket.io"},
	} {
		got := strings.ReplaceAll(find(c.symptom), "240s", "4m")
		if !strings.Contains(got, c.has) || c.lack != "" && strings.Contains(got, c.lack) {
			t.Errorf("%s: has %q, lacks %q: %s", c.name, c.has, c.lack, got)
		}
	}
}

// TestOrderOfCauses: what a status is, the likeliest first.
func TestOrderOfCauses(t *testing.T) {
	for status, want := range map[int]string{
		400: "application (upgrade-not-forwarded), application (no-session-affinity), nginx (proxy-protocol-mismatch), " +
			"application (http-1.0-to-backend), nginx, aws-cloudfront, aws-alb, aws-clb",
		403: "application, any proxy, nginx", 404: "nginx, application, aws-alb",
		426: "application (http-1.0-to-backend), application (upgrade-not-forwarded), aws-cloudfront, application",
		502: "nginx, aws-alb (stale-connection-reused), haproxy, nginx, iis-arr",
		503: "aws-alb, haproxy, nginx, application, heroku", 504: "nginx, aws-alb, haproxy, aws-cloudfront, gcp-cloud-run",
		301: "any proxy, nginx (redirect-on-websocket-path), aws-alb, application",
	} {
		var got []string
		for _, s := range Find(Symptom{Status: status}, Given{}).Suspects {
			if s.Likelihood != Likely {
				t.Errorf("%d: %s is %s", status, s.Name, s.Likelihood)
			}
			if s.Rule != "" {
				s.Name += " (" + s.Rule + ")"
			}
			got = append(got, s.Name)
		}
		if list := strings.Join(got, ", "); list != want {
			t.Errorf("%d:\n got %s\nwant %s", status, list, want)
		}
	}
}

// TestDeclaredHops: who declared every path knows his hops, and others are no suspects; a path that was only found may
// have some in front.
func TestDeclaredHops(t *testing.T) {
	for confidence, want := range map[hop.Confidence]bool{hop.Declared: false, hop.Likely: true} {
		p := tunnel(func(p *hop.Path) { p.Confidence = confidence })
		a := Find(Symptom{After: 60 * time.Second}, Given{Paths: [][]*hop.Path{{p}}})
		if got := slices.ContainsFunc(a.Suspects, func(s Suspect) bool { return s.Name == "aws-alb" }); got != want {
			t.Errorf("%s: %s", confidence, brief(a))
		}
	}
}
