package kubernetes

import (
	"io/fs"
	"slices"
	"testing"
)

// TestTables reads every table: its types and what becomes of bad values are known ones, and no key stands twice on a
// kind of object.
func TestTables(t *testing.T) {
	types := []Type{Int, Bool, OnOff, Size, Time, Span, Enum, Word, Pairs, List, Names, JSON, Text, Script}
	bad := []Bad{Kept, Refused, Denied, Stops, Written, None}
	files, err := fs.Glob(tables, "*/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(err, len(files))
	}
	for _, file := range files {
		src, err := tables.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := readTable(file, string(src))
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Keys) == 0 || len(c.Prefixes) == 0 || c.Source == "" {
			t.Errorf("%s: %d keys, prefixes %v, source %q", file, len(c.Keys), c.Prefixes, c.Source)
		}
		seen := map[string]bool{}
		for _, k := range c.Keys {
			if !slices.Contains(types, k.Type) || !slices.Contains(bad, k.Bad) || k.Name == "" {
				t.Errorf("%s: %+v", file, k)
			}
			for _, on := range k.On {
				if seen[on+" "+k.Name] {
					t.Errorf("%s: %s stands twice on %s", file, k.Name, on)
				}
				seen[on+" "+k.Name] = true
			}
		}
	}
}

// TestTakes holds values against what the functions say that the controllers read them with: strconv.Atoi,
// strconv.ParseBool, and ingress-nginx's own patterns.
func TestTakes(t *testing.T) {
	for _, c := range []struct {
		key   Key
		value string
		want  bool
	}{
		{Key{Type: Int}, "3600", true}, {Key{Type: Int}, "060", true}, {Key{Type: Int}, "+60", true},
		{Key{Type: Int}, "-1", true}, {Key{Type: Int}, "3600s", false}, {Key{Type: Int}, " 60", false},
		{Key{Type: Int}, "60 ", false}, {Key{Type: Int}, "1m", false}, {Key{Type: Int}, "1e3", false},
		{Key{Type: Int}, "60.0", false}, {Key{Type: Int}, "", false},
		{Key{Type: Int, Allowed: "1..4000"}, "4000", true}, {Key{Type: Int, Allowed: "1..4000"}, "4001", false},
		{Key{Type: Bool}, "True", true}, {Key{Type: Bool}, "0", true}, {Key{Type: Bool}, "yes", false},
		{Key{Type: Bool}, "on", false}, {Key{Type: OnOff}, " on ", true}, {Key{Type: OnOff}, "true", false},
		{Key{Type: Size}, "8 M", true}, {Key{Type: Size}, "8mb", false},
		{Key{Type: Time}, "60s", true}, {Key{Type: Time}, "1h30m", true}, {Key{Type: Time}, "60", true},
		{Key{Type: Time}, "60sec", false}, {Key{Type: Enum, Allowed: "1.0|1.1"}, "1.1", true},
		{Key{Type: Enum, Allowed: "1.0|1.1"}, "2", false}, {Key{Type: Text}, "anything", true},
		{Key{Type: Int, Allowed: "0.."}, "0", true}, {Key{Type: Int, Allowed: "0.."}, "-1", false},
		{Key{Type: Time}, " ", false}, {Key{Type: Size, Allowed: "k|m"}, " 8K ", true},
		{Key{Type: Size, Allowed: "k|m"}, "8g", false}, {Key{Type: Size, Allowed: "k|m"}, "8 k", false},
		{Key{Type: JSON}, `[{"HTTPS": 443}]`, true}, {Key{Type: JSON}, `[{"HTTPS": 443}`, false},
		{Key{Type: Word, Allowed: "HTTP|HTTPS"}, "https", true}, {Key{Type: Word, Allowed: "HTTP|HTTPS"}, "WS", false},
	} {
		if got, why := c.key.Takes(c.value); got != c.want || got == (why != "") {
			t.Errorf("%s takes %q: %v (%s), want %v", c.key.Type, c.value, got, why, c.want)
		}
	}
}
