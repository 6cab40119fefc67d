package hop

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSettings(t *testing.T) {
	at := Pos{File: "nginx.conf", Line: 3, Col: 5}
	documented := Default("idle timeout", 60, at)
	documented.As = Documented
	for _, c := range []struct {
		s                  Setting[int]
		value              int
		known, def, wrote  bool
		is60               bool
		text, why, fromPos string
	}{
		{Written("a", 60, at), 60, true, false, true, true, "a", "", "nginx.conf:3:5"},
		{Default("a", 60, at), 60, true, true, false, true, "the default a", "", "nginx.conf:3:5"},
		{documented, 60, true, true, false, true, "the documented default idle timeout", "", "nginx.conf:3:5"},
		{Default("a", 61, Pos{}), 61, true, true, false, false, "the default a", "", ""},
		{Unknown[int]("a", at, "Lua sets it"), 0, false, false, false, false, "an unknown a", "Lua sets it",
			"nginx.conf:3:5"},
		{Setting[int]{Name: "a"}, 0, false, false, false, false, "an unknown a", "the value of a cannot be read here", ""},
	} {
		value, known := c.s.Get()
		if value != c.value || known != c.known || c.s.IsDefault() != c.def || c.s.IsWritten() != c.wrote ||
			Is(c.s, 60) != c.is60 {
			t.Errorf(
				"%+v: %d %v, default %v, written %v, is 60 %v",
				c.s,
				value,
				known,
				c.s.IsDefault(),
				c.s.IsWritten(),
				Is(c.s, 60),
			)
		}
		if c.s.String() != c.text || c.s.Why() != c.why || c.s.Pos.String() != c.fromPos {
			t.Errorf("%+v: %q, why %q, at %q", c.s, c.s.String(), c.s.Why(), c.s.Pos)
		}
	}
}

func TestPlaces(t *testing.T) {
	for p, want := range map[Pos]string{{}: "", {File: "arn:x"}: "arn:x", {File: "a", Line: 3}: "a:3",
		{File: "a", Line: 3, Col: 5, EndCol: 9}: "a:3:5"} {
		if p.String() != want || p.IsZero() != (want == "") {
			t.Errorf("%+v is %q, zero %v", p, p.String(), p.IsZero())
		}
	}
	order := []Pos{
		{File: "a", Line: 1, Col: 9},
		{File: "a", Line: 2, Col: 1},
		{File: "a", Line: 2, Col: 3},
		{File: "b", Line: 1, Col: 1},
	}
	for i, p := range order {
		for j, q := range order {
			if p.Before(q) != (i < j) {
				t.Errorf("%v before %v: %v", p, q, p.Before(q))
			}
		}
	}
}

// TestNamesOfKinds: what reports print of the model's small types.
func TestNamesOfKinds(t *testing.T) {
	got := fmt.Sprint(
		Possible,
		Likely,
		Certain,
		Declared,
		PassedOn,
		Answered,
		Closed,
		Hangs,
		Bytes,
		Packets,
		Opened,
		Reloaded,
		Drained,
		OutcomeUnknown,
		Open,
		Depends,
		Refused,
		AnsweredByProxy,
		ClosedByProxy,
		HangsForever,
		Client.Names(),
		Server.Names(),
		Either.Names(),
		Side(0).Names(),
	)
	if want := "possible likely certain declared passedOn status closed hangs bytes packets open reload drain " +
		"unknown open depends refused answered closed hangs [client] [server] [client server] []"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for name, want := range map[string]string{"Sec-Websocket-Key": "Sec-WebSocket-Key",
		"Sec-Websocket-": "Sec-Websocket-", "Upgrade": "Upgrade", "Sec-Fetch-Mode-And-More": "Sec-Fetch-Mode-And-More"} {
		if got := Spelling(name); got != want {
			t.Errorf("%s is spelt %s, want %s", name, got, want)
		}
	}
	if got := Tokens([]string{"Keep-Alive,, Upgrade\t", "", " , X"}); !slices.Equal(
		got,
		[]string{"keep-alive", "upgrade", "x"},
	) {
		t.Errorf("tokens %q", got)
	}
}

func TestHeaderLines(t *testing.T) {
	r := Request{
		Header: map[string][]Setting[string]{
			"A":     {fact("1"), fact("2")},
			"B":     {fact("1"), Unknown[string]("B", Pos{}, "Lua")},
			"Empty": {},
		},
	}
	for _, c := range []struct{ name, rest, want, why string }{
		{"A", "", "1 2", ""}, {"B", "", "", "Lua"}, {"C", "", "", ""}, {"C", "more headers", "", "more headers"},
		{"A", "more headers", "1 2", ""}, {"Empty", "more headers", "", ""},
	} {
		r.Rest = c.rest
		values, why := r.Lines(c.name)
		if strings.Join(values, " ") != c.want || why != c.why {
			t.Errorf("%s with %q: %q, %q", c.name, c.rest, values, why)
		}
	}
	copied := r.Clone()
	copied.Header["A"] = append(copied.Header["A"], fact("3"))
	copied.Header["D"] = []Setting[string]{fact("1")}
	if len(r.Header["A"]) != 2 || r.Header["D"] != nil {
		t.Errorf("a clone's changes reach the original: %v", r.Header)
	}
}

