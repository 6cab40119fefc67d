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

// names are the suspects with their likelihood: "likely aws-alb".
func names(a Answer) []string {
	var list []string
	for _, s := range a.Suspects {
		list = append(list, s.Likelihood.String()+" "+s.Name)
	}
	return list
}

func pings(every time.Duration, moves hop.Side, sends hop.Unit) []hop.Ping {
	return []hop.Ping{{Every: hop.Written("--ping", every, hop.Pos{}), Moves: moves, Sends: sends}}
}

// TestDurations: the ages of the catalogue lead to the hops they come from.
func TestDurations(t *testing.T) {
	s := time.Second
	for _, tc := range []struct {
		after time.Duration
		first string // the likeliest
		also  string // separated by spaces
		not   string
	}{
		{20 * s, "azure-appgw", "", "nginx"},
		{30 * s, "gcp-classic-alb", "gcp-global-alb gcp-regional-alb jetty10", "nginx"},
		{50 * s, "haproxy", "daphne", "heroku"},
		{55 * s, "heroku", "", "nginx"},
		{60 * s, "aws-alb", "nginx ingress-nginx aws-clb apache fly", "heroku aws-nlb-tcp"},
		{59800 * time.Millisecond, "aws-alb", "nginx", ""},
		{62 * s, "aws-alb", "nginx", ""},
		{100 * s, "cloudflare", "", ""},
		{120 * s, "iis-arr", "", ""},
		{240 * s, "azure-lb", "ingress-nginx", ""},
		{300 * s, "envoy", "azure-frontdoor jetty9 gcp-cloud-run azure-agc", ""},
		{340 * s, "aws-global-accelerator", "", "aws-nlb-tcp"},
		{350 * s, "aws-nlb-tcp", "aws-nat-gateway aws-eni-nitro-v6 aws-nlb-tls aws-global-accelerator", ""},
		{600 * s, "aws-cloudfront", "aws-apigateway-websocket", "envoy"},
		{900 * s, "kube-proxy-ipvs", "", ""},
		{2 * time.Hour, "aws-apigateway-websocket", "", ""},
		{4 * time.Hour, "azure-frontdoor", "", ""},
		{24 * time.Hour, "gcp-global-alb", "daphne", ""},
	} {
		a := Find(Symptom{After: tc.after}, Given{})
		got := names(a)
		if len(got) == 0 || got[0] != "likely "+tc.first {
			t.Errorf("%v: %v, want %s first", tc.after, got, tc.first)
		}
		all := strings.Join(got, " ")
		for _, n := range strings.Fields(tc.also) {
			if !strings.Contains(all+" ", " "+n+" ") {
				t.Errorf("%v: %v lacks %s", tc.after, got, n)
			}
		}
		for _, n := range strings.Fields(tc.not) {
			if strings.Contains(all+" ", " "+n+" ") {
				t.Errorf("%v: %v has %s", tc.after, got, n)
			}
		}
	}
	if a := Find(Symptom{After: 77 * s}, Given{}); len(a.Suspects) > 0 ||
		!strings.Contains(strings.Join(a.Notes, ""), "No known timer here lasts 77s") {
		t.Errorf("77s: %v, %q", names(a), a.Notes)
	}
}

// TestPings: a ping clears the timers that it restarts, and only those.
func TestPings(t *testing.T) {
	has := func(s Symptom, name string) bool {
		return slices.ContainsFunc(Find(s, Given{}).Suspects, func(s Suspect) bool { return s.Name == name })
	}
	for _, tc := range []struct {
		after time.Duration
		pings []hop.Ping
		name  string
		want  bool
	}{
		{60 * time.Second, pings(25*time.Second, hop.Either, hop.Bytes), "aws-alb", false},
		{60 * time.Second, pings(60*time.Second, hop.Either, hop.Bytes), "aws-alb", true},
		{60 * time.Second, pings(25*time.Second, hop.Server, hop.Packets), "aws-alb", true},
		{350 * time.Second, pings(25*time.Second, hop.Server, hop.Packets), "aws-nlb-tcp", false},
		{600 * time.Second, pings(25*time.Second, hop.Client, hop.Bytes), "aws-cloudfront", true},
		{600 * time.Second, pings(25*time.Second, hop.Server, hop.Bytes), "aws-cloudfront", false},
		{30 * time.Second, pings(5*time.Second, hop.Either, hop.Bytes), "gcp-classic-alb", true},
	} {
		if got := has(Symptom{After: tc.after, Pings: tc.pings}, tc.name); got != tc.want {
			t.Errorf("%s after %v with %v: %v", tc.name, tc.after, tc.pings[0].Moves, got)
		}
	}
}

