package lint

import (
	"reflect"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/redact"
)

// secrets are those of everything that a run read, and of what its command line names.
func (s *fileSet) secrets() *redact.Secrets {
	if s.redact != nil {
		return s.redact
	}
	texts := slices.Clone(s.named)
	for _, src := range s.src {
		texts = append(texts, src)
	}
	for _, src := range s.targets {
		texts = append(texts, src)
	}
	s.redact = redact.Find(texts...)
	return s.redact
}

// masked is the text of a file with its secrets hidden and all places kept; nil when it may not be shown.
func (s *fileSet) masked(file string) []byte {
	if src, done := s.shownAs[file]; done {
		return src
	}
	src := s.text(file)
	if src != nil {
		src = s.secrets().Mask(src)
	}
	s.shownAs[file] = src
	return src
}

// Original is the text of a file as it is, for edits. What is shown of it is of Source.
func (r *Result) Original(file string) []byte {
	if r.files == nil {
		return r.Source(file)
	}
	return r.files.text(file)
}

// Hide takes the secrets of the files out of a text, for reports.
func (r *Result) Hide(text string) string {
	if r == nil || r.files == nil {
		return text
	}
	return r.files.secrets().Hide(text)
}

// hideSecrets takes the secrets of the files out of what the result says, and returns the paths without them. It is
// the last
// that happens to a result: whoever reports it has nothing to hide.
func (r *run) hideSecrets(paths ...[]*hop.Path) [][]*hop.Path {
	secrets, x := r.files.secrets(), r.result
	if secrets.None() {
		return paths
	}
	known := map[string]string{}
	hide := func(text string) string {
		shown, ok := known[text]
		if !ok {
			shown = secrets.Hide(text)
			known[text] = shown
		}
		return shown
	}
	notes := func(list []hop.Note) {
		for i := range list {
			list[i].Text = hide(list[i].Text)
		}
	}
	for _, list := range [][]hop.Note{x.Unknown, x.Unread, x.Gone, x.NotRead, x.Debug} {
		notes(list)
	}
	keep := []reflect.Type{reflect.TypeFor[hop.Pos](), reflect.TypeFor[hop.Edit]()}
	done := map[*hop.Path]*hop.Path{}
	path := func(p *hop.Path) *hop.Path {
		if p == nil || done[p] != nil {
			return done[p]
		}
		q := redact.Strings(p, hide, keep...)
		done[p] = q
		return q
	}
	for i := range x.Findings {
		f := &x.Findings[i]
		f.Message, f.Path, f.Trace, f.Resource = hide(f.Message), hide(f.Path), path(f.Trace), hide(f.Resource)
		f.Notes = redact.Strings(f.Notes, hide, keep...)
		f.When, f.Gates = redact.Strings(f.When, hide, keep...), redact.Strings(f.Gates, hide, keep...)
		if f.Fix != nil {
			fix := *f.Fix
			fix.Title = hide(fix.Title)
			f.Fix = &fix
		}
	}
	for i := range x.Declared {
		x.Declared[i] = path(x.Declared[i])
	}
	x.First, x.Next, x.Hint = hide(x.First), hide(x.Next), redact.Strings(x.Hint, hide, keep...)
	x.Proxied = redact.Strings(x.Proxied, hide, keep...)
	for _, cases := range paths {
		for i := range cases {
			cases[i] = path(cases[i])
		}
	}
	return paths
}
