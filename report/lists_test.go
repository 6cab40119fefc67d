package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/audit"
	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/awscheck/records"
	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/codes"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
	"github.com/wslint/wslint/why"
)

// written is what f prints.
func written(t *testing.T, f func(w io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// answer is one with a suspect of every kind.
func answer() why.Answer {
	at := func(line int) hop.Pos { return hop.Pos{File: "nginx.conf", Line: line, Col: 3} }
	app := catalog.App{Name: "socket.io"}
	return why.Answer{
		Symptom: why.Symptom{
			After: 75 * time.Second,
			Code:  1006,
			App:   &app,
			Pings: []hop.Ping{{Every: hop.Written("--ping", 25*time.Second, hop.Pos{}), Moves: hop.Either}},
		},
		Suspects: []why.Suspect{
			{
				Name:       "nginx location /ws",
				Likelihood: why.Predicted,
				Pos:        at(5),
				Setting:    "proxy_read_timeout",
				Value:      time.Minute,
				Path:       "ws://a/ws",
				Reason:     "closes a connection after 60s without bytes from either side",
				Cure:       "ping more often",
				Rule:       "idle-timeout-below-ping",
			},
			{
				Name:       "alb/prod",
				Likelihood: why.Likely,
				Setting:    "idle_timeout",
				Path:       "ws://a/ws",
				Reason:     "perhaps",
				Rule:       "no-such-rule",
			},
			{Name: "nginx location /", Likelihood: why.Possible, Path: "ws://a/ws", Pos: at(9), Reason: "under a condition"},
			{
				Name:       "aws-nlb-tcp",
				Likelihood: why.Possible,
				Setting:    "tcp.idle_timeout.seconds",
				Value:      350 * time.Second,
				Reason:     "forgets",
				Source:     "a page",
			},
			{Name: "client", Likelihood: why.Possible, Reason: "a laptop sleeps", Cure: "reconnect"},
		},
		Cleared: []why.Cleared{
			{Name: "cdn", Pos: at(2), Setting: "idle", Value: 600 * time.Second, Reason: "is longer than 75s"},
			{
				Name:    "heroku",
				Setting: "idle",
				Value:   55 * time.Second,
				Reason:  "a ping",
			}, {Name: "fly", Setting: "idle", Value: time.Minute, Reason: "a ping"},
		},
		Notes: []string{"A note."},
	}
}

func TestWhy(t *testing.T) {
	a := answer()
	none := answer()
	none.Suspects = none.Suspects[3:]
	unexplained := none
	unexplained.Unexplained = "no endpoint found in these files explains this"
	unexplained.Next = "wslint why 75s --url wss://HOST/PATH nginx.conf"
	elsewhere := why.Answer{Symptom: why.Symptom{Status: 301}, Suspects: answer().Suspects[4:]}
	for i := range 7 {
		elsewhere.Suspects = append(elsewhere.Suspects, why.Suspect{
			Name: fmt.Sprint("nginx server ", i), Likelihood: why.Likely, Path: "ws://a/", Reason: "redirects", Elsewhere: true,
		})
	}
	uncertain := answer()
	uncertain.Suspects = uncertain.Suspects[1:]
	many := why.Answer{Symptom: why.Symptom{Status: 502, NoPings: true}}
	for i := range 14 {
		many.Suspects = append(many.Suspects, why.Suspect{Name: fmt.Sprint("hop-", i), Reason: "it can"})
	}
	text := ""
	for _, c := range []struct {
		what string
		a    why.Answer
		o    Options
	}{
		{"on a path", a, Options{}}, {"under a condition", uncertain, Options{}},
		{"nothing on the path", unexplained, Options{}}, {"no path", none, Options{}},
		{"elsewhere", elsewhere, Options{}},
		{"many", many, Options{}}, {"many, verbose", many, Options{Verbose: true}},
		{"at a reload", why.Answer{Symptom: why.Symptom{AtReload: true}}, Options{}},
		{"in colour, narrow", a, Options{Color: true, Width: 60}},
	} {
		text += "== " + c.what + "\n" + written(t, func(w io.Writer) error { return Why(w, c.a, c.o) })
	}
	golden(t, "why.txt", text)
	golden(
		t,
		"why.json",
		written(
			t,
			func(w io.Writer) error { return WhyJSON(w, a) },
		)+written(
			t,
			func(w io.Writer) error { return WhyJSON(w, why.Answer{}) },
		),
	)
}

// TestKnownLists: hops and applications in their table, on their pages and for programs.
func TestKnownLists(t *testing.T) {
	m := time.Minute
	hops := []catalog.Hop{
		{
			Name:    "a",
			Aliases: []string{"one", "eins"},
			What:    "a hop",
			Idle:    m,
			Min:     time.Second,
			Max:     4000 * time.Second,
			Key:     "idle",
			Code:    1001,
			Note:    "a note",
			Source:  "a page",
		},
		{
			Name:   "b",
			What:   "a fixed one",
			Idle:   350 * time.Second,
			Fixed:  true,
			Counts: catalog.Packets,
			Expiry: hop.RST,
			Source: "a page",
		},
		{Name: "c", What: "one that varies", Varies: "as it is configured", Key: "tunnel", Source: "a page"},
		{Name: "d", What: "one that ends all", Life: 2 * time.Hour, MaxLife: time.Hour, Source: "a page"},
		{
			Name:      "e",
			What:      "a guess",
			Idle:      100 * time.Second,
			Guess:     true,
			Max:       200 * time.Second,
			Counts:    catalog.OriginBytes,
			Expiry:    hop.Silence,
			Reload:    240 * time.Second,
			ReloadKey: "grace",
			Source:    "a page",
		},
		{Name: "f", What: "one without timers", Reload: -1, Source: "a page"},
		{Name: "g", What: "one with a default", Idle: m, Source: "a page"},
	}
	apps := []catalog.App{
		{
			Name:    "a",
			Aliases: []string{"one"},
			What:    "an application",
			Every:   25 * time.Second,
			From:    hop.Server,
			Kind:    "ping",
			Timeout: 20 * time.Second,
			Life:    time.Hour,
			Code:    1000,
			Sticky:  "it polls",
			Note:    "a note",
			Source:  "code",
		},
		{Name: "b", What: "a silent one", SelfIdle: 300 * time.Second, Source: "code"},
		{Name: "c", What: "one of the client", Every: 30 * time.Second, From: hop.Client, Kind: "message", Source: "code"},
	}
	text := ""
	for _, f := range []func(w io.Writer) error{
		func(w io.Writer) error { return Hops(w, hops) }, func(w io.Writer) error { return HopPages(w, hops) },
		func(w io.Writer) error { return HopsJSON(w, hops) },
		func(w io.Writer) error { return Apps(w, apps) }, func(w io.Writer) error { return AppPages(w, apps) },
		func(w io.Writer) error { return AppsJSON(w, apps) },
		func(w io.Writer) error { return CodesJSON(w, codes.All[5:8]) },
		func(w io.Writer) error { return RulesJSON(w, rules.All[:1]) },
	} {
		text += written(t, f) + "==\n"
	}
	golden(t, "known.txt", text)
}

// audited is what was read of three accounts, with gaps.
func audited(regions int) *lint.Extent {
	s := &awscheck.Snapshot{Taken: time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC), Coverage: []records.Coverage{
		{Account: "111111111111", Region: "eu-west-1", Status: records.Complete, Listed: 2, Read: 2},
		{Account: "111111111111", Region: "us-east-1", Status: records.Skipped},
		{
			Account: "222222222222",
			Status:  records.Unread,
			Faults:  []records.Fault{{Class: records.ClassExpired, API: "AssumeRole", Count: 1, Message: "the token is over"}},
		},
		{
			Status: records.Partial,
			Listed: 1,
			Faults: []records.Fault{{Class: records.ClassClock, API: "ListAccounts", Count: 3}},
		},
	}}
	for i := range regions {
		s.Coverage = append(
			s.Coverage,
			records.Coverage{
				Account: "333333333333",
				Region:  fmt.Sprint("region-", i),
				Status:  records.Partial,
				Listed:  2,
				Read:    1,
			},
		)
	}
	return audit.Extent(s)
}

func TestCoverage(t *testing.T) {
	text := written(
		t,
		func(w io.Writer) error { Coverage(w, audited(0)); return nil },
	) + "==\n" + written(
		t,
		func(w io.Writer) error { Coverage(w, audited(19)); return nil },
	)
	text += "==\n" + strings.Join(
		gapLines(audited(18)),
		"\n",
	) + "\n==\n" + strings.Join(
		gapLines(audited(19)),
		"\n",
	) + "\n==\n"
	list, taken := coverageOf(audited(0))
	text += written(t, func(w io.Writer) error { return writeJSON(w, list) }) + *taken + "\n"
	golden(t, "coverage.txt", text)
	if list, taken := coverageOf(nil); list != nil || taken != nil || gaps(nil, true) != nil {
		t.Error("a run that is no audit has coverage")
	}
	if all := gaps(audited(0), true); len(all) != 3 {
		t.Errorf("with what was not to be read: %v", all)
	}
}

// TestLines: the formats of one line each, and what the last line says.
func TestLines(t *testing.T) {
	r := example()
	text := written(
		t,
		func(w io.Writer) error { return Concise(w, r, Options{}) },
	) + "==\n" + written(
		t,
		func(w io.Writer) error { return Concise(w, r, Options{Quiet: true}) },
	)
	r.Findings = append(r.Findings, r.Findings[1], r.Findings[1])
	text += "==\n" + written(
		t,
		func(w io.Writer) error { return Statistics(w, r, Options{}) },
	) + "==\n" + written(
		t,
		func(w io.Writer) error { return Statistics(w, r, Options{Quiet: true}) },
	)
	golden(t, "lines.txt", text)

	finding := func(s rules.Severity) rules.Finding {
		return rules.Finding{Rule: rules.UnreadableConfig, Severity: s}
	}
	for _, c := range []struct {
		r    lint.Result
		want []string // parts, in this order
	}{
		{lint.Result{Files: 1, Endpoints: 1}, []string{"no findings", "1 file", "1 endpoint"}},
		{lint.Result{Files: 2}, []string{"no ", "2 files"}},
		{lint.Result{Files: 1, Endpoints: 1, Incomplete: true}, []string{"incomplete", "1 file"}},
		{lint.Result{Files: 1, Endpoints: 2, Findings: []rules.Finding{finding(rules.Error)}},
			[]string{"1 error in 1 file", "2 endpoints"}},
		{lint.Result{Files: 1, Endpoints: 1, Findings: []rules.Finding{finding(rules.Warning), finding(rules.Info),
			finding(rules.Info)}, Incomplete: true}, []string{"1 warning, 2 infos in 1 file", "incomplete"}},
		{lint.Result{Files: 1, Endpoints: 1, Ignored: 1}, []string{"; 1 ignored"}},
		{lint.Result{Files: 1, Endpoints: 1, Old: 3, InBaseline: 2},
			[]string{"; 2 already in baseline; 1 not on changed lines"}},
		{lint.Result{Extent: audited(0)}, []string{"no load balancer", "read 1 of 3 regions"}},
		{lint.Result{Extent: audited(0), Endpoints: 1, Findings: []rules.Finding{finding(rules.Error)}},
			[]string{"1 error: read 1 of 3 regions"}},
	} {
		line, rest := summaryLine(&c.r), ""
		rest = line
		for _, part := range c.want {
			var ok bool
			if _, rest, ok = strings.Cut(rest, part); !ok {
				t.Errorf("%q lacks %q", line, part)
			}
		}
	}
}

// TestNext: the last lines propose the next step.
func TestNext(t *testing.T) {
	fix := func(safe bool) rules.Finding {
		return rules.Finding{Rule: rules.UnreadableConfig, Fix: &rules.Fix{Safe: safe, Edits: []hop.Edit{{}}}}
	}
	none := rules.Finding{Rule: rules.UnreadableConfig, Fix: &rules.Fix{Safe: true}}
	for _, c := range []struct {
		list []rules.Finding
		fix  bool
		want string
	}{
		{[]rules.Finding{none, {}}, true, ""}, {[]rules.Finding{fix(true)}, false, ""},
		{[]rules.Finding{fix(true), none}, true, "fixable: 1 with --fix (preview: --diff)"},
		{[]rules.Finding{fix(false), fix(false)}, true,
			"fixable: 2 with --fix --unsafe-fixes (preview: --diff --unsafe-fixes)"},
		{[]rules.Finding{fix(true), fix(false)}, true,
			"fixable: 1 with --fix, 2 with --fix --unsafe-fixes (preview: --diff)"},
	} {
		if got := strings.Join(fixable(c.list, &Next{Fix: c.fix}), "\n"); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	worst := []rules.Finding{
		{Rule: rules.UnreadableConfig, Severity: rules.Info},
		{Rule: rules.HostPortLost, Severity: rules.Warning},
		{Rule: rules.PathJoin, Severity: rules.Warning},
	}
	if r := explained(worst); r != rules.HostPortLost {
		t.Errorf("%s is explained", r.Name)
	}
	n := &Next{Paths: "conf.d"}
	lines := func(r lint.Result) string { return strings.Join(notFound(&r, n), "\n") }
	text := lines(lint.Result{}) + "\n==\n" + lines(lint.Result{Endpoints: 1, First: "ws://a/ws?a=1&b"}) + "\n==\n" +
		lines(
			lint.Result{Endpoints: 1, Unpinged: true, Unknown: []hop.Note{{}}, Declared: []*hop.Path{{}}},
		) + "\n==\n" + lines(lint.Result{Next: "wslint check"}) + "\n"
	hint := func(h *lint.Hint, paths []string, read ...lint.FileRead) string {
		return written(t, func(w io.Writer) error {
			return Hint(w, &lint.Result{Hint: h, Read: read}, "wss://a/ws", paths, Options{})
		})
	}
	text += "==\n" + hint(&lint.Hint{Text: "did you mean b?", URLs: []string{"wss://b/ws"}}, []string{"a b.conf"}) +
		"==\n" + hint(&lint.Hint{Text: "nothing listens on 443", URLs: []string{"ws://a:8080/ws"}, TLS: true},
		[]string{"x.conf"}, lint.FileRead{Name: "x.conf", Format: "nginx"}) +
		"==\n" + hint(&lint.Hint{TLS: true}, nil, lint.FileRead{Name: "h.cfg", Format: "haproxy"}) + "==\n" +
		hint(&lint.Hint{TLS: true}, nil)
	golden(t, "next.txt", text)
	if got := hint(nil, nil); got != "" {
		t.Errorf("without a hint: %s", got)
	}
	read := []lint.FileRead{
		{Name: "a.conf", Format: "nginx"},
		{Name: "b.conf", Format: "nginx"},
		{Name: "h a.cfg", Format: "haproxy"},
		{Name: "s.conf", Format: "sysctl"},
		{Name: "t.tf", Format: "terraform"},
	}
	got := Reload(&lint.Result{Read: read}, []string{"a.conf", "b.conf", "h a.cfg", "t.tf"})
	if want := []string{"nginx -t && nginx -s reload",
		"haproxy -c -f 'h a.cfg' && systemctl reload haproxy"}; !slices.Equal(
		got,
		want,
	) {
		t.Errorf("reload by %q", got)
	}
	for word, want := range map[string]string{"a.conf": "a.conf", "": "''", "a b": "'a b'", "it's": `'it'\''s'`,
		"wss://a:1/b?c=1&d": "'wss://a:1/b?c=1&d'", "A-Z_09~@%+,=:/.": "A-Z_09~@%+,=:/.", "ä": "'ä'", "a{": "'a{'",
		"a[": "'a['", "a`": "'a`'"} {
		if got := shellWord(word); got != want {
			t.Errorf("%q is written %s, want %s", word, got, want)
		}
	}
	if got := ShellWords([]string{"a", "b c"}); got != "a 'b c'" {
		t.Errorf("words: %s", got)
	}
}

// TestGroups: of many findings of one rule only the first are shown, and where the others are.
func TestGroups(t *testing.T) {
	many := func(n int) *lint.Result {
		r := &lint.Result{Files: 3, Endpoints: n}
		for i := range n {
			f := rules.Finding{
				Rule:     rules.UnreadableConfig,
				Severity: rules.Error,
				Message:  fmt.Sprint("message ", i),
				Pos:      hop.Pos{File: fmt.Sprintf("f%d.conf", i%3), Line: i},
			}
			if i%3 == 2 {
				f.Pos = hop.Pos{File: "::arn", Line: 0}
			}
			r.Findings = append(r.Findings, f)
		}
		return r
	}
	golden(t, "groups.txt", render(t, many(21), Options{}))
	for n, shown := range map[int]int{20: 20, 21: 3} {
		if got := strings.Count(render(t, many(n), Options{}), "message "); got != shown {
			t.Errorf("of %d findings %d are shown", n, got)
		}
	}
	if got := strings.Count(render(t, many(30), Options{Verbose: true}), "message "); got != 30 {
		t.Errorf("verbose shows %d of 30", got)
	}
}

func TestBreakLines(t *testing.T) {
	for _, c := range []struct {
		text              string
		width, lead, rest int
		want              []string
	}{
		{"aa bb cc", 5, 0, 0, []string{"aa bb", "cc"}}, {"aa bb cc", 5, 1, 0, []string{"aa", "bb cc"}},
		{"aa bb cc dd", 5, 0, 1, []string{"aa bb", "cc", "dd"}},
		{"aa bb", 0, 0, 0, []string{"aa bb"}}, {"aaaaaaaa b", 5, 0, 0, []string{"aaaaaaaa", "b"}},
		{"", 5, 0, 0, []string{""}}, {"a", 1, 0, 0, []string{"a"}},
	} {
		if got := breakLines(c.text, c.width, c.lead, c.rest); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %q", c, got)
		}
	}
	for width, want := range map[int]int{0: 80, 59: 60, 60: 60, 61: 61, 100: 100, 101: 100} {
		if got := (Options{Width: width}).lineWidth(); got != want {
			t.Errorf("a terminal of %d: lines of %d", width, got)
		}
	}
}

func TestEffective(t *testing.T) {
	p := &hop.Path{
		Hops: []hop.Hop{{Name: "alb\x1b"}, {Name: "nginx", Effective: func() string { return "location / {\n\x1b}\n" }}},
	}
	want := "# alb" + clean("\x1b") + "\n# there is no block to show\n\n# nginx\nlocation / {\n" + clean("\x1b") + "}\n"
	if got := written(t, func(w io.Writer) error { return Effective(w, p) }); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