func TestCodes(t *testing.T) {
	if got := names(Find(Symptom{After: 30 * time.Second, Code: 1001}, Given{})); !slices.Equal(
		got,
		[]string{"possible jetty10"},
	) {
		t.Errorf("1001 after 30s: %v", got)
	}
	if got := names(Find(Symptom{After: 30 * time.Second, Code: 1006}, Given{})); slices.Contains(
		got,
		"possible jetty10",
	) {
		t.Errorf("1006 after 30s: %v", got)
	}
	a := Find(Symptom{Code: 4001}, Given{})
	if len(a.Suspects) > 0 || !strings.Contains(strings.Join(a.Notes, " "), "wslint explain 4001") {
		t.Errorf("4001: %v, %q", names(a), a.Notes)
	}
	if got := names(Find(Symptom{Code: 1006}, Given{})); !slices.Equal(
		got,
		[]string{"likely handshake", "likely idle timer", "likely reload or deploy", "possible client"},
	) {
		t.Errorf("1006: %v", got)
	}
}

func TestApp(t *testing.T) {
	app, _ := catalog.FindApp("socket.io")
	if got := names(Find(Symptom{After: 45 * time.Second, App: &app}, Given{})); !slices.Equal(
		got,
		[]string{"likely socket.io"},
	) {
		t.Errorf("socket.io after 45s: %v", got)
	}
}

// TestStatuses: the causes name hops that exist, in the form of a clause behind the hop's name.
func TestStatuses(t *testing.T) {
	for status, list := range causes {
		for _, c := range list {
			_, isHop := catalog.FindHop(c.hop)
			if !isHop && c.hop != application && c.hop != anyProxy && c.hop != "client" {
				t.Errorf("%d: nobody knows %s", status, c.hop)
			}
			for _, s := range []string{c.reason, c.cure} {
				if strings.HasSuffix(s, ".") || s != "" && s[0] >= 'A' && s[0] <= 'Z' {
					t.Errorf("%d: the form of %q", status, s)
				}
			}
			if c.weight < 1 || c.weight > 10 {
				t.Errorf("%d: weight %d", status, c.weight)
			}
		}
		a := Find(Symptom{Status: status}, Given{})
		if len(a.Suspects) != len(list) {
			t.Errorf("%d: %d suspects of %d", status, len(a.Suspects), len(list))
		}
	}
	if a := Find(Symptom{Status: 418}, Given{}); len(a.Suspects) > 0 ||
		!strings.Contains(a.Notes[0], "the application does") {
		t.Errorf("418: %v, %q", names(a), a.Notes)
	}
	for hop := range often {
		if _, ok := catalog.FindHop(hop); !ok {
			t.Errorf("often names %s, which nobody knows", hop)
		}
	}
}

// path is cloudfront, a load balancer with 60s, and nginx raised to a day.
func path() *hop.Path {
	at := func(line int) hop.Pos { return hop.Pos{File: "f", Line: line} }
	h := func(line int, name string, t ...hop.Timer) hop.Hop {
		return hop.Hop{Name: name, Pos: at(line), Answer: hop.Written("proxy_pass", hop.Answer{}, at(line)), Idle: t}
	}
	timer := func(line int, d time.Duration) hop.Timer {
		return hop.Timer{Setting: hop.Written("timeout", d, at(line)), Restart: hop.Either}
	}
	p := &hop.Path{Name: "wss://a/", Confidence: hop.Declared, Hops: []hop.Hop{
		h(
			1,
			"cloudfront",
			timer(2, 10*time.Minute),
		), h(3, "alb/prod", timer(4, time.Minute)), h(5, "nginx location /", timer(6, 24*time.Hour)),
	}}
	p.Hops[2].Life = []hop.Timer{
		{Setting: hop.Written("worker_shutdown_timeout", 30*time.Second, at(7)), Starts: hop.Reloaded},
	}
	p.Hops[2].Wait = p.Hops[2].Idle[0].Setting
	p.Hops[2].Relay = func(status int) hop.Setting[hop.Answer] {
		status = map[int]int{hop.Closes: 502, hop.Refuses: 503, hop.Silent: 504}[status]
		return hop.Written("no answer from behind", hop.Answer{Kind: hop.Answered, Status: status}, at(8))
	}
	return p
}

