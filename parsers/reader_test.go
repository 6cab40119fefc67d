package parsers_test

import (
	"errors"
	"testing"

	"github.com/wslint/wslint/parsers"
)

// TestOpen: a file that cannot be read is never as good as an empty one.
func TestOpen(t *testing.T) {
	o := parsers.Options{ReadFile: func(name string) ([]byte, error) {
		if name == "good" {
			return []byte("text"), nil
		}
		return nil, errors.New(name + ": permission denied")
	}}
	for _, c := range []struct {
		name             string
		f                parsers.Found
		opened, editable bool
		fails            bool
		problems         int
	}{
		{"named", parsers.Found{Name: "good"}, true, true, false, 0},
		{"read before", parsers.Found{Name: "bad", Src: []byte("x")}, true, false, false, 0},
		{"named, not to be read", parsers.Found{Name: "bad"}, false, false, true, 0},
		{"found, not to be read", parsers.Found{Name: "bad", Top: "."}, false, false, false, 1},
		{"looked for, not to be read", parsers.Found{Name: "bad", Beside: true}, false, false, false, 0},
	} {
		var r parsers.Reading
		file, err := r.Open(c.f, o)
		if (file != nil) != c.opened || (err != nil) != c.fails || len(r.Problems) != c.problems || len(r.Files) > 0 {
			t.Errorf("%s: %v, %v, %v", c.name, file, err, r.Problems)
		}
		if c.problems > 0 && !r.Problems[0].Incomplete {
			t.Errorf("%s: the run counts as complete", c.name)
		}
		if file != nil && file.Editable != c.editable {
			t.Errorf("%s: editable %t", c.name, file.Editable)
		}
	}
}
