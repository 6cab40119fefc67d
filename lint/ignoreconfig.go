package lint

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// An Ignore is an entry of the configuration file that hides findings: of some rules, in some files, or of live
// resources and paths.
type Ignore struct {
	Rules  []string
	Pos    hop.Pos // of the rule
	Path   *glob   // of files, relative to the configuration file; nil for all
	At     *regexp.Regexp
	at     string // as it is written
	Reason string
	Until  time.Time
}

func (f *yamlFile) ignores(n ast.Node) (list []Ignore, err error) {
	return items(f, n, "ignore", f.ignore)
}

func (f *yamlFile) ignore(n ast.Node) (Ignore, error) {
	var i Ignore
	err := f.mapping(n, "an ignore", map[string]func(key, value ast.Node) error{
		"rule": func(_, v ast.Node) (err error) {
			i.Pos = f.pos(v)
			i.Rules, err = f.ruleNames(v)
			return err
		},
		"path": func(_, v ast.Node) error {
			s, err := f.pattern(v, "path")
			g := newGlob(s)
			i.Path = &g
			return err
		},
		"at": func(_, v ast.Node) error {
			s, err := f.filled(v, "at")
			i.At, i.at = anything(s), s
			return err
		},
		"reason": func(_, v ast.Node) (err error) {
			i.Reason, err = f.text(v, "reason")
			return err
		},
		"until": func(_, v ast.Node) error { return scalar(f, v, "until", &i.Until, parseDay) },
	})
	switch {
	case err != nil:
	case len(i.Rules) == 0:
		err = f.errorf(n, "an ignore lacks rule: the findings of which one?")
	case strings.TrimSpace(i.Reason) == "":
		err = f.errorf(n, "an ignore lacks reason: why is %s ignored?", i.Rules[0])
	}
	return i, err
}

// ruleNames reads the name of a rule, or a list of them.
func (f *yamlFile) ruleNames(n ast.Node) ([]string, error) {
	return oneOrMore(f, n, "rule", func(v ast.Node) (string, error) {
		name, err := f.text(v, "rule")
		if err == nil {
			if err = knownRule(name, ruleNames(rules.All)); err != nil {
				err = f.errorf(v, "%v", err)
			}
		}
		return name, err
	})
}

// configIgnores are the entries of the configuration file. One is of no use only if this run looked at a file that it
// is about.
func (f *filter) configIgnores() (list []*ignore) {
	dir := filepath.Dir(f.in.Config.File)
	for _, e := range f.in.Config.Ignore {
		i := &ignore{rules: e.Rules, reason: e.Reason, until: e.Until, pos: e.Pos, used: map[string]bool{}}
		i.covers = func(pos hop.Pos) bool {
			return (e.Path == nil || pos.Line > 0 && e.Path.matches(dir, pos.File)) &&
				(e.At == nil || e.At.MatchString(pos.File))
		}
		i.calls = func(f rules.Finding) bool {
			return e.At != nil && (e.Path == nil || f.Pos.Line > 0 && e.Path.matches(dir, f.Pos.File)) &&
				(f.Path != "" && e.At.MatchString(f.Path) || f.Resource != "" && e.At.MatchString(f.Resource))
		}
		if e.At == nil && e.Path != nil {
			i.seen = slices.ContainsFunc(sortedKeys(f.files.src), func(file string) bool { return e.Path.matches(dir, file) })
		} else if e.Path == nil && e.At != nil && !strings.Contains(e.At.String(), ".*") {
			// A pattern may be about what other runs look at, but this is one resource or path.
			i.seen = slices.ContainsFunc(sortedKeys(f.judged.met), e.At.MatchString)
		}
		list = append(list, i)
	}
	return list
}
