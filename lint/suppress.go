package lint

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// suppress takes out the findings that are ignored, and reports ignores that are wrong, over, or of no use.
func (f *filter) suppress() {
	if f.in.NoIgnores {
		return
	}
	known := ruleNames(rules.All)
	ignores := ignores{files: f.files}
	for _, file := range sortedKeys(f.files.src) {
		if f.in.NoComments {
			break
		}
		text, ok := f.files.texts[file]
		if !ok && !f.files.isDump(file) && bytes.Contains(f.files.src[file], []byte(ignoreMark)) {
			text = plainText(file, f.files.src[file])
		}
		list, bad := ignoresOf(text, known)
		if !f.files.shows(file) {
			bad = nil // what is wrong with one repeats its text
		}
		for _, i := range list {
			// An audit leaves out the declared paths that do not go through what it read.
			i.seen = f.result.Extent == nil || file != f.in.Config.File
		}
		ignores.list = append(ignores.list, list...)
		f.report(rules.InvalidIgnore, bad...)
	}
	ignores.list = append(ignores.list, f.configIgnores()...)
	f.result.Findings = slices.DeleteFunc(f.result.Findings, func(x rules.Finding) bool {
		if !ignores.hide(x, f.in.Now) {
			return false
		}
		f.result.Ignored++
		return true
	})
	for _, i := range ignores.list {
		f.judgeIgnore(i)
	}
}

// judgeIgnore reports an ignore that is over, or of no use to a rule that ran.
func (f *filter) judgeIgnore(i *ignore) {
	names := strings.Join(i.rules, ", ")
	if i.expired(f.in.Now) {
		f.report(rules.ExpiredIgnore, rules.Finding{
			Pos: i.pos,
			Message: fmt.Sprintf(
				"ignore of %s expired on %s: its findings are reported again",
				names,
				i.until.Format(time.DateOnly),
			),
			Notes: []hop.Note{{Text: "its reason: " + i.reason}},
		})
		return
	}
	var unused []string
	for _, name := range i.rules {
		if !i.used[name] && f.looked(name) {
			unused = append(unused, name)
		}
	}
	// What could not be read may hold what it is there for.
	if len(unused) == 0 || !i.seen || f.result.Incomplete {
		return
	}
	names = strings.Join(unused, ", ")
	x := rules.Finding{
		Pos:     i.pos,
		Message: fmt.Sprintf("ignore of %s suppresses nothing", names),
		Notes:   []hop.Note{{Text: "its reason: " + i.reason}},
	}
	if i.cut != nil {
		x.Fix = &rules.Fix{Title: "remove the ignore of " + names, Safe: true, Edits: i.cut(unused)}
	}
	f.report(rules.UnusedIgnore, x)
}

// report adds findings of a rule that is judged here, if it is to run.
func (f *filter) report(rule *rules.Rule, list ...rules.Finding) {
	if !f.ran(rule.Name) {
		return
	}
	for _, x := range list {
		x.Rule, x.Severity, x.Confidence = rule, rule.Severity, hop.Declared
		f.result.Findings = append(f.result.Findings, x)
	}
}

// ran reports whether a rule is to run.
func (f *filter) ran(name string) bool {
	return slices.ContainsFunc(f.in.Rules, func(x *rules.Rule) bool { return x.Name == name })
}

// looked reports whether a rule ran and had what it needs: only then it is known that it finds nothing.
func (f *filter) looked(name string) bool {
	return slices.ContainsFunc(f.in.Rules, func(x *rules.Rule) bool {
		return x.Name == name && (x.Needs == nil || f.judged.hadNeeds[x])
	})
}

func ruleNames(list []*rules.Rule) (names []string) {
	for _, r := range list {
		names = append(names, r.Name)
	}
	return names
}
