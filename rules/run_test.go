package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A situation is one case of a made-up path: its conditions, "+sid" taken as true, "-sid" as false, and what becomes
// of the handshake: "in" to the application, a status, or "?" where nobody knows. A fault is at the lines named.
type situation struct {
	when   string
	answer string
	faults []int
}

func (s situation) path(browser string) *hop.Path {
	h := hop.Hop{Name: "proxy", Next: handshake()}
	switch s.answer {
	case "in":
		h.Answer = hop.Written("pass", hop.Answer{}, hop.Pos{})
	case "?":
		h.Answer = hop.Unknown[hop.Answer]("lua", hop.Pos{}, "Lua sets")
	case "401":
		h.Answer = hop.Written(
			"auth_basic",
			hop.Answer{Kind: hop.Answered, Status: 401, Cause: hop.Credentials},
			hop.Pos{File: "f", Line: 99},
		)
	case "403":
		h.Answer = hop.Written(
			"deny",
			hop.Answer{Kind: hop.Answered, Status: 403, Cause: hop.Denied},
			hop.Pos{File: "f", Line: 98},
		)
	default:
		h.Answer = hop.Written(
			"return",
			hop.Answer{Kind: hop.Answered, Status: 404, Cause: hop.FromReturn},
			hop.Pos{File: "f", Line: 97},
		)
	}
	for _, line := range s.faults {
		h.Notes = append(h.Notes, hop.Note{Pos: hop.Pos{File: "f", Line: line}})
	}
	p := &hop.Path{Name: "ws://a/ws", Browser: browser, Confidence: hop.Certain, Hops: []hop.Hop{h}}
	p.Request = h.Next
	for _, w := range strings.Fields(s.when) {
		c := hop.Condition{Key: w[1:], Holds: w[0] == '+', Text: "$" + w[1:], Beyond: w[1:] == "password"}
		if !c.Holds {
			c.Text = "not " + c.Text
		}
		p.When = append(p.When, c)
	}
	return p
}

// handshake is one that every server accepts.
func handshake() hop.Request {
	header := map[string][]hop.Setting[string]{}
	for name, v := range map[string]string{
		"Host": "a", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-Websocket-Version": "13", "Sec-Websocket-Key": "k",
	} {
		header[name] = []hop.Setting[string]{hop.Written(name, v, hop.Pos{})}
	}
	return hop.Request{Method: "GET", Target: "/ws", Proto: hop.Written("HTTP", "1.1", hop.Pos{}), Header: header}
}

// faulty finds a fault at each note of a hop.
var faulty = &rules.Rule{Name: "faulty", Severity: rules.Error, Check: func(p *hop.Path, report func(rules.Finding)) {
	for _, n := range p.Hops[0].Notes {
		report(rules.Finding{Pos: n.Pos, Message: fmt.Sprintf("it fails at %d", n.Pos.Line)})
	}
}}

