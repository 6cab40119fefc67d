package lint

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// fixes is a result with one finding a fix, all of file a.
func fixes(t *testing.T, src string, list ...*rules.Fix) *Result {
	t.Helper()
	if err := os.WriteFile("a", []byte(src), 0o640); err != nil {
		t.Fatal(err)
	}
	r := &Result{Source: func(string) []byte { return []byte(src) }}
	for i, f := range list {
		r.Findings = append(
			r.Findings,
			rules.Finding{Rule: &rules.Rule{Name: "rule-" + string(rune('a'+i))}, Pos: hop.Pos{File: "a", Line: i + 1}, Fix: f},
		)
	}
	return r
}

func fix(safe bool, edits ...hop.Edit) *rules.Fix {
	for i := range edits {
		edits[i].File = "a"
	}
	return &rules.Fix{Title: "fix", Safe: safe, Edits: edits}
}

func TestNewPatch(t *testing.T) {
	t.Chdir(t.TempDir())
	const src = "abc\ndef\n"
	insert := func(at int, text string) hop.Edit { return hop.Edit{Start: at, End: at, New: text} }
	for name, tc := range map[string]struct {
		fixes  []*rules.Fix
		unsafe bool
		want   string
		fixed  int
		left   string
	}{
		"one":           {[]*rules.Fix{fix(true, hop.Edit{Start: 0, End: 1, New: "X"})}, false, "Xbc\ndef\n", 1, ""},
		"unsafe":        {[]*rules.Fix{fix(false, hop.Edit{Start: 0, End: 1, New: "X"})}, false, "", 0, ""},
		"unsafe, asked": {[]*rules.Fix{fix(false, hop.Edit{Start: 0, End: 1, New: "X"})}, true, "Xbc\ndef\n", 1, ""},
		"backwards": {[]*rules.Fix{fix(true, insert(4, "2 ")), fix(true, insert(0, "1 "))}, false, "1 abc\n2 def\n", 2,
			""},
		"the same twice": {[]*rules.Fix{fix(true, insert(3, "\nx 1;")), fix(true, insert(3, "\nx 1;"))}, false,
			"abc\nx 1;\ndef\n", 2, ""},
		"one place": {[]*rules.Fix{fix(true, insert(3, "\nx 1;")), fix(true, insert(3, "\ny 1;"))}, false,
			"abc\nx 1;\ny 1;\ndef\n", 2, ""},
		"two versions": {[]*rules.Fix{fix(true, insert(3, "\nx 1;")), fix(true, insert(3, "\nx 2;"))}, false,
			"abc\nx 1;\ndef\n", 1, "a:2: rule-b is not fixed yet: its fix changes what that of rule-a changes; " +
				"--fix takes it in another round"},
		"overlap": {[]*rules.Fix{fix(true, hop.Edit{Start: 0, End: 3, New: "X"}),
			fix(true, hop.Edit{Start: 2, End: 5})}, false, "X\ndef\n", 1,
			"a:2: rule-b is not fixed yet: its fix changes what that of rule-a changes; --fix takes it in another round"},
		"all or nothing": {[]*rules.Fix{fix(true, insert(0, "q")), fix(true, insert(8, "z"), hop.Edit{Start: 0, End: 2})},
			false, "qabc\ndef\n", 1, "a:2: rule-b is not fixed yet: its fix changes what that of rule-a changes; " +
				"--fix takes it in another round"},
		"outside": {[]*rules.Fix{fix(true, hop.Edit{Start: 0, End: 99})}, false, "", 0,
			"a:1: rule-a is not fixed: a cannot be edited"},
		"without an edit": {[]*rules.Fix{fix(true), nil}, false, "", 0, ""},
	} {
		p := NewPatch(fixes(t, src, tc.fixes...), tc.unsafe)
		got := ""
		for _, f := range p.Files {
			got += string(f.After)
		}
		if got != tc.want || len(p.cures) != tc.fixed || texts(p.Left) != tc.left || (name == "unsafe") != (p.Unsafe > 0) {
			t.Errorf("%s: got %q, %d fixed, %d unsafe, left %s", name, got, len(p.cures), p.Unsafe, texts(p.Left))
		}
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	project, err := FindProject(".", nil)
	if err != nil {
		t.Fatal(err)
	}
	p := NewPatch(fixes(t, "old\n", fix(true, hop.Edit{Start: 0, End: 3, New: "new"})), false)
	if fixed, n, left := p.Write(project); len(fixed) != 1 || len(n) != 1 || len(left) > 0 {
		t.Fatalf("%q written, left %s", n, texts(left))
	}
	info, err := os.Stat("a")
	src, _ := os.ReadFile("a")
	if err != nil || string(src) != "new\n" || info.Mode().Perm() != 0o640 {
		t.Errorf("%q, %v, %v", src, info.Mode(), err)
	}
	// The same patch again: the file is not what it was.
	if fixed, n, left := p.Write(project); len(fixed) != 0 || len(n) != 0 ||
		texts(left) != "a: not changed: modified since it was read" {
		t.Errorf("%q written, left %s", n, texts(left))
	}
	if names, _ := filepath.Glob(".wslint-*"); len(names) > 0 {
		t.Errorf("left behind: %s", names)
	}
}

// TestWriteSymlinks: a symlink within the project leads to the file that is written and stays one; one that leads out
// of it is not followed.
func TestWriteSymlinks(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "x")
	t.Chdir(t.TempDir())
	project, err := FindProject(".", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{outside, "b"} {
		if err := os.WriteFile(name, []byte("old\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"in": "b", "out": outside} {
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
	}
	r := &Result{Source: func(string) []byte { return []byte("old\n") }}
	for _, name := range []string{"in", "out", "b", outside} {
		edit := hop.Edit{File: name, Start: 0, End: 3, New: "new"}
		r.Findings = append(
			r.Findings,
			rules.Finding{Rule: rules.ZeroTimeout, Fix: &rules.Fix{Safe: true, Edits: []hop.Edit{edit}}},
		)
	}
	r.Findings = r.Findings[:3]
	p := NewPatch(r, false)
	fixed, n, left := p.Write(project)
	if len(fixed) != 2 || len(n) != 1 || len(left) != 1 || !strings.Contains(left[0].Text, "a symlink leads out of ") {
		t.Errorf("%q written, left %s", n, texts(left))
	}
	in, _ := os.ReadFile("b")
	out, _ := os.ReadFile(outside)
	info, err := os.Lstat("in")
	if string(in) != "new\n" || string(out) != "old\n" || err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("in %q, out %q, %v, %v", in, out, info, err)
	}
	// A fix of two files, of which one may not be written, is not made by half.
	r.Findings[0].Fix.Edits = []hop.Edit{
		{File: "b", Start: 0, End: 3, New: "x"},
		{File: "out", Start: 0, End: 3, New: "x"},
	}
	r.Findings = r.Findings[:1]
	if p := NewFix(r, false, project); len(p.Files) != 0 || len(p.Left) != 1 ||
		!strings.Contains(p.Left[0].Text, "is not fixed: a symlink leads out of ") {
		t.Errorf("%d files, left %s", len(p.Files), texts(p.Left))
	}
	r.Findings[0].Fix.Edits = r.Findings[0].Fix.Edits[:1]
	// What the command line names is written wherever it is, and nothing else.
	r.Findings[0].Fix.Edits[0].File = outside
	r.Findings = r.Findings[:1]
	if _, n, left := NewPatch(r, false).Write(project); len(n) != 0 ||
		!strings.Contains(texts(left), "is outside the project") {
		t.Errorf("%q written, left %s", n, texts(left))
	}
	if project, err = FindProject(".", []string{outside}); err != nil {
		t.Fatal(err)
	}
	if _, n, left := NewPatch(r, false).Write(project); len(n) != 1 {
		t.Errorf("%q written, left %s", n, texts(left))
	}
	// What is git's is never written, though it lies in the project.
	if err := errors.Join(os.Mkdir(".git", 0o755), os.WriteFile(".git/x", []byte("old\n"), 0o644)); err != nil {
		t.Fatal(err)
	}
	r.Findings[0].Fix.Edits[0].File = filepath.Join(".git", "x")
	if _, n, left := NewPatch(r, false).Write(project); len(n) != 0 || !strings.Contains(texts(left), "belongs to") {
		t.Errorf("%q written, left %s", n, texts(left))
	}
}
