package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/truth"
)

// TestPattern: code is found however it is indented and wherever its lines break, and nothing that only looks like it.
func TestPattern(t *testing.T) {
	for _, c := range []struct {
		code, src string
		want      bool
	}{
		{"f(a, b)", "f(a, b)", true},
		{"f(a, b)", "f(\n\ta,\n\tb,\n)", true},
		{"f(a, b)", "ff(a, b)", false},
		{"return x", "return xy", false},
		{"if x == nil { return y }", "if x == nil {\n\treturn y\n}", true},
		{"a || b", "a ||\n\t\tb", true},
		{`g("x y")`, `g("x  y")`, false},
		{"T{a, b}", "T{\n\ta,\n\tb,\n}", true},
	} {
		if got := regexp.MustCompile(pattern(c.code)).MatchString(c.src); got != c.want {
			t.Errorf("%s in %q: %t", c.code, c.src, got)
		}
	}
}

// TestLocate: a fault that fits nowhere, or at two places, is an error, and tests are no place for one.
func TestLocate(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"a.go": "package p\n\nfunc f() int { return one }\n", "b.go": "package p\n\nvar x, y = two(1), two(1)\n",
		"a_test.go": "package p\n\nvar z = three\n",
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for code, want := range map[string]string{
		"return one": "", "two(1)": "found 2 times", "three": "found 0 times", "return": "",
	} {
		f := fault{folder: ".", from: code}
		err := f.locate(root)
		if want == "" && (err != nil || f.file != "a.go" || f.line != 3) {
			t.Errorf("%s: %v, %s:%d", code, err, f.file, f.line)
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %s", code, err, want)
		}
	}
}

// TestFaultsFit: each fault of the list fits the code once and compiles. Without -short: who changes code may mend the
// list last.
func TestFaultsFit(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the command itself refuses a fault that does not fit")
	}
	root, err := truth.Root()
	if err != nil {
		t.Fatal(err)
	}
	faults, err := listed(root)
	if err != nil || len(faults) < 130 {
		t.Errorf("%d faults: %v", len(faults), err)
	}
	if err := compile(root, faults); err != nil {
		t.Error(err)
	}
	packages := map[string]int{}
	for _, f := range faults {
		packages[f.folder]++
	}
	for _, p := range []string{"hop", "rules", "lint", "awscheck", "report", "why", "parsers/nginx", "parsers/haproxy",
		"parsers/terraform", "parsers/cloudformation", "parsers/infra", "audit", "codes"} {
		if packages[p] < 2 {
			t.Errorf("%s has %d faults", p, packages[p])
		}
	}
}
