package report

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

func printed(t *testing.T, name string, r *lint.Result, o Options) string {
	t.Helper()
	for _, f := range Formats {
		if f.Name == name {
			var b bytes.Buffer
			if err := f.Write(&b, r, o); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
	}
	t.Fatalf("no format %s", name)
	return ""
}

// passed is a test case of a rule that found nothing.
var passed = regexp.MustCompile(`(?m)^ *<testcase classname="wslint\.[^"]*" name="[^"]*"></testcase>\n`)

// TestFormats holds each format against its golden file. What grows with every rule is left out of them.
func TestFormats(t *testing.T) {
	o := Options{Version: "v1.2.3"}
	for _, f := range []string{"sarif", "github", "gitlab", "junit", "checkstyle", "markdown", "html"} {
		got := printed(t, f, example(), o)
		switch f {
		case "sarif":
			got = withoutRules(t, got)
		case "junit":
			got = regexp.MustCompile(`tests="\d+"`).ReplaceAllString(passed.ReplaceAllString(got, ""), `tests="N"`)
		}
		golden(t, "check."+f, got)
	}
}

func withoutRules(t *testing.T, text string) string {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	for i := range log.Runs[0].Results {
		log.Runs[0].Results[i].RuleIndex = 0
	}
	for i := range log.Runs[0].Invocations[0].Notifications {
		log.Runs[0].Invocations[0].Notifications[i].Rule.Index = 0
	}
	log.Runs[0].Tool.Driver.Rules = nil
	var b bytes.Buffer
	if err := writeJSON(&b, log); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestNothingFoundFormats: an empty report is a valid one.
func TestNothingFoundFormats(t *testing.T) {
	r := &lint.Result{Files: 1, Endpoints: 1}
	checkSARIF(t, printed(t, "sarif", r, Options{}))
	for f, want := range map[string]string{
		"github": "wslint: no findings: 1 file, 1 endpoint\n", "gitlab": "[]\n",
		"markdown":   "### wslint: no findings: 1 file, 1 endpoint\n",
		"checkstyle": xml.Header + "<checkstyle version=\"5.0\"></checkstyle>\n",
	} {
		if got := printed(t, f, r, Options{}); got != want {
			t.Errorf("%s: got %q, want %q", f, got, want)
		}
	}
	var suites junitSuites
	if err := xml.Unmarshal([]byte(printed(t, "junit", r, Options{})), &suites); err != nil || len(suites.Suites) != 1 ||
		len(suites.Suites[0].Cases) != len(rules.All) {
		t.Errorf("junit: %v, %+v", err, suites)
	}
}

// TestManyAnnotations: GitHub shows ten of a level; the rest is counted and listed.
func TestManyAnnotations(t *testing.T) {
	r := &lint.Result{Files: 1}
	for i := range 23 {
		f := rules.Finding{
			Rule:     rules.ZeroTimeout,
			Severity: rules.Warning,
			Message:  "m",
			Pos:      hop.Pos{File: "::error::x", Line: i + 1},
		}
		if i%2 == 0 {
			f.Severity = rules.Error
		}
		r.Findings = append(r.Findings, f)
	}
	got := printed(t, "github", r, Options{})
	if strings.Count(got, "\n::error ") != 9 || !strings.HasPrefix(got, "::error ") ||
		strings.Count(got, "\n::warning ") != 10 ||
		!strings.Contains(got, "\nwslint: 3 findings more, for which GitHub shows no annotation:\n") ||
		strings.Count(got, "\n::error::x") > 0 {
		t.Error(got)
	}
}

// TestCommands: no text of a file becomes a command to GitHub, in the older form of which it may stand anywhere in a
// line.
func TestCommands(t *testing.T) {
	r := &lint.Result{Unknown: []hop.Note{{Pos: hop.Pos{File: "::stop-commands::x", Line: 1}, Text: "t"}}}
	for range 11 {
		r.Findings = append(
			r.Findings,
			rules.Finding{Rule: rules.ZeroTimeout, Severity: rules.Error, Message: "##[stop-commands]x"},
		)
	}
	for line := range strings.Lines(printed(t, "github", r, Options{})) {
		if !strings.HasPrefix(line, "::error title=") && strings.Contains(line, "##[") {
			t.Errorf("github: %q", line)
		}
	}
	for line := range strings.Lines(printed(t, "text", r, Options{})) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") && !strings.HasPrefix(strings.TrimSpace(line), "::: ") {
			t.Errorf("text: %q", line)
		}
	}
}

