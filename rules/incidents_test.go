package rules_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
)

// An expectation is where a rule's finding is expected.
type expectation struct {
	Rule, File string
	Line       int
}

// An incident is one of testdata/incidents, with what is expected of it.
type incident struct {
	truth.Incident
	expect []expectation
}

// stands lists findings that may come with an expected one of the same incident: they are as true.
var stands = map[string][]string{
	// Where all upgrade lines are missing, one finding stands for them.
	"upgrade-not-forwarded": {"connection-not-upgrade", "http-1.0-to-backend"},
	// What nginx stops at, it may stop at more than once.
	"unreadable-config": {"unreadable-config"},
}

// open are incidents whose cause is not found yet. One that is found has to leave this list: the test fails until it
// does.
var open = []string{
	"081-template-port-swallows-findings",
	"085-subpath-app-asks-at-root",
	"086-ok-two-host-lines-node",
}

// unreadable are incidents in a format that nothing reads yet. One that is judged rightly has to leave this list as
// well.
var unreadable = []string{
	"013-alb-ingress-60", "051-gcp-30", "053-ingress-slashless",
}

// TestIncidents lints every incident: the cause is found where it is, nothing else is called an error, and the mended
// configuration is free of it.
func TestIncidents(t *testing.T) {
	all, err := truth.Incidents()
	if err != nil {
		t.Fatal(err)
	}
	found, expected := 0, 0
	for _, c := range all {
		i := incident{Incident: c}
		for _, e := range c.Expect {
			i.expect = append(i.expect, expectation{e.Rule, e.File, e.Line})
		}
		t.Run(i.Name, func(t *testing.T) {
			expected += len(i.expect)
			if slices.Contains(open, i.Name) || slices.Contains(unreadable, i.Name) {
				if i.judge(t).right() {
					t.Error("it is judged rightly now: take it out of open or unreadable")
				}
				return
			}
			found += i.check(t)
			i.checkFixed(t)
		})
	}
	t.Logf(
		"%d of %d expected findings in %d incidents; %d causes are not found yet; %d are in formats that nothing "+
			"reads yet: %s",
		found,
		expected,
		len(all),
		len(open),
		len(unreadable),
		strings.Join(unreadable, ", "),
	)
}

// lint lints a copy of the configuration in dir, that of the incident or its mended form: its main file, or the
// folder where that has another name. config is what is declared beside it. The pings that the report speaks of are
// declared where nothing else says how often the application pings.
func (c incident) lint(t *testing.T, dir, config string) *lint.Result {
	t.Helper()
	conf := filepath.Join(t.TempDir(), "conf")
	if err := truth.CopyConfiguration(conf, dir); err != nil {
		t.Fatal(err)
	}
	in := lint.Input{Args: []string{filepath.Join(conf, truth.Main(conf))}, Rules: rules.All}
	declared, err := os.ReadFile(config)
	if err == nil {
		copied := filepath.Join(conf, lint.ConfigName)
		if err := os.WriteFile(copied, declared, 0o644); err != nil {
			t.Fatal(err)
		}
		if in.Config, err = lint.ReadConfig(copied); err != nil {
			t.Fatal(err)
		}
	}
	if c.Probe.Every > 0 && !strings.Contains(string(declared), "keepalive") {
		in.Ping, err = lint.ParseKeepalive(nil, fmt.Sprintf("%gs", c.Probe.Every), c.Probe.From, "")
		if err != nil {
			t.Fatal(err)
		}
	}
	result, err := lint.Check(in)
	if err != nil {
		return &lint.Result{} // there is nothing in it that is read: nothing is found
	}
	for i := range result.Findings {
		f := &result.Findings[i].Pos.File
		*f = strings.TrimPrefix(*f, conf+"/")
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

func (c incident) judge(t *testing.T) judgement {
	j := judgement{result: c.lint(t, c.Dir, filepath.Join(c.Dir, lint.ConfigName)), missing: map[expectation]bool{}}
	for _, e := range c.expect {
		j.missing[e] = true
	}
	for _, f := range j.result.Findings {
		e := expectation{f.Rule.Name, f.Pos.File, f.Pos.Line}
		switch {
		case slices.Contains(c.expect, e):
			delete(j.missing, e)
		case f.Severity == rules.Info:
		case f.Severity == rules.Warning && len(c.expect) > 0:
		case slices.ContainsFunc(c.expect, func(x expectation) bool { return slices.Contains(stands[x.Rule], f.Rule.Name) }):
		default:
			j.unexpected = append(j.unexpected, f)
		}
	}
	return j
}

// check returns how many of the expected findings there are.
func (c incident) check(t *testing.T) (found int) {
	j := c.judge(t)
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
	return len(c.expect) - len(j.missing)
}

func (c incident) checkFixed(t *testing.T) {
	fixed := c.Fixed()
	if fixed == "" {
		return
	}
	config := filepath.Join(fixed, lint.ConfigName)
	if _, err := os.Stat(config); err != nil {
		config = filepath.Join(c.Dir, lint.ConfigName)
	}
	for _, f := range c.lint(t, fixed, config).Findings {
		if f.Severity == rules.Error ||
			f.Severity != rules.Info &&
				slices.ContainsFunc(c.expect, func(e expectation) bool { return e.Rule == f.Rule.Name }) {
			t.Errorf("in the mended configuration: %s[%s] %s: %s", f.Severity, f.Rule.Name, f.Pos, f.Message)
		}
	}
}