func TestPath(t *testing.T) {
	show := func(a Answer) string {
		var s []string
		for _, f := range a.Suspects {
			s = append(s, fmt.Sprintf("%s %s %s", f.Likelihood, f.Name, f.Pos))
		}
		for _, c := range a.Cleared {
			s = append(s, fmt.Sprintf("not %s %s", c.Name, c.Reason))
		}
		return strings.Join(s, "; ")
	}
	p := path()
	for _, tc := range []struct {
		s    Symptom
		want string
	}{
		{Symptom{After: time.Minute, Code: 1006},
			"predicted alb/prod f:4; not cloudfront is longer than 60s; not nginx location / is longer than 60s"},
		{Symptom{After: 10 * time.Minute},
			"predicted cloudfront f:2; not alb/prod is shorter than 10m; not nginx location / is longer than 10m"},
		{Symptom{AtReload: true, After: 30 * time.Second},
			"predicted nginx location / f:7; possible application ; possible load balancer "},
		{Symptom{After: 30 * time.Second}, "possible nginx location / f:7; not cloudfront is longer than 30s; " +
			"not alb/prod is longer than 30s; not nginx location / is longer than 30s"},
	} {
		if got := show(Find(tc.s, Given{Paths: [][]*hop.Path{{p}}})); got != tc.want {
			t.Errorf("%+v:\n got %s\nwant %s", tc.s, got, tc.want)
		}
	}
	notes := func(after time.Duration) string {
		return strings.Join(Find(Symptom{After: after}, Given{Paths: [][]*hop.Path{{p}}}).Notes, " ")
	}
	if got := notes(75 * time.Second); !strings.Contains(got, "of alb/prod fires after 75s if that came 15s after") {
		t.Errorf("an idle timer after some traffic: %s", got)
	}
	if got := Find(Symptom{After: 10 * time.Minute}, Given{Paths: [][]*hop.Path{{p}}}); strings.Contains(
		strings.Join(got.Notes, " "),
		"if that came",
	) {
		t.Errorf("an age that fits: %s", got.Notes)
	}
	p.Hops[0].Idle[0].As = hop.Fixed
	if cure := Find(Symptom{After: 10 * time.Minute}, Given{Paths: [][]*hop.Path{{p}}}).Suspects[0].Cure; strings.Contains(
		cure,
		"or raise it",
	) {
		t.Errorf("nobody can raise a fixed timeout: %s", cure)
	}
	p.Pings = pings(25*time.Second, hop.Either, hop.Bytes)
	if got := notes(75 * time.Second); strings.Contains(got, "if that came") {
		t.Errorf("a ping keeps it from firing: %s", got)
	}
	if got := show(Find(Symptom{After: time.Minute}, Given{Paths: [][]*hop.Path{{p}}})); !strings.Contains(
		got,
		"not alb/prod would fire after 60s, but a ping every 25s keeps it from that",
	) {
		t.Errorf("with a ping: %s", got)
	}
	p.Pings = pings(time.Minute, hop.Either, hop.Bytes)
	if got := show(Find(Symptom{After: 3 * time.Minute}, Given{Paths: [][]*hop.Path{{p}}})); !strings.HasPrefix(
		got,
		"predicted alb/prod f:4",
	) {
		t.Errorf("a race: %s", got)
	}
	for _, tc := range []struct {
		s    Symptom
		want string
	}{
		{Symptom{Status: 502}, "likely nginx location / f:8"},
		{Symptom{Status: 503}, "likely nginx location / f:8"},
		{Symptom{Status: 504}, "predicted nginx location / f:6"},
		{Symptom{Status: 504, After: 24 * time.Hour}, "predicted nginx location / f:6"},
		{Symptom{Status: 504, After: time.Minute}, "not nginx location / is longer than 60s"},
	} {
		if got := show(Find(tc.s, Given{Paths: [][]*hop.Path{{path()}}})); !strings.Contains(got, tc.want) {
			t.Errorf("%+v: %s, want %s", tc.s, got, tc.want)
		}
	}
}

func TestParseAge(t *testing.T) {
	for in, want := range map[string]string{
		"60s": "", "1m30s": "", "500ms": "", "2h": "", "60": "add a unit: 60s, or 60ms", "1.5": "add a unit", "1d": "",
		"1day": "not a duration", "0s": "no age", "-1s": "no age", "": "not a duration", "99999h": "100 days",
	} {
		_, err := ParseAge(in)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", in, err, want)
		}
	}
}