// TestOpenHeaders: which headers of a request are open, so that what they say is a question.
func TestOpenHeaders(t *testing.T) {
	assumed := Written("Origin", "https://a", Pos{})
	assumed.As = Assumed
	elsewhere := Unknown[string]("X", Pos{File: "nginx.conf", Line: 4}, "Lua")
	header := map[string][]Setting[string]{
		"Host":   {fact("a")},
		"Origin": {assumed},
		"Lua":    {elsewhere},
		"Mixed":  {fact("1"), Unknown[string]("Mixed", Pos{}, "")},
	}
	for _, c := range []struct {
		name, rest string
		whole      bool
		want       string
	}{
		{"Host", "", false, ""}, {"Origin", "", false, "header Origin"}, {"Origin", "", true, "header Origin"},
		{"Lua", "", false, "header Lua of nginx.conf:4"},
		{"Mixed", "", false, "header Mixed"}, {"Cookie", "", false, ""}, {"Referer", "", false, ""},
		{"Referer", "others", false, ""},
		{"Sec-Websocket-Protocol", "", false, "header Sec-Websocket-Protocol"}, {"Cookie", "others", false, "header Cookie"},
		{"Host", "others", false, ""}, {"Cookie", "others", true, ""},
	} {
		r := Request{Header: header, Rest: c.rest, Whole: c.whole}
		if got := r.About(c.name); got != c.want {
			t.Errorf("%s, rest %q, whole %v: %q, want %q", c.name, c.rest, c.whole, got, c.want)
		}
	}
	browser, proxy := Request{}, Request{Sender: "alb/web"}
	if got := browser.ClientAddress() + ", " + proxy.ClientAddress() + ", " + browser.ClientCertificate() + ", " +
		proxy.ClientCertificate(); got !=
		"client address, address of alb/web, client certificate, certificate of alb/web" {
		t.Error(got)
	}
}

func TestInSession(t *testing.T) {
	for target, want := range map[string]bool{"/socket.io/?EIO=4": true, "/a/sockjs/1": true, "/engine.io/": true,
		"/ws": false, "/ws?to=/socket.io": false} {
		if p := (&Path{Request: Request{Target: target}}); p.InSession() != want {
			t.Errorf("%s: %v", target, p.InSession())
		}
	}
	p := &Path{Request: Request{Target: "/ws"}, Application: &App{}}
	if p.InSession() {
		t.Error("an application that needs no affinity has sessions")
	}
	if p.Application.Sticky = "polling"; !p.InSession() {
		t.Error("an application that needs affinity has none")
	}
}

// TestCutsOfAll: timers of every hop and of the application, in the order in which they fire; those that a reload
// sets going do not count.
func TestCutsOfAll(t *testing.T) {
	timer := func(d time.Duration, starts Event) Timer {
		return Timer{Setting: fact(d), Restart: Either, Starts: starts}
	}
	p := &Path{
		Hops: []Hop{
			{
				Idle: []Timer{timer(350*time.Second, Opened), timer(time.Second, Reloaded)},
				Life: []Timer{{Setting: fact(2 * time.Hour)}},
			},
			{Idle: []Timer{timer(60*time.Second, Opened), {Setting: Unknown[time.Duration]("x", Pos{}, "a template")}}},
		},
		Application: &App{Idle: []Timer{timer(300*time.Second, Opened)}},
	}
	var got []string
	for _, c := range p.Cuts() {
		got = append(got, fmt.Sprintf("%d after %s", c.Hop, FormatDuration(c.After)))
	}
	if s := strings.Join(got, ", "); s != "1 after 60s, 2 after 5m, 0 after 350s, 0 after 2h" {
		t.Error(s)
	}
	// A ping that does not count for one timer does not keep the others from being judged.
	p.Pings = []Ping{
		{Every: fact(time.Second), Moves: Server, Sends: Packets},
		{Every: fact(30 * time.Second), Moves: Either},
	}
	if cuts := p.Cuts(); len(cuts) != 1 || cuts[0].After != 2*time.Hour {
		t.Errorf("with pings: %+v", cuts)
	}
	if len(p.UnknownTimers()) != 1 {
		t.Errorf("unknown: %v", p.UnknownTimers())
	}
}

