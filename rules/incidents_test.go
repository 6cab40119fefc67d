package rules_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
)

// incidentsDir holds incidents from public reports, made again. It lies beside the repository and is no part of it.
const incidentsDir = "../../shared/incidents"

// An incident is what case.json says of one.
type incident struct {
	Expect []expectation
}

type expectation struct {
	Rule, File string
	Line       int
}

// stands lists findings that may come with an expected one of the same incident: they are as true.
var stands = map[string][]string{
	// Where all upgrade lines are missing, one finding stands for them.
	"upgrade-not-forwarded": {"connection-not-upgrade", "http-1.0-to-backend"},
	// What nginx stops at, it may stop at more than once.
	"unreadable-config": {"unreadable-config"},
}

// open are incidents whose cause is not found yet. One that is found has to leave this list: the test fails until it does.
var open = []string{
	"079-auth-gate-hides-short-timeout", "080-haproxy-deny-hides-tunnel-timeout", "082-word-processor-quotes",
	"084-single-brace-placeholder", "085-subpath-app-asks-at-root", "086-ok-two-host-lines-node",
}

// mainFile is the configuration of an incident; "" for one of another kind.
func mainFile(dir string) string {
	for _, name := range []string{"nginx.conf", "haproxy.cfg"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return filepath.Join(dir, name)
		}
	}
	return ""
}

// TestIncidents lints every incident whose cause lies in a configuration of nginx or HAProxy: the cause is found where it is, nothing else is
// called an error, and the mended configuration is free of it.
func TestIncidents(t *testing.T) {
	cases, err := filepath.Glob(filepath.Join(incidentsDir, "*", "case.json"))
	if err != nil || len(cases) == 0 {
		t.Skipf("%s is not there: no incident is tested", incidentsDir)
	}
	found, expected, ran := 0, 0, 0
	for _, file := range cases {
		dir := filepath.Dir(file)
		if mainFile(dir) == "" {
			continue
		}
		ran++
		t.Run(filepath.Base(dir), func(t *testing.T) {
			var c incident
			b, err := os.ReadFile(file)
			if err == nil {
				err = json.Unmarshal(b, &c)
			}
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(open, filepath.Base(dir)) {
				if c.judge(t, dir).right() {
					t.Error("its cause is found now: take it out of open")
				}
				return
			}
			expected += len(c.Expect)
			found += c.check(t, dir)
			c.checkFixed(t, dir)
		})
	}
	t.Logf("%d of %d expected findings in %d incidents", found, expected, ran)
}

func lintIncident(t *testing.T, dir, config string) *lint.Result {
	t.Helper()
	in := lint.Input{Args: []string{mainFile(dir)}, Rules: rules.All}
	if _, err := os.Stat(config); err == nil {
		if in.Config, err = lint.ReadConfig(config); err != nil {
			t.Fatal(err)
		}
		// The declared paths name the file beside them, which for a mended incident is another one.
		if filepath.Dir(config) != dir {
			in.Config.File = filepath.Join(dir, lint.ConfigName)
		}
	}
	result, err := lint.Check(in)
	if err != nil {
		t.Fatal(err)
	}
	for i := range result.Findings {
		f := &result.Findings[i].Pos.File
		*f = strings.TrimPrefix(*f, dir+"/")
	}
	return result
}

// A judgement holds what lint says of an incident against what is expected.
type judgement struct {
	result     *lint.Result
	missing    map[expectation]bool
	unexpected []rules.Finding
}

func (j judgement) right() bool { return len(j.missing) == 0 && len(j.unexpected) == 0 }

func (c incident) judge(t *testing.T, dir string) judgement {
	j := judgement{result: lintIncident(t, dir, filepath.Join(dir, lint.ConfigName)), missing: map[expectation]bool{}}
	for _, e := range c.Expect {
		j.missing[e] = true
	}
	for _, f := range j.result.Findings {
		e := expectation{f.Rule.Name, f.Pos.File, f.Pos.Line}
		switch {
		case slices.Contains(c.Expect, e):
			delete(j.missing, e)
		case f.Severity == rules.Info:
		case f.Severity == rules.Warning && len(c.Expect) > 0:
		case slices.ContainsFunc(c.Expect, func(x expectation) bool { return slices.Contains(stands[x.Rule], f.Rule.Name) }):
		default:
			j.unexpected = append(j.unexpected, f)
		}
	}
	return j
}

// check returns how many of the expected findings there are.
func (c incident) check(t *testing.T, dir string) (found int) {
	j := c.judge(t, dir)
	for _, f := range j.unexpected {
		t.Errorf("not expected: %s[%s] %s: %s", f.Severity, f.Rule.Name, f.Pos, f.Message)
	}
	for e := range maps.Keys(j.missing) {
		t.Errorf("%s is not found at %s:%d", e.Rule, e.File, e.Line)
	}
	if t.Failed() {
		var b strings.Builder
		report.Text(&b, j.result, report.Options{})
		t.Log(b.String())
	}
	return len(c.Expect) - len(j.missing)
}

func (c incident) checkFixed(t *testing.T, dir string) {
	fixed := filepath.Join(dir, "fixed")
	if mainFile(fixed) == "" {
		return
	}
	config := filepath.Join(fixed, lint.ConfigName)
	if _, err := os.Stat(config); err != nil {
		config = filepath.Join(dir, lint.ConfigName)
	}
	for _, f := range lintIncident(t, fixed, config).Findings {
		if f.Severity == rules.Error || slices.ContainsFunc(c.Expect, func(e expectation) bool { return e.Rule == f.Rule.Name }) {
			t.Errorf("in the mended configuration: %s[%s] %s: %s", f.Severity, f.Rule.Name, f.Pos, f.Message)
		}
	}
}