// gated are the cases of a path behind a gate, with a cookie that leads to a shorter timer: the first is let in, as
// most are.
func gated() []*hop.Path {
	condition := func(key string, holds bool) hop.Condition {
		c := hop.Condition{Key: key, Holds: holds, Text: "not " + key}
		if holds {
			c.Text = key
		}
		return c
	}
	one := func(answer hop.Answer, timeout time.Duration, line int, when ...hop.Condition) *hop.Path {
		pos := hop.Pos{File: "f", Line: line}
		h := hop.Hop{Name: "nginx location /ws", Pos: hop.Pos{File: "f", Line: 1}, Answer: hop.Written("gate", answer, pos)}
		if answer.Kind == hop.PassedOn {
			h.Idle = []hop.Timer{{Setting: hop.Written("proxy_read_timeout", timeout, pos), Restart: hop.Either}}
		}
		request := hop.Request{
			Method: "GET",
			Proto:  hop.Written("", "1.1", hop.Pos{}),
			Header: map[string][]hop.Setting[string]{},
		}
		for _, line := range []string{"Host: a", "Upgrade: websocket", "Connection: Upgrade", "Sec-Websocket-Key: k",
			"Sec-Websocket-Version: 13"} {
			name, v, _ := strings.Cut(line, ": ")
			request.Header[name] = []hop.Setting[string]{hop.Written(name, v, hop.Pos{})}
		}
		h.Next = request
		return &hop.Path{Name: "ws://a/ws", Request: request, Confidence: hop.Certain, Hops: []hop.Hop{h}, When: when}
	}
	in, refused := hop.Answer{}, hop.Answer{Kind: hop.Answered, Status: 403, Cause: hop.Denied}
	return []*hop.Path{
		one(in, time.Hour, 2, condition("beta", false), condition("admitted", true)),
		one(in, 20*time.Second, 3, condition("beta", true), condition("admitted", true)),
		one(refused, 0, 4, condition("beta", false), condition("admitted", false)),
	}
}

// TestCases: what fits in one case only is a suspect with its condition; nothing is suspected of what other cases do.
func TestCases(t *testing.T) {
	for _, tc := range []struct {
		s    Symptom
		want string
	}{
		{Symptom{After: 20 * time.Second}, "predicted nginx location /ws f:3 [when beta] [admitted]"},
		{Symptom{After: time.Hour}, "predicted nginx location /ws f:2 [when not beta] [admitted]"},
		{Symptom{Status: 403}, "predicted nginx location /ws f:4 [when not admitted] []"},
	} {
		a := Find(tc.s, Given{Paths: [][]*hop.Path{gated()}})
		s := a.Suspects[0]
		if got := fmt.Sprintf("%s %s %s [%s] [%s]", s.Likelihood, s.Name, s.Pos, s.When,
			strings.Join(s.Gates, ", ")); got != tc.want {
			t.Errorf("%+v:\n got %s\nwant %s", tc.s, got, tc.want)
		}
	}
}

// TestExactStatus: what answers with the very status comes before what only may, whatever comes first in the files.
func TestExactStatus(t *testing.T) {
	exact, several, refused := gated()[2], gated()[2], gated()[0]
	for _, p := range []*hop.Path{exact, several, refused} {
		p.When = nil
	}
	exact.Hops[0].Answer = hop.Written(
		"return 404",
		hop.Answer{Kind: hop.Answered, Status: 404},
		hop.Pos{File: "f", Line: 9},
	)
	several.Hops[0].Answer = hop.Written("files", hop.Answer{Kind: hop.Answered}, hop.Pos{File: "f", Line: 5})
	delete(refused.Hops[0].Next.Header, "Upgrade")
	refused.Confidence = hop.Declared
	a := Find(Symptom{Status: 404}, Given{Paths: [][]*hop.Path{{refused}, {several}, {exact}}})
	var got []string
	for _, s := range a.Suspects[:3] {
		got = append(got, s.Likelihood.String()+" "+s.Pos.String())
	}
	if want := "predicted f:9, likely f:1, likely f:5"; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
}

// TestLimits: a limit on connections that open WebSockets use up answers with a status, 503 unless another one is set;
// one at which connections wait does not.
func TestLimits(t *testing.T) {
	limit := func(l hop.Limit) []*hop.Path {
		l.Setting = hop.Written("limit_conn all", 5, hop.Pos{File: "nginx.conf", Line: 3})
		h := hop.Hop{Name: "nginx location /ws", Answer: hop.Written("", hop.Answer{}, hop.Pos{}), Limits: []hop.Limit{l}}
		return []*hop.Path{{Name: "ws://a/ws", Confidence: hop.Certain, Hops: []hop.Hop{h}}}
	}
	for name, tc := range map[string]struct {
		limit  hop.Limit
		status int
		want   string
	}{
		"of a client":        {hop.Limit{PerClient: true}, 503, "allows 5 connections of one client address and"},
		"of all":             {hop.Limit{Shared: true}, 503, "allows 5 connections of all clients together and"},
		"of something else":  {hop.Limit{}, 503, "allows 5 connections and"},
		"a status":           {hop.Limit{Status: 429}, 429, "the next one 429"},
		"another status":     {hop.Limit{Status: 429}, 503, ""},
		"one that they wait": {hop.Limit{Waits: true}, 503, ""},
	} {
		found := ""
		for _, s := range Find(Symptom{Status: tc.status}, Given{Paths: [][]*hop.Path{limit(tc.limit)}}).Suspects {
			if s.Setting == "limit_conn all" {
				found = s.Reason
			}
		}
		if (tc.want == "") != (found == "") || !strings.Contains(found, tc.want) {
			t.Errorf("%s: %q, want %q", name, found, tc.want)
		}
	}
}
