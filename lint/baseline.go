package lint

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/rules"
)

// BaselineName is the file that FindBaseline looks for.
const BaselineName = ".wslint-baseline.json"

// baselineVersion is that of the file's form.
const baselineVersion = 1

// A Baseline is the findings that somebody decided to live with for now: later runs report only others.
type Baseline struct {
	File    string // the name it was read by
	entries []baselineEntry
}

// A baselineEntry stands for findings that say the same of the same text: their lines may move.
type baselineEntry struct {
	Rule  string `json:"rule"`
	File  string `json:"file"` // from the folder of the baseline, with slashes
	Line  string `json:"line"` // the text of the line, blanks made one
	Count int    `json:"count"`
}

type baselineFile struct {
	Version  int             `json:"version"`
	Findings []baselineEntry `json:"findings"`
}

// FindBaseline returns the baseline that is nearest upward from the first input; "" when there is none.
func FindBaseline(inputs []string) (string, error) {
	if len(inputs) == 0 || inputs[0] == "-" {
		inputs = []string{"."}
	}
	return newNearest(plainfile.NewLocator(), BaselineName).upward(inputs[0])
}

// ReadBaseline reads a baseline.
func ReadBaseline(file string) (*Baseline, error) {
	src, err := plainfile.Read(file)
	if err != nil {
		return nil, plainfile.Short(err)
	}
	return parseBaseline(file, src)
}

func parseBaseline(file string, src []byte) (*Baseline, error) {
	var f baselineFile
	if err := json.Unmarshal(src, &f); err != nil {
		return nil, fmt.Errorf("%s: not a baseline: %w", file, err)
	}
	if f.Version != baselineVersion {
		return nil, fmt.Errorf("%s: baseline of version %d, and this wslint reads %d: write it again with wslint baseline",
			file, f.Version, baselineVersion)
	}
	for _, e := range f.Findings {
		if e.Rule == "" || e.File == "" || e.Count < 1 {
			return nil, fmt.Errorf(
				"%s: not a baseline: an entry needs a rule, a file and a count from 1 on (rule %q, file %q, count %d)",
				file,
				e.Rule,
				e.File,
				e.Count,
			)
		}
	}
	if f.Findings == nil {
		return nil, fmt.Errorf("%s: not a baseline: it lacks findings", file)
	}
	return &Baseline{file, f.Findings}, nil
}

// WriteBaseline makes a baseline of all findings of a result and returns how many these are.
func WriteBaseline(file string, r *Result) (int, error) {
	counts := map[baselineEntry]int{}
	lines := newLineFinder(r.Source)
	for _, f := range r.Findings {
		counts[baselineKey(file, lines, f)]++
	}
	out := baselineFile{Version: baselineVersion, Findings: []baselineEntry{}}
	for key, n := range counts {
		key.Count = n
		out.Findings = append(out.Findings, key)
	}
	slices.SortFunc(out.Findings, func(a, b baselineEntry) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Line, b.Line))
	})
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(out); err != nil {
		return 0, err
	}
	return len(r.Findings), plainfile.Short(os.WriteFile(file, b.Bytes(), 0o666))
}

// baselineKey is the entry of a finding, without its count.
func baselineKey(file string, of *lineFinder, f rules.Finding) baselineEntry {
	return baselineEntry{Rule: f.Rule.Name, File: besideBaseline(file, f.Pos.File), Line: of.words(f.Pos)}
}

// besideBaseline is the name of a file seen from the folder of the baseline; of what lies elsewhere, the name that
// reports show.
func besideBaseline(baseline, file string) string {
	if strings.HasPrefix(file, stdinName) {
		return file // wherever it came from
	}
	rel, err := filepath.Rel(filepath.Dir(absolute(baseline)), absolute(file))
	if err == nil && filepath.IsLocal(rel) && !isAddress(file) {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(file)
}

// subtract takes out the findings that the baseline holds, and lists what it holds and this run would have found and
// did not.
func (f *filter) subtract() {
	b := f.in.Baseline
	if b == nil {
		return
	}
	left := map[baselineEntry]int{}
	for _, e := range b.entries {
		n := e.Count
		e.Count = 0
		left[e] += n
	}
	lines := newLineFinder(f.result.Source)
	f.result.Findings = slices.DeleteFunc(f.result.Findings, func(x rules.Finding) bool {
		key := baselineKey(b.File, lines, x)
		if left[key] == 0 {
			return false
		}
		left[key]--
		f.result.Old++
		f.result.InBaseline++
		return true
	})
	for _, x := range f.dropped {
		left[baselineKey(b.File, lines, x)]--
	}
	if !f.result.Incomplete {
		f.result.Gone = f.gone(left)
	}
}

// isAddress reports whether a finding's file is none, but the address of a resource ("arn:…"), of which only a run
// that meets it knows whether it is still there. A single letter in front of a colon is a drive of Windows.
func isAddress(file string) bool {
	scheme, _, found := strings.Cut(file, ":")
	return found && len(scheme) > 1 && !strings.ContainsAny(scheme, `/.`)
}

// gone lists the entries that are left over, of files and resources that this run looked at, and of files that are no
// more.
func (f *filter) gone(left map[baselineEntry]int) (notes []hop.Note) {
	b := f.in.Baseline
	read := map[string]bool{}
	for file := range f.files.src {
		read[besideBaseline(b.File, file)] = true
	}
	for e, n := range left {
		if n <= 0 || !f.looked(e.Rule) {
			continue
		}
		_, err := os.Stat(filepath.Join(filepath.Dir(b.File), filepath.FromSlash(e.File)))
		// What came through a pipe, or lies on another machine, is only seen by a run that is given it.
		elsewhere := isAddress(e.File) || strings.HasPrefix(e.File, stdinName) || path.IsAbs(e.File)
		if !read[e.File] && !f.judged.met[e.File] && (err == nil || elsewhere) {
			continue
		}
		text := e.Rule
		if e.Line != "" {
			text += fmt.Sprintf(" at %q", e.Line)
		}
		if n > 1 {
			text += fmt.Sprintf(", %d times", n)
		}
		notes = append(notes, hop.Note{Pos: hop.Pos{File: e.File}, Text: text})
	}
	slices.SortFunc(notes, compareNotes)
	return notes
}
