package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// wantsText reports whether somebody needs the comments and blocks of a file.
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
		for _, i := range list {
			// An audit leaves out the declared paths that do not go through AWS.
			i.seen = r.result.Audit == nil || file != r.in.Config.File
		}
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
		if r.reaches(i, f.Pos) || slices.ContainsFunc(f.Notes, func(n hop.Note) bool { return r.reaches(i, n.Pos) }) || f.Path != "" && i.covers(hop.Pos{File: f.Path}) {
			hidden = true
			i.used[f.Rule.Name] = true
		}
	}
	return hidden
}

// reaches reports whether an ignore covers a place, or every directive that includes its file: a file that is included elsewhere too is
// not only what stands in the block of the remark.
func (r *run) reaches(i *ignore, pos hop.Pos) bool {
	if i.covers(pos) {
		return true
	}
	at := r.inclusions[pos.File]
	if i.included == nil || len(at) == 0 {
		return false
	}
	all, known := i.included[pos.File]
	if !known {
		i.included[pos.File] = false // for files that include each other
		all = !slices.ContainsFunc(at, func(by hop.Pos) bool { return !r.reaches(i, by) })
		i.included[pos.File] = all
	}
	return all
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
		if !i.used[name] && r.looked(name) {
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

// looks notes which rules have on p what they need, and what it goes through.
func (r *run) looks(p *hop.Path) {
	r.met[p.Name] = true
	for i := range p.Hops {
		r.met[p.Hops[i].Pos.File] = true
	}
	for _, x := range r.in.Rules {
		if x.Needs != nil && !r.hadNeeds[x] && x.Needs(p) {
			r.hadNeeds[x] = true
		}
	}
}

// looked reports whether a rule ran and had what it needs: only then it is known that it finds nothing.
func (r *run) looked(name string) bool {
	return slices.ContainsFunc(r.in.Rules, func(x *rules.Rule) bool { return x.Name == name && (x.Needs == nil || r.hadNeeds[x]) })
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
