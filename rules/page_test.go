package rules_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
)

var update = flag.Bool("update", false, "write the output and diff blocks of the rules' pages")

// A page is the Markdown of a rule: its documentation and its test. CONTRIBUTING.md says how it is written.
type page struct {
	rule     *rules.Rule
	file     string
	lines    []string
	examples []*example
}

// An example is a ### section below ## Examples.
type example struct {
	name    string
	files   map[string]string
	main    string   // the file that is linted
	code    bool     // infrastructure code: nobody can start a cloud here
	flags   []string // of the command line in the console block
	output  *block   // nil: the example is clean
	diff    *block   // nil: there is no fix
	heading int
}

// A block is a fenced block: lines[start] opens it, lines[end] closes it.
type block struct {
	info, body string
	start, end int
}

func (e *example) faulty() bool { return e.output != nil }

func readPages(t *testing.T) []*page {
	var pages []*page
	for _, r := range rules.All {
		text, ok := rules.Page(r.Name)
		if !ok {
			t.Errorf("%s: there is no page %s.md", r.Name, r.Name)
			continue
		}
		p := &page{rule: r, file: r.Name + ".md", lines: strings.Split(text, "\n")}
		if err := p.parse(); err != nil {
			t.Errorf("%s: %v", p.file, err)
		}
		pages = append(pages, p)
	}
	return pages
}

func (p *page) parse() error {
	var e *example
	inExamples := false
	for i := 0; i < len(p.lines); i++ {
		line := p.lines[i]
		switch {
		case strings.HasPrefix(line, "## "):
			inExamples, e = line == "## Examples", nil
		case strings.HasPrefix(line, "### ") && inExamples:
			e = &example{name: line[4:], files: map[string]string{}, heading: i}
			p.examples = append(p.examples, e)
		case strings.HasPrefix(line, "```"):
			b := &block{info: line[3:], start: i}
			for i++; i < len(p.lines) && p.lines[i] != "```"; i++ {
				b.body += p.lines[i] + "\n"
			}
			if b.end = i; i == len(p.lines) {
				return fmt.Errorf("line %d: the block is not closed", b.start+1)
			}
			if e == nil {
				continue
			}
			if err := e.add(b); err != nil {
				return fmt.Errorf("line %d: %v", b.start+1, err)
			}
		}
	}
	return nil
}

func (e *example) add(b *block) error {
	kind, name, _ := strings.Cut(b.info, " ")
	switch kind {
	case "nginx":
		if name == "" {
			name = "nginx.conf"
		}
		if e.main == "" {
			e.main = name
		}
		e.files[name] = b.body
	case "haproxy":
		if name == "" {
			name = "haproxy.cfg"
		}
		if e.main == "" {
			e.main = name
		}
		e.files[name] = b.body
	case "terraform":
		e.code = true
		if name == "" {
			name = "main.tf"
		}
		if e.main == "" {
			e.main = name
		}
		e.files[name] = b.body
	case "cloudformation", "beanstalk", "kubernetes":
		e.code = true
		if e.main == "" {
			e.main = name
		}
		e.files[name] = b.body
	case "sysctl":
		if name == "" {
			name = "sysctl.conf"
		}
		e.files[name] = b.body
	case "yaml", "html", "json":
		e.files[name] = b.body
	case "console":
		words := strings.Fields(b.body)
		if len(words) < 3 || words[0] != "$" || words[1] != "wslint" {
			return fmt.Errorf("a console block holds one command line, $ wslint …")
		}
		e.flags, e.main = words[2:len(words)-1], words[len(words)-1]
	case "output":
		e.output = b
	case "diff":
		e.diff = b
	default:
		return fmt.Errorf("a block of kind %q", b.info)
	}
	return nil
}

