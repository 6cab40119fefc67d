package why

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// answering is the path of a handshake that a proxy answers itself at a line.
func answering(url string, line int, a hop.Answer) []*hop.Path {
	pos := hop.Pos{File: "nginx.conf", Line: line, Col: 3}
	h := hop.Hop{Name: "nginx server", Pos: pos, Answer: hop.Written("return", a, pos)}
	return []*hop.Path{{Name: url, Confidence: hop.Unlikely, Hops: []hop.Hop{h}}}
}

// TestElsewhere: what answers on other paths is suspected of exactly the status, once a place, beneath what is
// predicted of a path that is meant.
func TestElsewhere(t *testing.T) {
	redirect := hop.Answer{Kind: hop.Answered, Status: 301, Location: "https://a/ws"}
	given := Given{
		Elsewhere: [][]*hop.Path{
			answering("ws://a/ws", 3, redirect), answering("ws://b/", 3, redirect),
			answering("ws://c/", 9, hop.Answer{Kind: hop.Answered, Status: 404}),
			answering("ws://d/", 12, hop.Answer{Kind: hop.Closed}),
		},
		More: 7, Files: []string{"nginx.conf"},
	}
	for _, c := range []struct {
		s    Symptom
		want string // the lines
	}{
		{Symptom{Status: 301}, "3"}, {Symptom{Status: 404}, "9"}, {Symptom{Status: 410}, ""},
		{Symptom{Code: 1006}, "3 12"}, {Symptom{Code: 1009}, ""}, {Symptom{After: time.Minute}, ""},
	} {
		var lines []string
		for _, s := range Find(c.s, given).Suspects {
			if s.Elsewhere {
				_, at, _ := strings.Cut(strings.TrimSuffix(s.Pos.String(), ":3"), ":")
				lines = append(lines, at)
				if s.Likelihood != Likely || s.Path == "" || s.Cure == "" {
					t.Errorf("%+v: %+v", c.s, s)
				}
			}
		}
		if got := strings.Join(lines, " "); got != c.want {
			t.Errorf("%+v: lines %q, want %q", c.s, got, c.want)
		}
	}
	a := Find(Symptom{Status: 301}, given)
	if cure := a.Suspects[0].Cure; !strings.HasPrefix(cure, "connect to wss://a/ws itself") {
		t.Error(cure)
	}
	if !strings.Contains(strings.Join(a.Notes, " "), "7 more places") || a.Unexplained != "" {
		t.Errorf("%q %q", a.Notes, a.Unexplained)
	}
	meant := answering("ws://a/ws", 3, redirect)
	meant[0].Confidence = hop.Certain
	given.Paths = [][]*hop.Path{meant}
	if a = Find(Symptom{Status: 301}, given); a.Suspects[0].Elsewhere || a.Suspects[0].Likelihood != Predicted ||
		slices.ContainsFunc(a.Suspects, func(s Suspect) bool { return s.Elsewhere }) {
		t.Errorf("%+v", a.Suspects)
	}
}

// TestUnlikely: what is predicted where WebSockets are unlikely is so only if there are any.
func TestUnlikely(t *testing.T) {
	pos := hop.Pos{File: "haproxy.cfg", Line: 4, Col: 3}
	h := hop.Hop{Name: "haproxy backend b", Pos: pos, Answer: hop.Written("server", hop.Answer{}, pos)}
	h.Idle = []hop.Timer{{Setting: hop.Written("timeout client", time.Minute, pos), Restart: hop.Either}}
	for confidence, want := range map[hop.Confidence]Likelihood{hop.Unlikely: Likely, hop.Possible: Predicted} {
		p := &hop.Path{Name: "ws://a/", Confidence: confidence, Hops: []hop.Hop{h}, Request: handshake}
		p.Hops[0].Next = handshake
		s := Find(Symptom{After: time.Minute}, Given{Paths: [][]*hop.Path{{p}}}).Suspects[0]
		if s.Likelihood != want || strings.HasPrefix(s.Reason, "if WebSockets pass here: ") != (want == Likely) {
			t.Errorf("%v: %+v", confidence, s)
		}
	}
}

