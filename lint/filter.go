package lint

import (
	"cmp"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A filter is the last step of a run: of what the rules found it leaves what somebody wants to hear.
type filter struct {
	*loaded
	judged judged
	result *Result
	// dropped are findings that are not asked for, though they are there.
	dropped []rules.Finding
	about   *concern // what is reported; nil for everything
}

// filter takes out of the result what is not asked for, ignored, in the baseline, not of this commit, or not new.
func (r *run) filter() error {
	f := r.newFilter()
	f.result.Incomplete = f.incomplete || len(f.unreadable) > 0
	if f.apart {
		f.onlyOwn()
	}
	f.scrub()
	f.outward()
	f.name()
	f.notRun()
	f.suppress()
	f.grade()
	f.subtract()
	f.result.sort()
	switch {
	case f.in.Changed != nil:
		f.onlyChanged()
	case f.apart:
		f.keep(f.own())
	}
	least := cmp.Or(f.in.Config.FailOn, Severities[0])
	f.result.failOn = map[string]string{"": least}
	for file := range f.files.src {
		if f.about == nil || f.about.files[file] {
			f.result.failOn[file] = least
		}
	}
	err := f.onlyNew()
	f.unread()
	r.hideSecrets()
	return err
}

// unread makes a run incomplete for what could not be read and is reported. What somebody chose not to hear of, by an
// ignore, a rule that does not run or what is new, is listed apart: it is no reason to fail.
func (f *filter) unread() {
	reported := map[hop.Pos]bool{}
	for i := range f.result.Findings {
		if x := &f.result.Findings[i]; x.Rule == rules.UnreadableConfig {
			reported[x.Pos] = true
		}
	}
	lost := f.unreadable
	if f.about != nil {
		lost = slices.DeleteFunc(slices.Clone(lost), func(p hop.Pos) bool { return !f.about.files[p.File] })
	}
	f.result.Incomplete = f.incomplete && f.in.Changed == nil
	for _, p := range lost {
		if reported[p] {
			f.result.Incomplete = true
			continue
		}
		for _, x := range f.problems {
			if x.Pos == p && x.Rule == rules.UnreadableConfig {
				n := hop.Note{Pos: p, Text: x.Message}
				f.result.Unread, f.result.NotRead = append(f.result.Unread, n), append(f.result.NotRead, n)
			}
		}
	}
}

func (r *run) newFilter() *filter {
	return &filter{loaded: r.loaded, judged: r.judge.judged, result: r.result}
}

// scrub takes out of what could not be determined what may not be shown.
func (f *filter) scrub() {
	if len(f.files.privateWords()) == 0 {
		return
	}
	for i := range f.result.Unknown {
		n := &f.result.Unknown[i]
		n.Text = string(f.result.Scrub([]byte(n.Text)))
	}
}

// outward turns edits of texts within files into edits of those files.
func (f *filter) outward() {
	for i := range f.result.Findings {
		fix := f.result.Findings[i].Fix
		if fix == nil || len(f.files.origins) == 0 {
			continue
		}
		var edits []hop.Edit
		for _, e := range fix.Edits {
			outer, ok := f.files.origins[e.File].Edits(e)
			if !ok {
				edits = nil
				break
			}
			edits = append(edits, outer...)
		}
		if fix.Edits = edits; edits == nil {
			f.result.Findings[i].Fix = nil
		}
	}
}
