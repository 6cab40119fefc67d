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

// TestNumber: a directive has the number of its name, whether it was read or made up, and no two names have one.
func TestNumber(t *testing.T) {
	of := map[uint16]string{}
	for name := range Names() {
		read, err := Parse("nginx.conf", []byte(name+" x;"))
		if err != nil {
			t.Fatal(err)
		}
		d := read.Main.Block[0]
		if n := d.Number(); n == 0 || n != Block(name, nil).Number() || of[n] != "" || !d.Known() {
			t.Errorf("%s has number %d, as %q has", name, n, of[n])
		}
		of[d.Number()] = name
	}
	if theirs := Block("more_set_headers", nil); theirs.Known() || OneOf("more_set_headers", "gzip")(theirs) {
		t.Error("nginx has more_set_headers")
	}
	if among := OneOf("gzip", "expires"); !among(Block("expires", nil)) || among(Block("gzip_types", nil)) {
		t.Error("one of several is not told from another")
	}
}
