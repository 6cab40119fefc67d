package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx"
	"github.com/wslint/wslint/rules"
)

// texts keeps the comments and blocks of a tree's files where somebody needs them.
func (r *run) keepTexts(t *nginx.Tree) {
	for _, x := range t.Texts(func(f *nginx.File) bool { return r.wantsText(f.Name, f.Src) }) {
		r.texts[x.File] = x
	}
}

func (r *run) wantsText(file string, src []byte) bool {
	_, known := r.texts[file]
	return !known && (r.in.NewFrom != nil || strings.Contains(string(src), remarkWord))
}

// suppress takes out the findings that are ignored, and reports ignores that are wrong, over, or of no use.
func (r *run) suppress() {
	if r.in.NoIgnores {
		return
	}
	known := ruleNames(rules.All)
	var ignores []*ignore
	for _, file := range sortedKeys(r.files) {
		text, ok := r.texts[file]
		if !ok && !r.isDump(file) {
			text = plainText(file, r.files[file])
		}
		list, bad := ignoresOf(text, known)
		ignores = append(ignores, list...)
		r.found(rules.InvalidIgnore, bad...)
	}
	ignores = append(ignores, r.configIgnores()...)
	r.result.Findings = slices.DeleteFunc(r.result.Findings, func(f rules.Finding) bool {
		if !r.ignored(f, ignores) {
			return false
		}
		r.result.Ignored++
		return true
	})
	for _, i := range ignores {
		r.judgeIgnore(i)
	}
}

// isDump reports whether a file is the output of nginx -T, whose parts have their own comments.
func (r *run) isDump(file string) bool {
	for _, d := range r.result.dumps {
		if d.file == file {
			return true
		}
	}
	return false
}

// ignored reports whether an ignore hides the finding: by its place, or by one of its notes.
func (r *run) ignored(f rules.Finding, ignores []*ignore) bool {
	hidden := false
	for _, i := range ignores {
		if i.expired(r.in.Now) || !slices.Contains(i.rules, f.Rule.Name) {
			continue
		}
		if i.covers(f.Pos) || slices.ContainsFunc(f.Notes, func(n hop.Note) bool { return i.covers(n.Pos) }) || f.Path != "" && i.covers(hop.Pos{File: f.Path}) {
			hidden = true
			i.used[f.Rule.Name] = true
		}
	}
	return hidden
}

// judgeIgnore reports an ignore that is over, or of no use to a rule that ran.
func (r *run) judgeIgnore(i *ignore) {
	names := strings.Join(i.rules, ", ")
	if i.expired(r.in.Now) {
		r.found(rules.ExpiredIgnore, rules.Finding{Pos: i.pos, Message: fmt.Sprintf("the ignore of %s ended with %s (%s): what it hid is reported again", names, i.until.Format("2006-01-02"), i.reason)})
		return
	}
	var unused []string
	for _, name := range i.rules {
		if !i.used[name] && r.ran(name) {
			unused = append(unused, name)
		}
	}
	// What could not be read may hold what it is there for.
	if len(unused) == 0 || !i.seen || r.result.Incomplete {
		return
	}
	f := rules.Finding{Pos: i.pos, Message: fmt.Sprintf("nothing of %s is found here, so there is nothing to ignore (%s)", strings.Join(unused, ", "), i.reason)}
	if i.cut != nil {
		f.Fix = &rules.Fix{Title: "remove the ignore of " + strings.Join(unused, ", "), Safe: true, Edits: i.cut(unused)}
	}
	r.found(rules.UnusedIgnore, f)
}

func (r *run) ran(name string) bool {
	return slices.ContainsFunc(r.in.Rules, func(x *rules.Rule) bool { return x.Name == name })
}

// found adds findings of a rule that lint judges itself, if it is to run.
func (r *run) found(rule *rules.Rule, list ...rules.Finding) {
	if !r.ran(rule.Name) {
		return
	}
	for _, f := range list {
		f.Rule, f.Severity, f.Confidence = rule, rule.Severity, hop.Declared
		r.result.Findings = append(r.result.Findings, f)
	}
}

func ruleNames(list []*rules.Rule) (names []string) {
	for _, r := range list {
		names = append(names, r.Name)
	}
	return names
}