// TestMarkdownRoom: a comment is never larger than GitHub takes, whole in its parts, and says that there is more.
func TestMarkdownRoom(t *testing.T) {
	r := &lint.Result{Files: 1}
	for i := range 500 {
		r.Findings = append(
			r.Findings,
			rules.Finding{
				Rule:     rules.ZeroTimeout,
				Severity: rules.Error,
				Message:  "location @team " + strings.Repeat("|", 100),
				Pos:      hop.Pos{File: "a", Line: i + 1},
			},
		)
	}
	got := printed(t, "markdown", r, Options{})
	if len(got) > maxComment || len(got) < maxComment-1000 || !strings.HasSuffix(got, "|\n"+mdLeftOut) ||
		strings.Contains(got, "@team") {
		t.Errorf("%d bytes, the end is %q", len(got), got[len(got)-200:])
	}
	r.Findings = r.Findings[:150]
	if got := printed(t, "markdown", r, Options{}); strings.Count(got, "</details>") != strings.Count(got, "<details>") ||
		!strings.HasSuffix(got, mdLeftOut) {
		t.Errorf("the end is %q", got[len(got)-200:])
	}
	for _, room := range []int{-1, 0, 100} {
		var b bytes.Buffer
		if err := Summary(&b, r, Options{}, room); err != nil || b.Len() > max(room, 0) {
			t.Errorf("%d bytes in %d: %v", b.Len(), room, err)
		}
	}
}

// TestJUnitFails: what fails is what makes the check fail.
func TestJUnitFails(t *testing.T) {
	from := func(least rules.Severity, ok bool) Options {
		return Options{FailOn: func(string) (rules.Severity, bool) { return least, ok }}
	}
	for _, tc := range []struct {
		o    Options
		want int
	}{{Options{}, 1}, {from(rules.Warning, true), 2}, {from(rules.Info, true), 3}, {from(rules.Info, false), 0}} {
		var suites junitSuites
		if err := xml.Unmarshal([]byte(printed(t, "junit", example(), tc.o)), &suites); err != nil ||
			suites.Failures != tc.want {
			t.Errorf("%+v: %d failures, want %d, %v", tc.o, suites.Failures, tc.want, err)
		}
	}
	r := example()
	r.Incomplete = true
	if got := printed(t, "junit", r, Options{}); !strings.Contains(got, `errors="1"`) {
		t.Error(got)
	}
}

// TestRegion: columns count UTF-16 units.
func TestRegion(t *testing.T) {
	s := newSource(func(string) []byte { return []byte("a 😀é x\n\tb\n") })
	for _, tc := range []struct {
		pos  hop.Pos
		want region
	}{
		{hop.Pos{Line: 1, Col: 3, EndCol: 7}, region{1, 3, 5}},
		{hop.Pos{Line: 1, Col: 10, EndCol: 11}, region{1, 7, 8}},
		{hop.Pos{Line: 2}, region{2, 2, 3}},
		{hop.Pos{}, region{1, 1, 8}},
		{hop.Pos{Line: 9, Col: 4, EndCol: 6}, region{9, 4, 6}},
		{hop.Pos{Line: 1, Col: 99, EndCol: 3}, region{1, 8, 9}},
	} {
		if got := s.region(tc.pos); got != tc.want {
			t.Errorf("%+v: got %+v, want %+v", tc.pos, got, tc.want)
		}
	}
}