// TestCutBy: what a timer beside a hop does, that of the kernel for one.
func TestCutBy(t *testing.T) {
	p := &Path{Hops: []Hop{{}, {}}, Pings: []Ping{{Every: fact(time.Minute), Moves: Either}}}
	timer := func(s Setting[time.Duration]) Timer { return Timer{Setting: s, Restart: Either} }
	if cut, ends := p.CutBy(1, timer(fact(30*time.Second))); !ends || cut.Hop != 1 || cut.After != 30*time.Second {
		t.Errorf("%+v, %v", cut, ends)
	}
	if cut, ends := p.CutBy(1, timer(fact(time.Hour))); ends {
		t.Errorf("a ping does not restart it: %+v", cut)
	}
	if _, ends := p.CutBy(1, timer(Unknown[time.Duration]("x", Pos{}, "?"))); ends {
		t.Error("a timer of unknown length ends it")
	}
	p.Pings[0].Every = Unknown[time.Duration]("ping", Pos{}, "?")
	if _, ends := p.CutBy(1, timer(fact(time.Second))); ends {
		t.Error("a ping of unknown interval does not keep it from ending")
	}
	if n := (PortRange{32768, 60999}).Count(); n != 28232 {
		t.Errorf("%d ports", n)
	}
}

func TestGates(t *testing.T) {
	auth := Condition{Key: "auth", Holds: true, Text: "auth lets it in"}
	beta := Condition{Key: "beta", Holds: true, Text: "beta is on"}
	not := func(c Condition) Condition { c.Holds = false; return c }
	path := func(kind AnswerKind, when ...Condition) *Path {
		return &Path{Hops: []Hop{{Answer: fact(Answer{Kind: kind})}}, When: when}
	}
	in := path(PassedOn, auth, beta)
	for _, c := range []struct {
		name  string
		cases []*Path
		want  string
	}{
		{"only one shuts", []*Path{in, path(Answered, not(auth)), path(PassedOn, auth, not(beta))}, "auth"},
		{"both shut", []*Path{in, path(Answered, not(auth)), path(Closed, auth, not(beta))}, "auth beta"},
		{"it shuts in some cases", []*Path{in, path(Answered, not(auth)), path(PassedOn, not(auth), not(beta))}, ""},
		{"nothing is known of the other side", []*Path{in}, ""},
	} {
		var got []string
		for _, g := range in.Gates(c.cases) {
			got = append(got, g.Key)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: gates %q, want %q", c.name, s, c.want)
		}
	}
	if same, asked := in.Takes(not(auth)); same || !asked {
		t.Errorf("the other side: %v, %v", same, asked)
	}
	if same, asked := in.Takes(Condition{Key: "other"}); same || asked {
		t.Errorf("another: %v, %v", same, asked)
	}
	open := &Path{Hops: []Hop{{Answer: Unknown[Answer]("x", Pos{}, "?")}}}
	if !in.Admitted() || in.TurnedAway() || open.Admitted() || open.TurnedAway() || path(Answered).Admitted() ||
		!path(Answered).TurnedAway() ||
		(&Path{}).TurnedAway() {
		t.Error("admitted and turned away")
	}
}

// TestKnowledge: what answers leave of a value.
func TestKnowledge(t *testing.T) {
	const about = "cookie sid"
	a := newAssumptions(nil, []bool{true, true})
	if _, known := a.Value(about); known || !a.Allows(about, "x") || a.Asked() {
		t.Error("something is known of a value that nothing was asked about")
	}
	a.Ask(IsOneOf(about, "$sid", Pos{}, "ab", "b", "b"))
	if q := a.made[0]; q.Text != `$sid is "ab" or "b"` {
		t.Errorf("the condition is %s", q.Text)
	}
	if _, known := a.Value(about); known || a.Allows(about, "c") || !a.Allows(about, "b") {
		t.Error("two values are left")
	}
	a.Ask(Matches(about, "$sid", "~ ^.$", Pos{}, func(v string) bool { return len(v) == 1 }))
	if v, known := a.Value(about); v != "b" || !known || a.Allows(about, "ab") || !a.Asked() {
		t.Errorf("%q is left, %v", v, known)
	}
	further := a.Further()
	if v, known := further.Value(about); v != "b" || !known || further.Asked() {
		t.Errorf("further on: %q, %v", v, known)
	}
	// A question about no value follows from nothing.
	plain := newAssumptions(nil, []bool{true})
	if !plain.Ask(Question{Key: "auth"}) || plain.Ask(Question{Key: "limit"}) || !plain.Ask(Question{Key: "auth"}) ||
		len(plain.made) != 2 {
		t.Errorf("made %+v", plain.made)
	}
	first := newAssumptions(nil, nil)
	if !first.Ask(Question{Key: "usual", First: true}) || first.Ask(Question{Key: "other"}) {
		t.Error("the usual answer is not tried first")
	}
}
