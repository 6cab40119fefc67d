package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/rules"
)

// TestScore holds the figures against what was reached before: they may only rise, and the lower bounds with them.
func TestScore(t *testing.T) {
	all, err := truth.Incidents()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name                       string
		mode                       mode
		found, exact, place, quiet int
	}{
		{"as they are", mode{}, 76, 76, 70, 80},
		{"bare", mode{bare: true}, 28, 28, 27, 76},
		{"declared", mode{declare: true}, 76, 76, 70, 80},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s score
			for _, i := range all {
				v, err := c.mode.judge(i)
				if err != nil {
					t.Fatal(err)
				}
				s.add(v)
				if v.wrong() != "" {
					t.Logf("%s: %s", v.Name, v.wrong())
				}
			}
			t.Log(s)
			if s.found < c.found || s.exact < c.exact || s.place < c.place || s.quiet < c.quiet || s.guarded < s.guards {
				t.Errorf(
					"worse than %d found, %d by the expected rule, %d in place, %d mended and quiet, all healthy ones free of errors",
					c.found,
					c.exact,
					c.place,
					c.quiet,
				)
			}
		})
	}
}

// TestFamilies: every rule of a family exists, or comes with a format that nothing reads yet.
func TestFamilies(t *testing.T) {
	planned := "classic-elb-http-listener hop-chain"
	names := map[string]bool{}
	for _, r := range rules.All {
		names[r.Name] = true
	}
	for _, family := range families {
		for _, name := range family {
			if names[name] == strings.Contains(" "+planned+" ", " "+name+" ") {
				t.Errorf("%s: a rule %v, planned %v", name, names[name], !names[name])
			}
		}
	}
	if !kin("host-port-lost", "origin-rewritten") || kin("host-port-lost", "unit-slip") ||
		!kin("unreadable-config", "unreadable-config") {
		t.Error("kin")
	}
}

func TestBlockAround(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nginx.conf")
	text := "http {\n  server {\n    location / {\n      proxy_pass http://a:${PORT};\n      add_header X \"}\";\n" +
		"      # }\n    }\n  }\n}\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[int][2]int{4: {3, 7}, 3: {3, 7}, 2: {2, 8}, 9: {1, 9}, 12: {12, 12}} {
		if first, last := blockAround(file, line); [2]int{first, last} != want {
			t.Errorf("line %d: %d to %d, want %v", line, first, last, want)
		}
	}
	if first, last := blockAround(file+".no", 5); first != 5 || last != 5 {
		t.Errorf("without a file: %d to %d", first, last)
	}
}

func TestHold(t *testing.T) {
	rule := func(name string, s rules.Severity, line int) rules.Finding {
		f := rules.Finding{Rule: &rules.Rule{Name: name}, Severity: s}
		f.Pos.File, f.Pos.Line = "nginx.conf", line
		return f
	}
	i := truth.Incident{
		Dir:    t.TempDir(),
		Expect: []truth.Expectation{{Rule: "host-not-forwarded", File: "nginx.conf", Line: 20}},
		Also:   []string{"unit-slip"},
	}
	for _, c := range []struct {
		name                               string
		f                                  rules.Finding
		found, exact, place, asError, info bool
	}{
		{"the rule in its place", rule("host-not-forwarded", rules.Error, 24), true, true, true, true, false},
		{"the rule elsewhere", rule("host-not-forwarded", rules.Warning, 25), true, true, false, false, false},
		{"as info only", rule("host-not-forwarded", rules.Info, 20), false, false, false, false, true},
		{"a named one", rule("unit-slip", rules.Warning, 99), true, false, false, false, false},
		{"a related one in the place", rule("host-port-lost", rules.Error, 16), true, false, false, true, false},
		{"a related one elsewhere", rule("host-port-lost", rules.Error, 15), false, false, false, false, false},
		{"another one in the place", rule("http2-upstream", rules.Error, 20), false, false, false, false, false},
	} {
		v := verdict{Incident: i}
		v.hold([]rules.Finding{c.f})
		if v.found != c.found || v.exact != c.exact || v.place != c.place || v.asError != c.asError || v.info != c.info {
			t.Errorf("%s: %+v", c.name, v)
		}
	}
	for name, want := range map[string]bool{"host-not-forwarded": true, "unit-slip": false} {
		if loud := firstLoud([]rules.Finding{rule(name, rules.Warning, 1)}, i.Expect) != ""; loud != want {
			t.Errorf("a warning of %s: loud %v", name, loud)
		}
	}
	if firstLoud([]rules.Finding{rule("unit-slip", rules.Error, 1)}, nil) == "" {
		t.Error("an error is loud")
	}
}
