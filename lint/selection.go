package lint

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A Selection says which rules run and how bad their findings are. The zero Selection changes nothing.
type Selection struct {
	Only     []string // these rules alone; all when it is empty
	Skip     []string
	Severity map[string]rules.Severity // by rule, in place of the rule's own
	// MinConfidence is how sure it has to be that WebSockets pass where something is found; nil for whatever.
	MinConfidence *hop.Confidence
}

// An Override is a selection for some files.
type Override struct {
	path     glob
	Skip     []string
	Severity map[string]rules.Severity
}

// Severities and Confidences are what a configuration file and the command line call them.
var (
	Severities  = []string{"error", "warning", "info"}
	Confidences = []string{"possible", "likely", "certain", "declared"}
)

// ParseSeverity reads "RULE=warning".
func ParseSeverity(s string) (rule string, severity rules.Severity, err error) {
	rule, level, ok := strings.Cut(s, "=")
	if !ok {
		return "", 0, fmt.Errorf("%s: write it like idle-timeout-without-ping=error", s)
	}
	if err = CheckRule(rule); err == nil {
		severity, err = severityOf(level)
	}
	return rule, severity, err
}

// CheckRule says what is wrong with the name of a rule.
func CheckRule(name string) error { return knownRule(name, ruleNames(rules.All)) }

func severityOf(s string) (rules.Severity, error) {
	for _, v := range []rules.Severity{rules.Error, rules.Warning, rules.Info} {
		if v.String() == s {
			return v, nil
		}
	}
	return 0, fmt.Errorf("%q is none of %s", s, strings.Join(Severities, ", "))
}

// ParseConfidence reads a confidence by its name.
func ParseConfidence(s string) (hop.Confidence, error) {
	if i := slices.Index(Confidences, s); i >= 0 {
		return hop.Confidence(i), nil
	}
	return 0, fmt.Errorf("%q is none of %s", s, strings.Join(Confidences, ", "))
}

// chooseRules leaves the rules that are to run. What the command line names runs even if the configuration file skips
// it.
func (in *Input) chooseRules() {
	flags, file := in.Selection, in.Config.Selection
	in.Rules = slices.DeleteFunc(slices.Clone(in.Rules), func(x *rules.Rule) bool {
		switch {
		case slices.Contains(flags.Skip, x.Name):
			return true
		case len(flags.Only) > 0:
			return !slices.Contains(flags.Only, x.Name)
		}
		return slices.Contains(file.Skip, x.Name) || len(file.Only) > 0 && !slices.Contains(file.Only, x.Name)
	})
}

// grade drops what is not sure enough or not asked for in its file, and sets the severities. Those of the command
// line outweigh those of a file, which outweigh those of all files. What is found on a merely possible path stays a
// warning at most.
func (f *filter) grade() {
	dir := filepath.Dir(f.in.Config.File)
	least := f.in.Selection.MinConfidence
	if least == nil {
		least = f.in.Config.Selection.MinConfidence
	}
	f.result.Findings = slices.DeleteFunc(f.result.Findings, func(x rules.Finding) bool {
		drop := least != nil && x.Confidence < *least
		if !slices.Contains(f.in.Selection.Only, x.Rule.Name) {
			drop = drop || slices.ContainsFunc(f.in.Config.Overrides, func(o Override) bool {
				return slices.Contains(o.Skip, x.Rule.Name) && o.path.matches(dir, x.Pos.File)
			})
		}
		if drop {
			f.dropped = append(f.dropped, x)
		}
		return drop
	})
	for i := range f.result.Findings {
		x := &f.result.Findings[i]
		levels := []map[string]rules.Severity{f.in.Config.Selection.Severity}
		for _, o := range f.in.Config.Overrides {
			if o.path.matches(dir, x.Pos.File) {
				levels = append(levels, o.Severity)
			}
		}
		for _, l := range append(levels, f.in.Selection.Severity) {
			if s, set := l[x.Rule.Name]; set {
				x.Severity = s
			}
		}
		switch x.Confidence {
		case hop.Unlikely:
			if x.Severity = min(x.Severity, rules.Warning); !x.Rule.Anyway {
				x.Severity = rules.Info
			}
		case hop.Possible:
			x.Severity = min(x.Severity, rules.Warning)
		}
	}
}

// notRun drops findings of rules that are not to run: lint itself reports some while it reads.
func (f *filter) notRun() {
	f.result.Findings = slices.DeleteFunc(f.result.Findings, func(x rules.Finding) bool {
		return slices.Contains(rules.All, x.Rule) && !f.ran(x.Rule.Name)
	})
}

// selection reads the key "rules".
func (f *yamlFile) selection(n ast.Node, s *Selection) error {
	return f.mapping(n, "rules", map[string]func(key, value ast.Node) error{
		"only": into(&s.Only, f.ruleNames), "skip": into(&s.Skip, f.ruleNames), "severity": into(&s.Severity, f.severities),
	})
}

func (f *yamlFile) severities(n ast.Node) (map[string]rules.Severity, error) {
	m := map[string]rules.Severity{}
	return m, f.pairs(n, "severity", func(key ast.Node, name string, v ast.Node) error {
		if err := CheckRule(name); err != nil {
			return f.errorf(key, "%v", err)
		}
		var s rules.Severity
		err := scalar(f, v, name, &s, severityOf)
		m[name] = s
		return err
	})
}

func (f *yamlFile) overrides(n ast.Node) ([]Override, error) {
	return items(f, n, "overrides", func(v ast.Node) (o Override, err error) {
		err = f.mapping(v, "an override", map[string]func(key, value ast.Node) error{
			"path": func(_, v ast.Node) error {
				s, err := f.pattern(v, "path")
				o.path = newGlob(s)
				return err
			},
			"skip": into(&o.Skip, f.ruleNames), "severity": into(&o.Severity, f.severities),
		})
		if err == nil && o.path.text == "" {
			err = f.errorf(v, "an override lacks path: of which files?")
		}
		return o, err
	})
}

// FailOns are the values of fail-on.
var FailOns = append(slices.Clone(Severities), "never")

func parseFailOn(s string) (string, error) {
	if !slices.Contains(FailOns, s) {
		return "", fmt.Errorf("%q is none of %s", s, strings.Join(FailOns, ", "))
	}
	return s, nil
}