func TestRun(t *testing.T) {
	for _, tc := range []struct {
		name    string
		chrome  []situation
		firefox []situation // nil for the same
		older   []situation // that of Firefox 115, likewise
		want    string
	}{
		{"no conditions", []situation{{"", "in", []int{1}}}, nil, nil, "error 1 it fails at 1"},
		{"in every case that is let in", []situation{{"+sid", "in", []int{1}}, {"-sid", "404", nil}}, nil, nil,
			"error 1 it fails at 1 (let in: $sid)"},
		{"in some", []situation{{"-beta", "in", nil}, {"+beta", "in", []int{1}}}, nil, nil,
			"warning 1 when $beta, it fails at 1"},
		{"some of those that a gate lets in", []situation{{"+sid -beta", "in", nil}, {"+sid +beta", "in", []int{1}},
			{"-sid", "404", nil}}, nil, nil,
			"warning 1 when $beta, it fails at 1 (let in: $sid)"},
		{"at one place or another", []situation{{"-beta", "in", []int{1}}, {"+beta", "in", []int{2}}}, nil, nil,
			"error 1 when not $beta, it fails at 1; error 2 when $beta, it fails at 2"},
		{"where it makes no difference", []situation{{"-beta", "in", []int{1}}, {"+beta", "in", []int{1}}}, nil, nil,
			"error 1 it fails at 1"},
		{"one is unknown", []situation{{"-beta", "in", []int{1}}, {"+beta", "?", nil}}, nil, nil,
			"warning 1 when not $beta, it fails at 1"},
		{"only where it is turned away", []situation{{"+sid", "in", nil}, {"-sid", "404", []int{1}}}, nil, nil, ""},
		{"there as well", []situation{{"+sid", "in", []int{1}}, {"-sid", "404", []int{1}}}, nil, nil,
			"error 1 it fails at 1"},
		{"always turned away", []situation{{"+sid", "404", []int{1}}, {"-sid", "404", []int{1}}}, nil, nil,
			"error 1 it fails at 1"},
		{"a check of the client aside, always turned away", []situation{{"+ip", "404", []int{1}}, {"-ip", "403", []int{2}}},
			nil, nil, "error 1 it fails at 1 (let in: $ip)"},
		{"a password that no script has", []situation{{"+password", "in", []int{1}}, {"-password", "401", nil}}, nil, nil,
			"error 1 it fails at 1 (let in: $password); warning 99 proxy answers the handshake with 401: it lacks " +
				"credentials (auth_basic)"},
		{"a password or an address", []situation{{"+ip", "in", nil}, {"-ip +password", "in", nil},
			{"-ip -password", "401", nil}}, nil, nil,
			"warning 99 when not $ip, proxy answers the handshake with 401: it lacks credentials (auth_basic)"},
		{"two of three conditions", []situation{{"-a -b -c", "in", nil}, {"+a -b -c", "in", nil}, {"-a +b -c", "in", nil},
			{"+a +b -c", "in", []int{1}}, {"+a +b +c", "in", []int{1}}},
			nil, nil, "warning 1 when $a and $b, it fails at 1"},
		{"one browser", []situation{{"", "in", []int{1}}}, []situation{{"", "in", nil}}, nil,
			"error 1 in Chromium, it fails at 1"},
		{"hidden in the other browser", []situation{{"", "in", []int{1}}}, []situation{{"", "404", []int{2}}}, nil,
			"error 1 it fails at 1; error 2 in Firefox, it fails at 2"},
		{"one browser in some cases", []situation{{"-a", "in", nil}, {"+a", "in", []int{1}}},
			[]situation{{"", "in", nil}}, nil, "warning 1 in Chromium, when $a, it fails at 1"},
		{"the older one", []situation{{"", "in", nil}}, nil, []situation{{"", "in", []int{1}}},
			"warning 1 in Firefox 115, it fails at 1"},
		{"both Firefoxes", []situation{{"", "in", nil}}, []situation{{"", "in", []int{1}}}, nil,
			"error 1 in Firefox, it fails at 1"},
		{"all but the older one", []situation{{"", "in", []int{1}}}, nil, []situation{{"", "in", nil}},
			"error 1 it fails at 1"},
		{"Chromium and the older one", []situation{{"", "in", []int{1}}}, []situation{{"", "in", nil}},
			[]situation{{"", "in", []int{1}}}, "error 1 in Chromium, it fails at 1"},
		{"the older one, and the others for another reason", []situation{{"", "404", []int{2}}}, nil,
			[]situation{{"", "in", []int{1}}}, "error 2 it fails at 2; warning 1 it fails at 1"},
	} {
		if tc.firefox == nil {
			tc.firefox = tc.chrome
		}
		if tc.older == nil {
			tc.older = tc.firefox
		}
		var groups [][]*hop.Path
		for browser, list := range map[string][]situation{
			"chrome": tc.chrome, "firefox": tc.firefox, "firefox-115": tc.older,
		} {
			var cases []*hop.Path
			for _, s := range list {
				cases = append(cases, s.path(browser))
			}
			groups = append(groups, cases)
		}
		slices.SortFunc(groups, func(a, b []*hop.Path) int { return strings.Compare(a[0].Browser, b[0].Browser) })
		var got []string
		for _, f := range rules.Run([]*rules.Rule{faulty, rules.BrowserCannotAuthenticate}, slices.Values(groups)) {
			s := fmt.Sprint(f.Severity, " ", f.Pos.Line, " ", f.Message)
			if len(f.Gates) > 0 {
				s += " (let in: " + f.Gates[0].Text + ")"
			}
			got = append(got, s)
		}
		if s := strings.Join(got, "; "); s != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, s, tc.want)
		}
	}
}