// TestFindings: what the rules find of the symptom is named, as a suspect or as the rule of one, and nothing else is.
func TestFindings(t *testing.T) {
	at := func(line int) hop.Pos { return hop.Pos{File: "nginx.conf", Line: line, Col: 3} }
	origin := rules.Finding{Rule: rules.OriginRewritten, Pos: at(5), Path: "ws://a/ws", Message: "sends another Origin"}
	refused := rules.Finding{Rule: rules.UnreadableConfig, Pos: at(7), Message: `unknown directive "x"`}
	csp := rules.Finding{Rule: rules.CSPBlocksWebSocket, Pos: at(8), Message: "forbids it"}
	quiet := rules.Finding{Rule: rules.IdleTimeoutWithoutPing, Pos: at(9), Message: "closes idle connections after 60s"}
	reload := rules.Finding{Rule: rules.WorkerShutdownCutsTunnels, Pos: at(1), Message: "ends connections"}
	ignored := rules.Finding{Rule: rules.UnusedIgnore, Pos: at(2), Message: "suppresses nothing"}
	given := Given{
		Findings: []rules.Finding{origin, refused, csp, quiet, reload, ignored}, Files: []string{"nginx.conf"},
		Program: func(string) string { return "nginx" },
	}
	for _, c := range []struct {
		s    Symptom
		want string // the rules, the likeliest first
	}{
		{Symptom{Status: 403}, "unreadable-config origin-rewritten"},
		{Symptom{Status: 404}, "unreadable-config"},
		{Symptom{Code: 1006}, "unreadable-config origin-rewritten csp-blocks-websocket idle-timeout-without-ping"},
		{Symptom{After: time.Minute}, "unreadable-config idle-timeout-without-ping"},
		{Symptom{After: time.Hour}, "unreadable-config"},
		{Symptom{AtReload: true}, "unreadable-config worker-shutdown-cuts-tunnels"},
		{Symptom{Code: 1009}, ""},
	} {
		a := Find(c.s, given)
		var names []string
		for _, s := range a.Suspects {
			if s.Given() {
				names = append(names, s.Rule)
			}
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%+v: %s, want %s", c.s, got, c.want)
		}
	}
	if s := Find(Symptom{Code: 1006}, given).Suspects[0]; s.Likelihood != Predicted ||
		!strings.HasPrefix(s.Reason, "nginx does not start with this file") {
		t.Errorf("%+v", s)
	}

	// A suspect at the place of a finding is what was found.
	p := answering("ws://a/ws", 5, hop.Answer{Kind: hop.Answered, Status: 403})
	p[0].Confidence = hop.Certain
	denied := rules.Finding{Rule: rules.AccessRuleBlocksHandshake, Pos: at(5), Path: "ws://a/ws", Message: "answers 403"}
	a := Find(Symptom{Status: 403}, Given{Paths: [][]*hop.Path{p}, Findings: []rules.Finding{denied, origin}})
	if a.Suspects[0].Rule != denied.Rule.Name || a.Suspects[1].Rule != origin.Rule.Name {
		t.Errorf("%+v", a.Suspects[:2])
	}
}

// TestUnexplained: what is said where nothing explains the symptom is no more than what was looked at.
func TestUnexplained(t *testing.T) {
	p := &hop.Path{Name: "ws://a/ws", Confidence: hop.Declared, Request: handshake}
	p.Hops = []hop.Hop{{Name: "alb", Answer: hop.Written("passes", hop.Answer{}, hop.Pos{}), Next: handshake}}
	on := [][]*hop.Path{{p}}
	files := []string{"a.conf", "b.conf"}
	for _, c := range []struct {
		s          Symptom
		g          Given
		want, next string
	}{
		{Symptom{Status: 418}, Given{}, "", ""},
		{Symptom{Status: 418}, Given{Paths: on}, "nothing on the declared paths explains this", ""},
		{
			Symptom{Status: 418}, Given{Paths: on, Files: files},
			"no endpoint found in these files, and no answer of their own, explains this",
			"wslint why 418 --url wss://HOST/PATH a.conf b.conf",
		},
		{
			Symptom{Code: 1006, After: 3 * time.Second}, Given{Paths: on, Files: files},
			"no endpoint found in these files explains this",
			"wslint why 1006 3s --url wss://HOST/PATH a.conf b.conf",
		},
		{
			Symptom{Status: 418}, Given{Paths: on, Files: files, URL: "ws://a/ws"},
			"nothing on the path of ws://a/ws explains this", "",
		},
	} {
		if a := Find(c.s, c.g); a.Unexplained != c.want || a.Next != c.next {
			t.Errorf("%+v: %q, %q", c.s, a.Unexplained, a.Next)
		}
	}
}

// handshake is one that every application takes.
var handshake = func() hop.Request {
	r := hop.Request{
		Method: "GET", Host: "a", Target: "/ws", Proto: hop.Written("", "1.1", hop.Pos{}),
		Header: map[string][]hop.Setting[string]{},
	}
	for name, value := range map[string]string{
		"Host": "a", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-Websocket-Key": "x", "Sec-Websocket-Version": "13",
	} {
		r.Header[name] = []hop.Setting[string]{hop.Written(name, value, hop.Pos{})}
	}
	return r
}()
