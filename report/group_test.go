package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// TestManyLines: of a file with thousands of places the first ones are named, and one more is not left out alone.
func TestManyLines(t *testing.T) {
	for n, want := range map[int]string{1: "a:1", mostLines + 1: ", 20, 21", 1000: ", 20, and 980 more"} {
		f := alikeFile{name: "a"}
		for i := range n {
			f.lines = append(f.lines, i+1)
		}
		if got := f.String(); !strings.HasSuffix(got, want) {
			t.Errorf("%d lines: %s", n, got)
		}
	}
}

// TestManyFiles: so are the files, and how many more there are.
func TestManyFiles(t *testing.T) {
	for n, want := range map[int]string{
		mostFiles: "  f19:1\n", mostFiles + 1: "  f20:1\n", 100: "  f19:1\n  … and 80 more files\n",
	} {
		findings := make([]rules.Finding, shownAlike+n)
		for i := range findings {
			findings[i] = rules.Finding{Rule: rules.All[0], Pos: hop.Pos{File: fmt.Sprint("f", i-shownAlike), Line: 1}}
		}
		out := newText(&lint.Result{}, Options{})
		out.group(findings, rules.All[0])
		if got := out.buf.String(); !strings.HasSuffix(got, want+"\n") {
			t.Errorf("%d files:\n%s", n, got)
		}
	}
}
