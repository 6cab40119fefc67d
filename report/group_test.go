package report

import (
	"strings"
	"testing"
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
