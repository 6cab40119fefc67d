package conf

import (
	"strings"
	"testing"
)

// TestTable holds the tables to their form: a slip in them would be silent.
func TestTable(t *testing.T) {
	directives := Directives()
	if len(directives) < 600 {
		t.Errorf("only %d directives", len(directives))
	}
	kinds := " - once flag msec sec times size off vsize num auto net bufs enum mask "
	for name, specs := range directives {
		for _, s := range specs {
			if s.In == 0 || s.args == 0 && s.more < 0 || !strings.Contains(kinds, " "+s.Kind+" ") {
				t.Errorf("%s: %+v", name, s)
			}
			if (s.Kind == "enum" || s.Kind == "mask") != (len(s.Words) > 0) && s.Kind != "num" {
				t.Errorf("%s: kind %s with words %v", name, s.Kind, s.Words)
			}
		}
	}
	for _, set := range []string{"http", "stream", "other", "fixed"} {
		if Variables()[set] == nil {
			t.Errorf("no %s variables", set)
		}
	}
}
