package check

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// frames are what the texts of testdata/nginx-t.txt are put into. %s is the text; it begins in line 2.
var frames = map[string]string{
	"main":          "events { } daemon on;\n%s\n",
	"events":        "http { } events {\n%s\n}\n",
	"http":          "events { } http {\n%s\n}\n",
	"server":        "events { } http { server { listen 127.0.0.1:18080;\n%s\n} }\n",
	"location":      "events { } http { server { listen 127.0.0.1:18080; location /here {\n%s\n} } }\n",
	"upstream":      "events { } http { upstream here {\n%s\n} }\n",
	"stream":        "events { } stream {\n%s\n}\n",
	"stream-server": "events { } stream { server { listen 127.0.0.1:18080;\n%s\n} }\n",
}

// emerg finds why nginx refuses a configuration, and the line when it names one.
var emerg = regexp.MustCompile(`\[emerg\] (?:\d+#\d+: )?(.*?)(?: in \S+:(\d+))?\n`)

// A refusal is what nginx says.
type refusal struct {
	text string
	line int
}

// asker returns a function that asks one nginx about a configuration; nil is its consent.
func asker(t *testing.T, nginx oracle.Nginx) func(src string) *refusal {
	t.Helper()
	dir := t.TempDir()
	head := "pid " + dir + "/pid; error_log stderr; "
	ask := func(src string) *refusal {
		file := filepath.Join(dir, "nginx.conf")
		if err := os.WriteFile(file, []byte(head+src), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(nginx.Path, "-t", "-p", dir, "-e", "stderr", "-c", file).CombinedOutput()
		if err == nil {
			return nil
		}
		m := emerg.FindStringSubmatch(string(out))
		if m == nil {
			t.Fatalf("nginx -t: %v\n%s", err, out)
		}
		line, _ := strconv.Atoi(m[2])
		text := m[1]
		if strings.HasPrefix(text, "pcre2_compile()") {
			text, _, _ = strings.Cut(text, `" at "`) // where exactly depends on the version of PCRE
			text = strings.TrimSuffix(text, `"`) + `"`
		}
		return &refusal{text, line}
	}
	if module := nginx.StreamModule(); module != "" {
		head += "load_module " + module + "; "
	}
	return ask
}

// TestAgainstNginx holds check against the real nginx: both accept, or both refuse for the same reason.
func TestAgainstNginx(t *testing.T) {
	table, err := os.ReadFile("testdata/nginx-t.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, nginx := range oracle.Find(t) {
		t.Run(nginx.Version, func(t *testing.T) { againstNginx(t, string(table), nginx) })
	}
}

func againstNginx(t *testing.T, table string, nginx oracle.Nginx) {
	ask := asker(t, nginx)
	noStream := ask("events { } stream { }") != nil
	if noStream && os.Getenv("WSLINT_REQUIRE_STREAM") == "1" {
		t.Fatal("this nginx has no stream module")
	}
	ran, refused, left := 0, 0, 0
	for n, line := range strings.Split(table, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		silent := line[0] == '?'
		where, text, _ := strings.Cut(strings.TrimPrefix(line, "?"), " ")
		frame, ok := frames[where]
		if !ok {
			t.Fatalf("line %d: no frame %q", n+1, where)
		}
		if noStream && strings.HasPrefix(where, "stream") {
			left++
			continue
		}
		// A bar in a pattern has no directive before it.
		src := fmt.Sprintf(frame, strings.NewReplacer("||", "\n", ";|", ";\n", "}|", "}\n", "{|", "{\n").Replace(text))
		ran++
		want := ask(src)
		if want != nil {
			refused++
		}
		if problem := compare(want, problemsOf(t, src), silent); problem != "" {
			t.Errorf("line %d: %s\n  %s", n+1, line, problem)
		}
	}
	t.Logf(
		"%d configurations, %d of them refused; %d with stream left out, as this nginx has no such module",
		ran,
		refused,
		left,
	)
	if ran < 300 {
		t.Errorf("only %d configurations ran", ran)
	}
}

// problemsOf are those of a configuration, read from a file as users do.
func problemsOf(t *testing.T, src string) (all []conf.Problem) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "nginx.conf")
	if err := os.WriteFile(name, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	trees, err := conf.Read([]string{name}, nil, conf.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tree := range trees {
		Tree(tree, conf.Version{})
		all = append(all, tree.Problems...)
	}
	return all
}

// compare says how what check found differs from what nginx said.
func compare(want *refusal, got []conf.Problem, silent bool) string {
	switch {
	case want == nil && silent:
		return "nginx accepts it: what is there to leave alone?"
	case want == nil && len(got) > 0:
		return "nginx accepts it, check says: " + got[0].Text
	case want == nil, silent && len(got) == 0:
		return ""
	case silent:
		return "check was to leave it alone, but says: " + got[0].Text
	case len(got) == 0:
		return "nginx refuses it, check does not: " + want.text
	case got[0].Text != want.text:
		return fmt.Sprintf("nginx: %s\n  check: %s", want.text, got[0].Text)
	case strings.HasPrefix(want.text, `"proxy_cache" zone`),
		strings.Contains(want.text, " variable "),
		want.text == errName,
		strings.HasPrefix(want.text, `the "large_client_header_buffers"`):
		return "" // nginx finds out at the end of the block
	case want.line != 0 && got[0].Pos.Line != want.line && !names(got[0], want.line):
		return fmt.Sprintf("nginx: line %d, check: line %d: %s", want.line, got[0].Pos.Line, want.text)
	}
	return ""
}

// names reports whether a note of p says that nginx names the line.
func names(p conf.Problem, line int) bool {
	return slices.ContainsFunc(
		p.Notes,
		func(n hop.Note) bool { return strings.Contains(n.Text, fmt.Sprintf("nginx names line %d", line)) },
	)
}
