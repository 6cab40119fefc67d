package conf

import (
	"slices"
	"strings"
	"testing"
)

// TestTable holds the tables to their form: a slip in them would be silent.
func TestTable(t *testing.T) {
	lines := 0
	for line := range strings.Lines(directiveTable) {
		if !strings.HasPrefix(line, "#") && strings.TrimSpace(line) != "" {
			lines++
		}
	}
	names := slices.Collect(Names())
	if len(names) < 600 {
		t.Errorf("only %d directives", len(names))
	}
	kinds := " - once flag msec sec times size off vsize num auto net bufs enum mask "
	for _, name := range names {
		for _, s := range Specs(name) {
			lines--
			if s.In == 0 || s.args == 0 && s.more < 0 || !strings.Contains(kinds, " "+s.Kind+" ") {
				t.Errorf("%s: %+v", name, s)
			}
			if (s.Kind == "enum" || s.Kind == "mask") != (len(s.Words) > 0) && s.Kind != "num" {
				t.Errorf("%s: kind %s with words %v", name, s.Kind, s.Words)
			}
		}
	}
	if lines != 0 {
		t.Errorf("%d lines are of no directive", lines)
	}
	for _, set := range []string{"http", "stream", "other", "fixed"} {
		if Variables()[set] == nil {
			t.Errorf("no %s variables", set)
		}
	}
}