// input is what the command line of the example means for the files in dir.
func (e *example) input(t *testing.T, dir string) lint.Input {
	t.Helper()
	in := lint.Input{Rules: rules.All, Now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	if e.main != "" {
		in.Args = []string{filepath.Join(dir, e.main)}
	}
	fs := flag.NewFlagSet("wslint", flag.ContinueOnError)
	ping, from, kind := fs.String("ping", "", ""), fs.String("ping-from", "", ""), fs.String("ping-kind", "", "")
	fs.Func("nginx-version", "", func(v string) error { in.Versions = map[string]string{"nginx": v}; return nil })
	if err := fs.Parse(e.flags); err != nil {
		t.Fatal(err)
	}
	var err error
	if in.Ping, err = lint.ParseKeepalive(nil, *ping, *from, *kind); err != nil {
		t.Fatal(err)
	}
	if _, has := e.files[lint.ConfigName]; has {
		if in.Config, err = lint.ReadConfig(filepath.Join(dir, lint.ConfigName)); err != nil {
			t.Fatal(err)
		}
	}
	return in
}

// lint writes the files and checks them; the second result is the report as text with the names that the page uses.
func (e *example) lint(t *testing.T, files map[string]string) (*lint.Result, string) {
	t.Helper()
	dir := writeFiles(t, files)
	result, err := lint.Check(e.input(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := report.Text(&b, result, report.Options{}); err != nil {
		t.Fatal(err)
	}
	for i := range result.Findings {
		if f := &result.Findings[i]; f.Fix != nil {
			for j := range f.Fix.Edits {
				f.Fix.Edits[j].File = strings.TrimPrefix(f.Fix.Edits[j].File, dir+"/")
			}
		}
	}
	return result, strings.ReplaceAll(b.String(), dir+"/", "")
}

func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestPages holds every example against what wslint says of it.
func TestPages(t *testing.T) {
	for _, p := range readPages(t) {
		t.Run(p.rule.Name, func(t *testing.T) {
			p.check(t)
			if *update && !t.Failed() {
				if err := os.WriteFile(p.file, []byte(strings.Join(p.lines, "\n")), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func (p *page) check(t *testing.T) {
	if p.lines[0] != "# "+p.rule.Name {
		t.Errorf("the page begins with %q", p.lines[0])
	}
	var faulty, clean bool
	// From the last to the first, because an update moves what follows.
	for _, e := range slices.Backward(p.examples) {
		t.Run(e.name, func(t *testing.T) { p.checkExample(t, e) })
		faulty, clean = faulty || e.faulty(), clean || !e.faulty()
	}
	if !faulty || !clean {
		t.Error("a page shows at least one faulty and one clean example")
	}
}

func (p *page) checkExample(t *testing.T, e *example) {
	result, text := e.lint(t, e.files)
	if !e.faulty() {
		if len(result.Findings) > 0 || result.Incomplete {
			t.Errorf("not clean:\n%s", text)
		}
		return
	}
	if !slices.ContainsFunc(result.Findings, func(f rules.Finding) bool { return f.Rule == p.rule }) {
		t.Errorf("the rule does not find it:\n%s", text)
	}
	for _, f := range result.Findings {
		checkMessage(t, f)
	}
	p.checkFixes(t, e, result)
	fixed, _ := apply(e.files, result.Findings)
	diff := ""
	for _, name := range sortedNames(e.files) {
		diff += unified(name, e.files[name], fixed[name])
	}
	p.hold(t, e, text, diff)
}

// checkFixes applies the fixes of each rule by themselves: the rule is silent then.
func (p *page) checkFixes(t *testing.T, e *example, result *lint.Result) {
	t.Helper()
	for _, r := range rules.All {
		of := slices.DeleteFunc(
			slices.Clone(result.Findings),
			func(f rules.Finding) bool { return f.Rule != r || f.Fix == nil },
		)
		if len(of) == 0 {
			continue
		}
		fixed, ok := apply(e.files, of)
		if !ok {
			t.Errorf("%s: its fixes contradict each other", r.Name)
		}
		again, text := e.lint(t, fixed)
		if slices.ContainsFunc(again.Findings, func(f rules.Finding) bool { return f.Rule == r }) {
			t.Errorf("%s finds something after its own fix:\n%s\n%s", r.Name, text, fixed[e.main])
		}
	}
}

// hold compares the blocks of the page with what came out, or writes them.
func (p *page) hold(t *testing.T, e *example, output, diff string) {
	t.Helper()
	if *update {
		lines := strings.Split(strings.TrimSuffix("```output\n"+output+"```", "\n"), "\n")
		end := e.output.end
		if e.diff != nil {
			end = e.diff.end
		}
		if diff != "" {
			lines = append(lines, strings.Split("\n```diff\n"+diff+"```", "\n")...)
		}
		p.lines = slices.Replace(p.lines, e.output.start, end+1, lines...)
		return
	}
	if output != e.output.body {
		t.Errorf("the output is\n%s\nand not\n%s", output, e.output.body)
	}
	var want string
	if e.diff != nil {
		want = e.diff.body
	}
	if diff != want {
		t.Errorf("the fix is\n%s\nand not\n%s", diff, want)
	}
}
