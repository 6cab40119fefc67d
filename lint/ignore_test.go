package lint

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
)

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// text makes a text of lines whose comments begin with # and whose blocks are given.
func text(src string, blocks ...parsers.Block) parsers.Text {
	t := plainText("a", []byte(src))
	t.Blocks = blocks
	return t
}

func TestScope(t *testing.T) {
	for _, tc := range []struct {
		src    string
		blocks []parsers.Block
		want   []int // lines that are covered
	}{
		{"x # wslint:ignore cut why\ny\n", nil, []int{1}},
		{"# wslint:ignore cut why\nx\ny\n", nil, []int{2}},
		{"# wslint:ignore cut why\n\n# wslint:ignore cut more\nx\ny\n", nil, []int{4}},
		{"x { # wslint:ignore cut why\n y\n}\nz\n", []parsers.Block{{First: 1, Last: 3}}, []int{1, 2, 3}},
		{"# wslint:ignore cut why\nx {\n y\n}\nz\n", []parsers.Block{{First: 2, Last: 4}}, []int{2, 3, 4}},
		{"x {\n y\n} # wslint:ignore cut why\nz\n", []parsers.Block{{First: 1, Last: 3}}, []int{3}},
		{"x\n# wslint:ignore-file cut why\ny\n", nil, []int{1, 2, 3}},
		{"x\n# wslint:ignore cut why", nil, nil},
	} {
		list, bad := ignoresOf(text(tc.src, tc.blocks...), []string{"cut"})
		if len(list) == 0 || len(bad) > 0 {
			t.Errorf("%q: %d ignores, %v", tc.src, len(list), bad)
			continue
		}
		var got []int
		for n := 1; n <= strings.Count(tc.src, "\n"); n++ {
			if list[0].covers(hop.Pos{File: "a", Line: n}) {
				got = append(got, n)
			}
		}
		if !slices.Equal(got, tc.want) || list[0].covers(hop.Pos{File: "b", Line: 1}) {
			t.Errorf("%q covers %v, want %v", tc.src, got, tc.want)
		}
	}
}