// TestFingerprints: the values are those that GitHub's own action computes.
func TestFingerprints(t *testing.T) {
	for text, want := range map[string]string{
		"":                   "c129715d7a2bc9a3:1",
		" a\nb\n  \t\tc\n d": "271789c17abda88f:1 54703d4cd895b18:1 180aee12dab6264:1 a23a3dc5e078b07b:1",
		"x\r\ny\rz\n":        strings.Join(fingerprints([]byte("x\ny\nz\n")), " "),
		"one\n\n\n":          strings.Join(fingerprints([]byte("o n\te\n  \n\t\n")), " "),
		"a\r\nb\r\n\r\nserver {\r\n}\r\n": "50fbe9bde775c40b:1 b8c50b632145534:1 8a18d033d8dee220:1 fd75f17859161c36:1 " +
			"32dce9ccfdbc9d3e:1 c129715d7a2bc9a3:1",
		"\ufeffa\nb\n": "8fff498b8a070609:1 ade70578248be16f:1 c129715d7a2bc9a3:1",
		// A character that breaks off counts once.
		"a\xffb\n\xf0\x9f\x98\nq\n": "b92d5472d1b0044b:1 a9d9e887ccb5d515:1 bee167e02b6e10e2:1 c129715d7a2bc9a3:1",
		"abc\xe2\x82":               "a16f0b8727de3a6e:1",
		strings.Repeat("é\n", 2):    strings.Join(fingerprints([]byte("é\né\n")), " "),
	} {
		if got := strings.Join(fingerprints([]byte(text)), " "); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
	same := fingerprints(bytes.Repeat([]byte("Lorem ipsum dolor sit amet.\n"), 10))
	if len(same) != 11 || same[0] != "a7f2ff13bc495cf2:1" || same[5] != "a7f2ff13bc495cf2:6" ||
		same[6] != "a7f2ff1481e87703:1" ||
		same[10] != "c129715d7a2bc9a3:1" {
		t.Errorf("got %v", same)
	}
}

func TestURI(t *testing.T) {
	for in, want := range map[string]string{
		"conf.d/a b.conf": "conf.d/a%20b.conf", "a:b": "a%3Ab", "100%": "100%25", "größe/日": "gr%C3%B6%C3%9Fe/%E6%97%A5",
		"a\nb<c>&\"'?#": "a%0Ab%3Cc%3E%26%22%27%3F%23",
	} {
		if got := uri(in); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

// TestMarkdownText: nothing of a configuration becomes markup.
func TestMarkdownText(t *testing.T) {
	got := mdText("<img src=x> | `a` *b* [c](d) a_b \\")
	if want := "&lt;img src=x\\> \\| \\`a\\` \\*b\\* \\[c\\]\\(d\\) a\\_b \\\\"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	r := example()
	r.Findings[0].Message = "a ``` b"
	if got := printed(t, "markdown", r, Options{}); !strings.Contains(got, "\n````text\n") {
		t.Errorf("the fence is too short:\n%s", got)
	}
}

// TestHTMLInBrowser opens the page in a real browser: it draws it, and nothing of the configuration runs.
func TestHTMLInBrowser(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		truth.Missing(t, "CHROMIUM", err)
	}
	r := example()
	r.Findings[0].Message = `</h3><script>document.title="ran"</script><img src=x onerror='document.title="ran"'>`
	page := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(page, []byte(printed(t, "html", r, Options{Version: "v1.2.3"})), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	// A browser asks its maker for updates and looks for networks; a test stays on this machine.
	cmd := exec.CommandContext(
		ctx,
		browser,
		"--disable-background-networking",
		"--disable-component-update",
		"--disable-sync",
		"--no-first-run",
		"--host-resolver-rules=MAP * ~NOTFOUND",
		"--headless",
		"--no-sandbox",
		"--disable-gpu",
		"--virtual-time-budget=2000",
		"--user-data-dir="+t.TempDir(),
		"--dump-dom",
		"file://"+page,
	)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	dom := string(out)
	if strings.Contains(dom, "<title>ran</title>") || strings.Count(dom, "<section ") != len(r.Findings) ||
		strings.Count(dom, "</svg>") != 1 {
		t.Errorf("the browser made of it\n%s", dom)
	}
	for _, outside := range []string{"<script", "<link", "src=\"http", "url(", "@import"} {
		if strings.Contains(printed(t, "html", example(), Options{}), outside) {
			t.Errorf("the page holds %s", outside)
		}
	}
}
