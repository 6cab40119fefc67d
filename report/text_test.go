package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with testdata/NAME.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := "testdata/" + name
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs, -update rewrites it; got:\n%s", file, got)
	}
}

const conf = "http {\n\tserver {\n\t\tlocation /ws {\n\t\t\tproxy_pass http://app;\n\t\t\tproxy_read_timeout " +
	"60s;\n\t\t}\n\t}\n}\n"

// example is a result with every kind of thing in it.
func example() *lint.Result {
	slow := &rules.Rule{Name: "idle-timeout-below-ping", Severity: rules.Error}
	at := func(line, col, end int) hop.Pos {
		return hop.Pos{File: "nginx.conf", Line: line, Col: col, EndCol: end}
	}
	offset := strings.Index(conf, "60s")
	insert := strings.Index(conf, "http://app;") + len("http://app;")
	trace := tracePath()
	trace.Name = "wss://a/ws"
	return &lint.Result{
		Findings: []rules.Finding{
			{
				Rule:       slow,
				Severity:   rules.Error,
				Confidence: hop.Declared,
				Path:       "wss://a/ws",
				Trace:      trace,
				More:       9,
				Pos:        at(5, 4, 26),
				Message:    "nginx closes the connection after 60s without traffic, but the application pings every 75s",
				Notes: []hop.Note{
					{Pos: at(3, 3, 15), Text: "this location handles it"},
					{Text: "without a place"},
					{Pos: hop.Pos{File: "gone.conf", Line: 4}, Text: "elsewhere"},
				},
				Fix: &rules.Fix{
					Title: "set proxy_read_timeout to 160s",
					Safe:  true,
					Edits: []hop.Edit{{File: "nginx.conf", Start: offset, End: offset + 3, New: "160s"}},
				},
			},
			{
				Rule:       &rules.Rule{Name: "http-1.0-to-backend"},
				Severity:   rules.Warning,
				Confidence: hop.Likely,
				Path:       "wss://a/ws",
				Resource:   `module.edge.aws_lb.web["a"]`,
				More:       1,
				Pos:        at(3, 3, 15),
				Message:    "some servers refuse \x1b[31mHTTP/1.0\u202e",
				Fix: &rules.Fix{
					Title: "add proxy_http_version 1.1",
					Edits: []hop.Edit{{File: "nginx.conf", Start: insert, End: insert, New: "\n\t\t\tproxy_http_version 1.1;"}},
				},
			},
			{
				Rule:       rules.UnreadableConfig,
				Severity:   rules.Info,
				Confidence: hop.Declared,
				Pos:        hop.Pos{File: "arn:aws:x"},
				Message:    "a place without a line",
			},
		},
		Unknown: []hop.Note{{Pos: at(4, 4, 5), Text: "$backend is set by Lua"}, {Text: "nowhere"}},
		Files:   3, Endpoints: 4,
		Source: func(file string) []byte {
			if file == "nginx.conf" {
				return []byte(conf)
			}
			return nil
		},
	}
}

