package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// A mode is how much wslint is told beside the configurations.
type mode struct{ bare, declare bool }

// A verdict is how wslint does on one incident.
type verdict struct {
	truth.Incident
	found, exact, place, asError, info bool
	unread                             string // why nothing could be checked; "" when it could
	got                                []rules.Finding
	loud                               string // what is said of the mended configuration, or wrongly of a healthy one
	mended                             bool   // there is a mended configuration
}

func (v verdict) guard() bool { return len(v.Expect) == 0 }

// wrong says what is not as it should be, "" for nothing.
func (v verdict) wrong() string {
	var all []string
	switch e := v.Expect; {
	case v.guard() || v.found:
	case v.unread != "":
		all = append(all, fmt.Sprintf("%s is not found: %s", e[0].Rule, v.unread))
	default:
		all = append(all, fmt.Sprintf("%s at %s:%d is not found among %s", e[0].Rule, e[0].File, e[0].Line, listed(v.got)))
	}
	switch {
	case v.loud == "":
	case v.guard():
		all = append(all, "healthy, but "+v.loud)
	default:
		all = append(all, "mended, but "+v.loud)
	}
	return strings.Join(all, "; ")
}

func listed(findings []rules.Finding) string {
	var all []string
	for _, f := range findings {
		all = append(all, fmt.Sprintf("%s[%s] %s", f.Severity, f.Rule.Name, f.Pos))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// judge checks an incident and its mended form.
func (m mode) judge(i truth.Incident) (verdict, error) {
	v := verdict{Incident: i}
	findings, unread, err := m.check(i, i.Dir)
	if err != nil {
		return v, err
	}
	v.got, v.unread = findings, unread
	if v.guard() {
		v.loud = firstLoud(findings, nil)
		return v, nil
	}
	v.hold(findings)
	if dir := i.Fixed(); dir != "" {
		v.mended = true
		findings, unread, err := m.check(i, dir)
		if err != nil {
			return v, err
		}
		if v.loud = firstLoud(findings, i.Expect); unread != "" {
			v.loud = unread
		}
	}
	return v, nil
}

// hold compares findings with what is expected.
func (v *verdict) hold(findings []rules.Finding) {
	for _, f := range findings {
		exact, related, place := false, false, false
		for _, e := range v.Expect {
			if f.Rule.Name == e.Rule {
				exact = true
				place = place || at(f, e, e.Line, e.Line)
			}
			if kin(f.Rule.Name, e.Rule) {
				first, last := blockAround(filepath.Join(v.Dir, e.File), e.Line)
				related = related || at(f, e, first, last)
			}
		}
		named := exact || slices.Contains(v.Also, f.Rule.Name)
		if f.Severity == rules.Info {
			v.info = v.info || named
			continue
		}
		v.exact = v.exact || exact
		v.place = v.place || place
		if named || related {
			v.found = true
			v.asError = v.asError || f.Severity == rules.Error
		}
	}
}

// near is how many lines off a finding may be.
const near = 4

// at reports whether a finding is at the place of an expectation, or within the given lines of its file.
func at(f rules.Finding, e truth.Expectation, first, last int) bool {
	return filepath.Base(f.Pos.File) == filepath.Base(e.File) && f.Pos.Line >= min(first, e.Line-near) &&
		f.Pos.Line <= max(last, e.Line+near)
}

// firstLoud is the first finding that a mended or healthy configuration should not have, "" for none.
func firstLoud(findings []rules.Finding, expect []truth.Expectation) string {
	for _, f := range findings {
		expected := slices.ContainsFunc(expect, func(e truth.Expectation) bool { return e.Rule == f.Rule.Name })
		if f.Severity == rules.Error || expected && f.Severity == rules.Warning {
			return fmt.Sprintf("%s[%s] %s: %s", f.Severity, f.Rule.Name, f.Pos, f.Message)
		}
	}
	return ""
}

// check lints a copy of one configuration; unread says why nothing could be checked.
func (m mode) check(i truth.Incident, dir string) (findings []rules.Finding, unread string, err error) {
	tmp, err := os.MkdirTemp("", "incident")
	if err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(tmp)
	// The folder has a plain name: names are looked at when wslint decides what a file is.
	conf := filepath.Join(tmp, "conf")
	if err := truth.CopyConfiguration(conf, dir); err != nil {
		return nil, "", err
	}
	in := lint.Input{Args: []string{conf}, Rules: rules.All}
	if in.Config, in.Ping, err = m.declarations(i, conf); err != nil {
		return nil, "", err
	}
	result, err := lint.Check(in)
	if err != nil {
		return nil, err.Error(), nil
	}
	for n := range result.Findings {
		f := &result.Findings[n].Pos.File
		*f = strings.TrimPrefix(*f, conf+"/")
	}
	return result.Findings, "", nil
}

// declarations are what wslint is told of an incident whose configuration lies in conf.
func (m mode) declarations(i truth.Incident, conf string) (*lint.Config, *lint.Keepalive, error) {
	file := filepath.Join(conf, lint.ConfigName)
	src, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		return nil, nil, err
	}
	text := string(src)
	if m.bare {
		text = ""
	}
	if main := truth.Main(conf); m.declare && main != "" && i.Probe.URL != "" && !strings.Contains(text, "paths:") {
		text += fmt.Sprintf("\npaths:\n  - url: %q\n    through: [%s: %s]\n", i.Probe.URL, strings.Split(main, ".")[0], main)
	}
	every, from := "", ""
	switch {
	case strings.Contains(text, "keepalive"):
	case i.Probe.Every > 0:
		every, from = fmt.Sprintf("%gs", i.Probe.Every), i.Probe.From
	case m.bare && !aboutPings(i):
		every = "25s"
	}
	ping, err := lint.ParseKeepalive(nil, every, from, "")
	if err != nil || text == "" {
		return nil, ping, err
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return nil, nil, err
	}
	config, err := lint.ReadConfig(file)
	return config, ping, err
}
