package nginx

import (
	"strings"
	"testing"
)

// TestTable holds the tables to their form: a slip in them would be silent.
func TestTable(t *testing.T) {
	directives := knownDirectives()
	if len(directives) < 600 {
		t.Errorf("only %d directives", len(directives))
	}
	kinds := " - once flag msec sec size off vsize num bufs enum mask "
	for name, specs := range directives {
		for _, s := range specs {
			if s.in == 0 || s.args == 0 && s.more < 0 || !strings.Contains(kinds, " "+s.kind+" ") {
				t.Errorf("%s: %+v", name, s)
			}
			if (s.kind == "enum" || s.kind == "mask") != (len(s.words) > 0) && s.kind != "num" {
				t.Errorf("%s: kind %s with words %v", name, s.kind, s.words)
			}
		}
	}
	for _, set := range []string{"http", "stream", "other", "fixed"} {
		if knownVariables()[set] == nil {
			t.Errorf("no %s variables", set)
		}
	}
}