func render(t *testing.T, r *lint.Result, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestText(t *testing.T) {
	golden(t, "check.txt", render(t, example(), Options{}))
	golden(t, "check-color.txt", render(t, example(), Options{Color: true}))
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, example()); err != nil {
		t.Fatal(err)
	}
	golden(t, "check.json", b.String())
	b.Reset()
	if err := JSON(&b, &lint.Result{}); err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, b.Bytes()); err != nil {
		t.Fatal(err)
	}
	want := `{"version":1,"findings":[],"unknown":[],"gone":[],"incomplete":false,"summary":{"errors":0,"warnings":0,` +
		`"infos":0,"files":0,"endpoints":0,"ignored":0,"old":0},"versions":[]}`
	if got := strings.TrimSpace(compact.String()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNothingFound(t *testing.T) {
	for _, tc := range []struct {
		r    lint.Result
		want string
	}{
		{lint.Result{Files: 3}, "no location looks like a WebSocket endpoint in 3 files\n"},
		{lint.Result{Files: 1, Endpoints: 1}, "no findings: 1 file, 1 endpoint\n"},
		{lint.Result{Files: 2, Endpoints: 2, Incomplete: true}, "incomplete: could not read everything (2 files)\n"},
	} {
		if got := render(t, &tc.r, Options{}); got != tc.want {
			t.Errorf("got %q, want %q", got, tc.want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("a ", 200) + "target" + strings.Repeat(" b", 200)
	for _, tc := range []struct {
		line       string
		start, end int
		text, mark string
	}{
		{"\tfoo bar;", 1, 4, "    foo bar;", "    ^^^"},
		{"a\tb", 2, 3, "a   b", "    ^"},
		{"日本 x", 7, 8, "日本 x", "     ^"},
		{"日本 x", 0, 3, "日本 x", "^^"},
		{"\x1b[2J x\xff", 5, 6, "\uFFFD[2J x\uFFFD", "     ^"},
		{"x", 1, 1, "x", " ^"},
		{"", 0, 0, "", "^"},
		{"short", 3, 99, "short", "   ^^"},
	} {
		x := newExcerpt(tc.line, tc.start, tc.end)
		if mark := strings.Repeat(" ", x.from) + strings.Repeat("^", x.to-x.from); x.text != tc.text || mark != tc.mark {
			t.Errorf("%q: got\n%s\n%s\nwant\n%s\n%s", tc.line, x.text, mark, tc.text, tc.mark)
		}
	}
	x := newExcerpt(long, 400, 406)
	runes := []rune(x.text)
	if got := string(runes[x.from:x.to]); got != "target" || len(runes) > maxExcerpt+2 || runes[0] != '…' ||
		runes[len(runes)-1] != '…' {
		t.Errorf("a long line became %q, %q marked", x.text, got)
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("a\tb日\xff\x1b", 1, 3)
	f.Fuzz(func(t *testing.T, line string, start, end int) {
		x := newExcerpt(line, start, end)
		if strings.ContainsFunc(x.text, harmful) || x.from < 0 || x.to <= x.from || x.to-x.from > 2*maxExcerpt {
			t.Errorf("%q, %d, %d: %+v", line, start, end, x)
		}
	})
}

func TestColor(t *testing.T) {
	for _, tc := range []struct {
		mode     string
		terminal bool
		env      string
		want     bool
	}{
		{"auto", true, "", true},
		{"auto", false, "", false},
		{"auto", true, "NO_COLOR=1", false},
		{"auto", true, "TERM=dumb", false},
		{"auto", false, "FORCE_COLOR=1", true},
		{"auto", false, "FORCE_COLOR=0", false},
		{"auto", false, "CLICOLOR_FORCE=1", true},
		{"always", false, "NO_COLOR=1", true},
		{"never", true, "FORCE_COLOR=1", false},
	} {
		name, value, _ := strings.Cut(tc.env, "=")
		getenv := func(n string) string {
			if n == name {
				return value
			}
			return ""
		}
		if got := Color(tc.mode, tc.terminal, getenv); got != tc.want {
			t.Errorf("%+v: got %v", tc, got)
		}
	}
}

func TestChanges(t *testing.T) {
	src := "a\nb\nc\n"
	s := newSource(func(string) []byte { return []byte(src) })
	show := func(list []change) string {
		var b strings.Builder
		for _, c := range list {
			b.WriteString("@")
			b.WriteByte(byte('0' + c.first))
			for _, l := range c.old {
				b.WriteString("-" + l)
			}
			for _, l := range c.new {
				b.WriteString("+" + l)
			}
		}
		return b.String()
	}
	for _, tc := range []struct {
		edits []hop.Edit
		want  string
	}{
		{[]hop.Edit{{Start: 0, End: 1, New: "x"}}, "@1-a+x"},
		{[]hop.Edit{{Start: 1, End: 1, New: "\nx"}}, "@2+x"},
		{[]hop.Edit{{Start: 2, End: 2, New: "x\n"}}, "@2+x"},
		{[]hop.Edit{{Start: 2, End: 4}}, "@2-b"},
		{[]hop.Edit{{Start: 4, End: 5, New: "z"}, {Start: 0, End: 1, New: "x"}}, "@1-a+x@3-c+z"},
		{[]hop.Edit{{Start: 0, End: 1, New: "x"}, {Start: 1, End: 1, New: "y"}}, "@1-a+xy"},
		{[]hop.Edit{{Start: 0, End: 3, New: "q"}}, "@1-a-b+q"},
		{[]hop.Edit{{Start: 6, End: 6, New: "end"}}, "@4-+end"},
		{[]hop.Edit{{Start: 5, End: 99}}, ""},
		{[]hop.Edit{{Start: -1, End: 0}}, ""},
		{[]hop.Edit{{Start: 0, End: 3}, {Start: 1, End: 2}}, ""},
	} {
		if got := show(s.changes("f", tc.edits)); got != tc.want {
			t.Errorf("%v: got %s, want %s", tc.edits, got, tc.want)
		}
	}
}

func tracePath() *hop.Path {
	pos := func(line int) hop.Pos { return hop.Pos{File: "nginx.conf", Line: line, Col: 3, EndCol: 9} }
	header := func(name, value string) []hop.Setting[string] {
		return []hop.Setting[string]{hop.Written(name, value, pos(4))}
	}
	q, err := lint.Handshake{URL: "wss://chat.example.com/ws", Browser: "chrome"}.Request()
	if err != nil {
		panic(err)
	}
	next := q.Clone()
	next.Addr, next.Target = "10.0.0.1:3000", "/socket"
	next.Header["Connection"] = header("Connection", "upgrade")
	next.Header["X-Forwarded-For"] = []hop.Setting[string]{
		hop.Unknown[string]("X-Forwarded-For", pos(4), "the client is not known"),
	}
	return &hop.Path{
		Name: "wss://chat.example.com/ws", Browser: "chrome", Request: q,
		Hops: []hop.Hop{{
			Name: "nginx location /ws", Pos: pos(3), Answer: hop.Written("proxy_pass", hop.Answer{}, pos(5)), Next: next,
			Idle: []hop.Timer{
				{
					Setting: hop.Default("proxy_read_timeout", time.Minute, pos(3)),
					Restart: hop.Either,
					Lazy:    300 * time.Millisecond,
				},
			},
			Life: []hop.Timer{{Setting: hop.Written("worker_shutdown_timeout", 10*time.Second, pos(1)), Starts: hop.Reloaded}},
			Notes: []hop.Note{
				{
					Pos:  pos(2),
					Text: "server chat.example.com is chosen by its name, the third of four that listen on this address and port",
				},
			},
		}},
	}
}

func TestTrace(t *testing.T) {
	p := tracePath()
	var b bytes.Buffer
	Trace(&b, []*hop.Path{p}, Options{})
	golden(t, "trace.txt", b.String())
	for l := range strings.Lines(b.String()) {
		if textWidth(strings.TrimRight(l, "\n")) > usual {
			t.Errorf("wider than %d: %s", usual, l)
		}
	}
	b.Reset()
	TraceJSON(&b, []*hop.Path{p})
	golden(t, "trace.json", b.String())

	p.Hops[0].Answer = hop.Written(
		"return 301",
		hop.Answer{Kind: hop.Answered, Status: 301, Location: "https://x/"},
		hop.Pos{File: "nginx.conf", Line: 4},
	)
	b.Reset()
	Trace(&b, []*hop.Path{p}, Options{})
	golden(t, "trace-answered.txt", b.String())
	b.Reset()
	TraceJSON(&b, []*hop.Path{p})
	golden(t, "trace-answered.json", b.String())
}

func TestCut(t *testing.T) {
	ping := func(d time.Duration) []hop.Ping {
		return []hop.Ping{{Every: hop.Written("--ping", d, hop.Pos{}), Moves: hop.Either}}
	}
	for _, tc := range []struct {
		pings []hop.Ping
		want  string
	}{
		{nil, `{"known":true,"never":false,"afterSeconds":60,"hop":0,"timer":"proxy_read_timeout"}`},
		{ping(75 * time.Second), `{"known":true,"never":false,"afterSeconds":60,"hop":0,"timer":"proxy_read_timeout"}`},
		{ping(60 * time.Second), `{"known":true,"never":false,"afterSeconds":null,"hop":0,"timer":"proxy_read_timeout"}`},
		{ping(25 * time.Second), `{"known":true,"never":true,"afterSeconds":null,"hop":null,"timer":null}`},
		{[]hop.Ping{{Moves: hop.Either}}, `{"known":false,"never":false,"afterSeconds":null,"hop":null,"timer":null}`},
	} {
		p := tracePath()
		p.Pings = tc.pings
		got, _ := json.Marshal(newCut(p, p.Handshake()))
		if string(got) != tc.want {
			t.Errorf("%v: got %s, want %s", tc.pings, got, tc.want)
		}
	}
}

// casesPaths are the cases of a path behind two gates, one of them a password, with a cookie that leads elsewhere.
func casesPaths() []*hop.Path {
	gate := func(holds bool) hop.Condition {
		text := "auth_request /gate turns it away"
		if holds {
			text = "auth_request /gate lets it in"
		}
		return hop.Condition{
			Key:   "gate",
			Holds: holds,
			Text:  text,
			Pos:   hop.Pos{File: "nginx.conf", Line: 8},
			Why:   "the service that auth_request /gate asks decides",
		}
	}
	beta := func(holds bool) hop.Condition {
		text := "$cookie_beta is not set"
		if holds {
			text = "$cookie_beta is set"
		}
		return hop.Condition{Key: "beta", Holds: holds, Text: text, Pos: hop.Pos{File: "nginx.conf", Line: 7}}
	}
	first, other, away := tracePath(), tracePath(), tracePath()
	first.When = []hop.Condition{beta(false), gate(true)}
	named := hop.Note{
		Pos: hop.Pos{File: "nginx.conf", Line: 2}, Text: "takes this server: its server_name chat.example.com matches",
	}
	first.Hops[0].Steps = func() []hop.Step { return []hop.Step{{Note: named}} }
	other.When = []hop.Condition{beta(true), gate(true)}
	other.Hops[0].Next.Addr = "10.0.0.2:3000"
	other.Hops[0].Idle = []hop.Timer{
		{
			Setting: hop.Written("proxy_read_timeout", 20*time.Second, hop.Pos{File: "nginx.conf", Line: 9}),
			Restart: hop.Either,
		},
	}
	away.When = []hop.Condition{beta(false), gate(false)}
	away.Hops[0].Answer = hop.Written(
		"auth_request /gate",
		hop.Answer{Kind: hop.Answered},
		hop.Pos{File: "nginx.conf", Line: 8},
	)
	return []*hop.Path{first, other, away}
}

// TestTraceOfCases: the case that gets furthest comes first with its conditions, the others have a line each.
func TestTraceOfCases(t *testing.T) {
	var b bytes.Buffer
	if err := Trace(&b, casesPaths(), Options{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "trace-cases.txt", b.String())
	b.Reset()
	if err := TraceJSON(&b, casesPaths()); err != nil {
		t.Fatal(err)
	}
	golden(t, "trace-cases.json", b.String())
}