func TestRemarks(t *testing.T) {
	known := []string{"cut", "zero-timeout", "slow"}
	for src, want := range map[string]string{
		"# wslint:ignore cut because":                      "cut: because",
		"#wslint:ignore cut,slow  because of x":            "cut slow: because of x",
		"## wslint:ignore cut, slow -- because":            "cut slow: because",
		"# wslint:ignore cut because until=2027-01-31":     "cut: because <2027-01-31>",
		"# wslint:ignore cut until=2027-01-31 because":     "cut: because <2027-01-31>",
		"# wslint:ignore cut because [until=2027-01-31]\r": "cut: because <2027-01-31>",
		"# wslint:ignore cut [until=2027-01-31]": "! ignore comment for cut gives no reason: add one after " +
			"the rule name",
		"# wslint:ignore cut": "! ignore comment for cut gives no reason: add one after " +
			"the rule name",
		"# wslint:ignore": "! ignore comment names no rule: write it like " +
			"wslint:ignore zero-timeout reason",
		"# wslint:ignore , x": "! ignore comment names no rule: write it like " +
			"wslint:ignore zero-timeout reason",
		"# wslint:ignore zero-timout x":         `! unknown rule "zero-timout": did you mean zero-timeout?`,
		"# wslint:ignore everything x":          `! unknown rule "everything": wslint rules lists all`,
		"# wslint:ignore cut x until=31.1.2027": "! until=31.1.2027 is no date: write it like until=2027-01-31",
		"# wslint:ignore-fil cut x": "! unknown ignore comment wslint:ignore-fil: did you mean " +
			"wslint:ignore-file?",
		"# wslint:disable cut x":                              "! unknown ignore comment wslint:disable",
		"# see wslint:ignore":                                 "",
		"# all of wslint: and more":                           "",
		"x# wslint:ignore cut because":                        "",
		"url: wss://x/ # wslint:ignore cut because, and more": "cut: because, and more",
	} {
		list, bad := ignoresOf(plainText("a", []byte(src)), known)
		got := ""
		for _, i := range list {
			got = strings.Join(i.rules, " ") + ": " + i.reason
			if !i.until.IsZero() {
				got += i.until.Format(" <2006-01-02>")
			}
		}
		for _, f := range bad {
			got = "! " + f.Message
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", src, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, tc := range []struct{ src, rules, want string }{
		{"x # wslint:ignore cut why\ny\n", "cut", "x\ny\n"},
		{"x\n  # wslint:ignore cut why\ny\n", "cut", "x\ny\n"},
		{"x\n# wslint:ignore cut why", "cut", "x\n"},
		{"x # wslint:ignore cut,slow why\n", "cut", "x # wslint:ignore slow why\n"},
		{"x # wslint:ignore cut, slow why\n", "slow", "x # wslint:ignore cut why\n"},
		{"x # wslint:ignore a,cut,slow why cut\n", "cut", "x # wslint:ignore a,slow why cut\n"},
		{"x # wslint:ignore a,cut,slow why\n", "a,slow", "x # wslint:ignore cut why\n"},
		{"x # wslint:ignore cut,slow why\n", "cut,slow", "x\n"},
	} {
		list, _ := ignoresOf(plainText("a", []byte(tc.src)), []string{"cut", "slow", "a"})
		if got := string(apply([]byte(tc.src), list[0].cut(strings.Split(tc.rules, ",")))); got != tc.want {
			t.Errorf("%q without %s: got %q, want %q", tc.src, tc.rules, got, tc.want)
		}
	}
}

func TestExpired(t *testing.T) {
	for day, want := range map[string]bool{"2026-11-21": true, "2026-11-22": false, "2026-11-23": false} {
		until, _ := parseUntil(day)
		if got := (&ignore{until: until}).expired(today); got != want {
			t.Errorf("until %s: %v", day, got)
		}
		if (&ignore{until: until}).expired(time.Time{}) {
			t.Error("without a clock nothing is over")
		}
	}
}

// ignoring is a run over one text that found faults of rule cut at some lines.
func ignoring(config string, t parsers.Text, at ...int) *run {
	r := newTestRun(config)
	r.files.src = map[string][]byte{t.File: t.Src}
	r.files.texts = map[string]parsers.Text{t.File: t}
	r.in.Now = today
	r.in.Rules = append(r.in.Rules, rules.ZeroTimeout, rules.UnusedIgnore, rules.InvalidIgnore, rules.ExpiredIgnore)
	for _, n := range at {
		r.result.Findings = append(
			r.result.Findings,
			rules.Finding{Rule: rules.ZeroTimeout, Pos: hop.Pos{File: t.File, Line: n}, Path: fmt.Sprintf("ws://%d/", n)},
		)
	}
	return r
}

func names(r *run) string {
	var s []string
	for _, f := range r.result.Findings {
		s = append(s, fmt.Sprintf("%s@%s:%d", f.Rule.Name, f.Pos.File, f.Pos.Line))
	}
	return strings.Join(s, " ")
}

func TestSuppress(t *testing.T) {
	const at2 = "x\ny # wslint:ignore zero-timeout why\n"
	note := ignoring("", text(at2), 1)
	note.result.Findings[0].Notes = []hop.Note{{Pos: hop.Pos{File: "a", Line: 2}}}
	off := ignoring("", text(at2), 2)
	off.in.NoIgnores = true
	notRun := ignoring("", text(at2))
	notRun.in.Rules = []*rules.Rule{rules.UnusedIgnore}
	incomplete := ignoring("", text(at2))
	incomplete.result.Incomplete = true
	for name, tc := range map[string]struct {
		r       *run
		want    string
		ignored int
	}{
		"hit":        {ignoring("", text(at2), 1, 2), "zero-timeout@a:1", 1},
		"note":       {note, "", 1},
		"miss":       {ignoring("", text(at2)), "unused-ignore@a:2", 0},
		"off":        {off, "zero-timeout@a:2", 0},
		"not run":    {notRun, "", 0},
		"incomplete": {incomplete, "", 0},
		"over": {ignoring("", text("y # wslint:ignore zero-timeout why until=2026-01-01\n"), 1),
			"zero-timeout@a:1 expired-ignore@a:1", 0},
		"path": {ignoring("ignore: [{rule: zero-timeout, path: a, reason: x}]", text("x\n"), 1), "", 1},
		"other path": {ignoring("ignore: [{rule: zero-timeout, path: 'b/**', reason: x}]", text("x\n"), 1),
			"zero-timeout@a:1", 0},
		"unused path": {ignoring("ignore: [{rule: zero-timeout, path: a, reason: x}]", text("x\n")),
			"unused-ignore@.wslint.yaml:1", 0},
		"at": {ignoring("ignore: [{rule: zero-timeout, at: 'ws://2/*', reason: x}]", text("x\n"), 1, 2),
			"zero-timeout@a:1", 1},
		"rules": {ignoring("ignore: [{rule: [zero-timeout, http-1.0-to-backend], reason: x}]", text("x\n"), 1), "",
			1},
		"over, in yaml": {ignoring("ignore: [{rule: zero-timeout, reason: x, until: 2026-01-01}]", text("x\n"), 1),
			"zero-timeout@a:1 expired-ignore@.wslint.yaml:1", 0},
	} {
		tc.r.newFilter().suppress()
		if got := names(tc.r); got != tc.want || tc.r.result.Ignored != tc.ignored {
			t.Errorf("%s: got %s, %d ignored; want %s, %d", name, got, tc.r.result.Ignored, tc.want, tc.ignored)
		}
	}
}

func TestGlob(t *testing.T) {
	for pattern, want := range map[string]string{
		"a.conf": "a.conf d/a.conf d/e/a.conf", "*.conf": "a.conf d/a.conf d/e/a.conf", "d": "d/a.conf d/e/a.conf",
		"d/*.conf": "d/a.conf", "d/**": "d/a.conf d/e/a.conf",
		"**/a.conf": "a.conf d/a.conf d/e/a.conf", "d/": "d/a.conf d/e/a.conf", "./a.conf": "a.conf d/a.conf d/e/a.conf",
		"x": "", "d/?.conf": "d/a.conf", "d/e": "d/e/a.conf",
		"/etc/**": "", "e/**": "", "[a-b].conf": "a.conf d/a.conf d/e/a.conf",
		"**": "a.conf d/a.conf d/e/a.conf", "/**": "a.conf d/a.conf d/e/a.conf",
	} {
		var got []string
		for _, file := range []string{"a.conf", "d/a.conf", "d/e/a.conf"} {
			if newGlob(pattern).matches(".", file) {
				got = append(got, file)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s matches %v, want %s", pattern, got, want)
		}
	}
	if !newGlob("/etc/**").matches(".", "/etc/nginx/nginx.conf") {
		t.Error("a pattern from the root does not fit a file of a dump")
	}
}

func FuzzRemarks(f *testing.F) {
	f.Add("x { # wslint:ignore cut,slow why until=2027-01-31\n y\n}\n")
	f.Add("# wslint:ignore-file cut [until=] \r\n# wslint:\n")
	f.Fuzz(func(t *testing.T, src string) {
		text := plainText("a", []byte(src))
		list, _ := ignoresOf(text, []string{"cut", "slow"})
		for _, i := range list {
			for _, cut := range [][]string{i.rules, i.rules[:1]} {
				edits := i.cut(cut)
				if e := edits[0]; e.Start < 0 || e.End > len(src) || e.Start > e.End {
					t.Errorf("%q: %+v", src, e)
				} else if out := apply(text.Src, edits); bytes.Contains(out, []byte("\x00\x00cut")) {
					t.Error(out)
				}
			}
		}
	})
}

func TestIndented(t *testing.T) {
	for src, want := range map[string][]parsers.Block{
		"":                                  nil,
		"a: 1\nb: 2\n":                      nil,
		"a:\n  b: 1\n\n  # c\nd: 2":         {{First: 1, Last: 2}},
		"a:\n- b: 1\n  c: 2\n- d\ne: 3\n":   {{First: 1, Last: 4}, {First: 2, Last: 3}},
		"a:\n  - b:\n      - c\n    d: 2\n": {{First: 1, Last: 4}, {First: 2, Last: 4}},
	} {
		if got := indented([]byte(src)); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", src, got, want)
		}
	}
}