// TestWhen: what is said of a fault names as few conditions as tell its cases apart.
func TestWhen(t *testing.T) {
	var cases []*hop.Path
	for _, s := range []situation{{"-a -b", "in", nil}, {"+a -b", "in", nil}, {"-a +b", "in", nil}, {"+a +b", "in", nil},
		{"+c", "404", nil}} {
		cases = append(cases, s.path("chrome"))
	}
	for _, tc := range []struct {
		found []int
		want  string
	}{
		{[]int{0, 1, 2, 3}, ""}, {[]int{1, 3}, "when $a"}, {[]int{0, 1}, "when not $b"}, {[]int{3}, "when $a and $b"},
	} {
		var found []*hop.Path
		for _, i := range tc.found {
			found = append(found, cases[i])
		}
		if got := rules.When(found, cases); got != tc.want {
			t.Errorf("%v: %q, want %q", tc.found, got, tc.want)
		}
	}
}

// TestConfidence: the less sure it is that WebSockets pass, the less severe what is found there.
func TestConfidence(t *testing.T) {
	for confidence, want := range map[hop.Confidence]rules.Severity{
		hop.Unlikely: rules.Info, hop.Possible: rules.Warning, hop.Likely: rules.Error, hop.Declared: rules.Error,
	} {
		p := situation{"", "in", []int{1}}.path("chrome")
		p.Confidence = confidence
		found := rules.Run([]*rules.Rule{faulty}, slices.Values([][]*hop.Path{{p}}))
		if len(found) != 1 || found[0].Severity != want {
			t.Errorf("%s: %v, want %s", confidence, found, want)
		}
	}
}

// TestSurestPath: of paths on which the same is found, the finding names the one that is surest to carry WebSockets.
func TestSurestPath(t *testing.T) {
	path := func(name string, c hop.Confidence) []*hop.Path {
		p := situation{"", "in", []int{1}}.path("chrome")
		p.Name, p.Confidence = name, c
		return []*hop.Path{p}
	}
	for _, order := range [][][]*hop.Path{
		{path("likely", hop.Likely), path("declared", hop.Declared)},
		{path("declared", hop.Declared), path("likely", hop.Likely)},
	} {
		found := rules.Run([]*rules.Rule{faulty}, slices.Values(order))
		if len(found) != 1 || found[0].Path != "declared" || found[0].More != 1 {
			t.Errorf("%+v", found)
		}
	}
}

// TestManyConditions: three are spelled out, of the rest the number is said.
func TestManyConditions(t *testing.T) {
	for n, want := range map[int]string{
		3: "when $a and $b and $c", 4: "when $a and $b and $c and 1 more", 5: "when $a and $b and $c and 2 more",
	} {
		found := situation{strings.Join(strings.Fields("+a +b +c +d +e")[:n], " "), "in", nil}.path("chrome")
		cases := []*hop.Path{found}
		for _, c := range found.When {
			cases = append(cases, situation{"-" + c.Key, "in", nil}.path("chrome"))
		}
		if got := rules.When(cases[:1], cases); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestRareCase: what is hardly ever so takes nothing from what is found otherwise, and what is found only then is an
// info that says when.
func TestRareCase(t *testing.T) {
	q := hop.Question{Key: "103", Yes: "the application sends 103", No: "the application sends no 103", Rare: true}
	usual, rare := situation{"", "in", []int{1}}.path("chrome"), situation{"", "in", []int{2}}.path("chrome")
	usual.When, rare.When = []hop.Condition{q.Taken(false)}, []hop.Condition{q.Taken(true)}
	found := rules.Run([]*rules.Rule{faulty}, slices.Values([][]*hop.Path{{usual, rare}}))
	if len(found) != 2 || found[0].Severity != rules.Error || found[0].Message != "it fails at 1" ||
		found[1].Severity != rules.Info || found[1].Message != "when the application sends 103, it fails at 2" {
		t.Errorf("%+v", found)
	}
}
