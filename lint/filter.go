package lint

import (
	"github.com/wslint/wslint/rules"
)

// A filter is the last step of a run: of what the rules found it leaves what somebody wants to hear.
type filter struct {
	*loaded
	judged judged
	result *Result
	// dropped are findings that are not asked for, though they are there.
	dropped []rules.Finding
}

// filter takes out of the result what is not asked for, ignored, in the baseline, not of this commit, or not new.
func (r *run) filter() error {
	f := r.newFilter()
	f.scrub()
	f.outward()
	f.name()
	f.notRun()
	f.suppress()
	f.grade()
	f.subtract()
	f.result.sort()
	if f.in.Changed != nil {
		f.onlyChanged()
	}
	return f.onlyNew()
}

func (r *run) newFilter() *filter {
	return &filter{loaded: r.loaded, judged: r.judged, result: r.result}
}

// scrub takes out of what could not be determined what may not be shown.
func (f *filter) scrub() {
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
		for j, e := range fix.Edits {
			if o := f.files.origins[e.File]; o != nil {
				fix.Edits[j] = o.Edit(e)
			}
		}
	}
}
