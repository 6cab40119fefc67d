package lint

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A Patch is what the fixes of one run change. All of it refers to the files as they were read.
type Patch struct {
	Files []PatchedFile // sorted by name
	// cures are the fixes that it makes.
	cures []cure
	// Unsafe is how many fixes are left out because they may change more than the fault.
	Unsafe int
	// Left are other fixes that are left out, at the place of their finding, and why.
	Left []hop.Note

	result *Result
}

// Hide takes the secrets of the files out of a text.
func (p Patch) Hide(text string) string { return p.result.Hide(text) }

// A cure is the fix of one finding.
type cure struct {
	files []string
	note  hop.Note // where the finding is, and what the fix does
}

// A PatchedFile is one file of a patch.
type PatchedFile struct {
	Name          string     // as findings name it
	Edits         []hop.Edit // sorted by place; none touches another
	Before, After []byte
}

// NewPatch gathers the fixes of a result: the safe ones, or all. A fix is taken whole or not at all; one that changes
// what an earlier one changes otherwise is left for another run.
func NewPatch(r *Result, unsafe bool) Patch {
	return newPatch(r, unsafe, func(string) error { return nil })
}

// NewFix is NewPatch for a patch that is to be written: without the fixes of files that may not be.
func NewFix(r *Result, unsafe bool, project Project) Patch {
	return newPatch(r, unsafe, func(file string) error { _, err := project.target(file); return err })
}

func newPatch(r *Result, unsafe bool, mayWrite func(file string) error) Patch {
	b := patcher{
		patch:    Patch{result: r},
		result:   r,
		mayWrite: mayWrite,
		files:    map[string]*PatchedFile{},
		taken:    map[string][]takenEdit{},
		real:     map[string]string{},
	}
	for _, f := range r.Findings {
		switch {
		case f.Fix == nil || len(f.Fix.Edits) == 0:
		case !f.Fix.Safe && !unsafe:
			b.patch.Unsafe++
		default:
			b.add(f)
		}
	}
	for real, file := range b.files {
		for _, t := range b.taken[real] {
			file.Edits = append(file.Edits, t.edit)
		}
		file.After = apply(file.Before, file.Edits)
		b.patch.Files = append(b.patch.Files, *file)
	}
	slices.SortFunc(b.patch.Files, func(a, b PatchedFile) int { return cmp.Compare(a.Name, b.Name) })
	return b.patch
}

// A patcher puts a patch together. Files are told apart by what they are once symlinks are followed.
type patcher struct {
	result   *Result
	mayWrite func(file string) error
	patch    Patch
	files    map[string]*PatchedFile
	// taken are the edits of each file by their places; those at one place in the order in which they came. None touches
	// another one but where both only insert, so that their ends are in the same order.
	taken map[string][]takenEdit
	real  map[string]string // the files that names lead to
}

type takenEdit struct {
	edit hop.Edit
	rule *rules.Rule
	nth  int
}

// realFile is the file that a name leads to.
func (b *patcher) realFile(name string) (string, error) {
	if real, known := b.real[name]; known {
		return real, nil
	}
	real, err := realFile(name)
	if err == nil {
		b.real[name] = real
	}
	return real, err
}

// touching are the edits of a file that reach the place of another one.
func (b *patcher) touching(real string, e hop.Edit) []takenEdit {
	taken := b.taken[real]
	from := sort.Search(len(taken), func(i int) bool { return taken[i].edit.End >= e.Start })
	to := from + sort.Search(len(taken)-from, func(i int) bool { return taken[from+i].edit.Start > e.End })
	return taken[from:to]
}

// inTheWay is the rule of the first edit of a file with which another one cannot be made; nil for none.
func (b *patcher) inTheWay(real string, e hop.Edit) (rule *rules.Rule) {
	nth := 0
	for _, t := range b.touching(real, e) {
		if !compatible(t.edit, e) && (rule == nil || t.nth < nth) {
			rule, nth = t.rule, t.nth
		}
	}
	return rule
}

// take adds an edit, once.
func (b *patcher) take(real string, e hop.Edit, by *rules.Rule) {
	if slices.ContainsFunc(b.touching(real, e), func(t takenEdit) bool { return same(t.edit, e) }) {
		return
	}
	taken := b.taken[real]
	at := sort.Search(len(taken), func(i int) bool { return taken[i].edit.Start > e.Start })
	b.taken[real] = slices.Insert(taken, at, takenEdit{e, by, len(taken)})
}

func (b *patcher) add(f rules.Finding) {
	left := func(format string, args ...any) {
		b.patch.Left = append(b.patch.Left, hop.Note{Pos: f.Pos, Text: fmt.Sprintf(format, args...)})
	}
	names := make([]string, len(f.Fix.Edits))
	for i, e := range f.Fix.Edits {
		real, err := b.realFile(e.File)
		src := b.result.Original(e.File)
		if no := b.mayWrite(e.File); err == nil && no != nil {
			left("%s is not fixed: %v", f.Rule.Name, no)
			return
		}
		if err != nil || src == nil || e.Start < 0 || e.End < e.Start || e.End > len(src) {
			left("%s is not fixed: %s cannot be edited", f.Rule.Name, e.File)
			return
		}
		if other := b.inTheWay(real, e); other != nil {
			left("%s is not fixed yet: its fix changes what that of %s changes; --fix takes it in another round",
				f.Rule.Name, other.Name)
			return
		}
		names[i] = real
	}
	var changes []string
	for i, e := range f.Fix.Edits {
		real := names[i]
		if b.files[real] == nil {
			b.files[real] = &PatchedFile{Name: e.File, Before: b.result.Original(e.File)}
		}
		e.File = b.files[real].Name
		changes = append(changes, e.File)
		b.take(real, e, f.Rule)
	}
	b.patch.cures = append(b.patch.cures, cure{changes, hop.Note{Pos: f.Pos, Text: f.Fix.Title}})
}

func same(a, b hop.Edit) bool { return a.Start == b.Start && a.End == b.End && a.New == b.New }

// compatible reports whether both edits of a file can be made. Two that insert at one place can, one behind the
// other, unless a line of one begins like a line of the other: those may be two versions of one setting.
func compatible(a, b hop.Edit) bool {
	switch {
	case same(a, b), a.End < b.Start, b.End < a.Start:
		return true
	case a.Start != a.End || b.Start != b.End:
		return false
	}
	words := firstWords(a.New)
	return !slices.ContainsFunc(firstWords(b.New), func(w string) bool { return slices.Contains(words, w) })
}

func firstWords(text string) (words []string) {
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) > 0 {
			words = append(words, f[0])
		}
	}
	return words
}

// apply makes sorted edits that do not overlap.
func apply(src []byte, edits []hop.Edit) []byte {
	var b bytes.Buffer
	at := 0
	for _, e := range edits {
		b.Write(src[at:e.Start])
		b.WriteString(e.New)
		at = e.End
	}
	b.Write(src[at:])
	return b.Bytes()
}
