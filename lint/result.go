package lint

import (
	"cmp"
	"slices"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A Result is all that one run found out.
type Result struct {
	Findings []rules.Finding // sorted by file, line, column, rule
	// Unknown lists what could not be concluded, and why.
	Unknown []hop.Note
	// Incomplete says that something could not be read: the exit code is then 3 whatever was found.
	Incomplete bool
	// Concerned says that there is something which the changed files of the input concern.
	Concerned bool
	Files     int    // configuration files read
	Endpoints int    // places where WebSockets enter, declared or found
	First     string // the name of the first of them: "ws://chat.example.com/ws"; "" without any
	Unpinged  bool   // of some nobody says whether the application pings
	// Proxied are the places that pass requests on in servers without an endpoint, where nobody declares that there are
	// WebSockets.
	Proxied []hop.Endpoint
	// Next is the command to try then: "wslint check --url ws://app.example.com/PATH ."; "" when there is nothing to ask
	// about.
	Next string
	// Extent says how much of running infrastructure was read; nil when none was.
	Extent *Extent
	// Versions are those that the configurations were judged as, of programs of which versions differ.
	Versions []Versioned
	// Unread lists what could not be read where somebody chose not to hear of it.
	Unread  []hop.Note
	Ignored int // findings that somebody chose to ignore
	Old     int // findings that the baseline holds, or on lines that did not change
	// Before is how many of Old a former audit found as well, and Since when that was.
	Before int
	Since  time.Time
	// InBaseline is how many of Old the baseline holds.
	InBaseline int
	// Gone lists what the baseline holds and is found no more, by file.
	Gone []hop.Note
	// Read are the files that were read, by name, and NotRead those that were found and were not, with the reason.
	Read    []FileRead
	NotRead []hop.Note
	// Debug are notes for --verbose.
	Debug []hop.Note
	// Hint says of a trace what URL was probably meant; nil when that was the right one.
	Hint *Hint
	// Declared are the declared paths, each in one browser's form, for reports to draw.
	Declared []*hop.Path
	// Source returns the bytes of a file that findings point into, for excerpts; nil when there are none.
	Source func(file string) []byte

	files  *fileSet
	failOn map[string]string // by file; see FailOn
}

// A FileRead is a file and the format that it was read as.
type FileRead struct{ Name, Format string }

// Home is the place in a file of this machine that p means: of a file in a dump, the line of the dump; behind a
// symlink to a place of the machine that the files are for, the file here.
func (r *Result) Home(p hop.Pos) hop.Pos { return r.files.home(p) }

// Program names the program that reads a file and starts with it: "nginx"; "" where there is none.
func (r *Result) Program(file string) string {
	for _, f := range r.Read {
		if f.Name == file && slices.ContainsFunc(Programs(), func(p Program) bool { return p.Name == f.Format }) {
			return f.Format
		}
	}
	return ""
}

func (r *Result) unknown(pos hop.Pos, why string) {
	r.Unknown = append(r.Unknown, hop.Note{Pos: pos, Text: why})
}

// sort puts everything in the order of files, lines and columns, so that two runs print the same.
func (r *Result) sort() {
	slices.SortStableFunc(r.Findings, func(a, b rules.Finding) int {
		return cmp.Or(comparePos(a.Pos, b.Pos), cmp.Compare(a.Rule.Name, b.Rule.Name), cmp.Compare(a.Message, b.Message))
	})
	slices.SortStableFunc(r.Unknown, compareNotes)
	r.Unknown = slices.Compact(r.Unknown)
	slices.SortStableFunc(r.Debug, compareNotes)
	r.Debug = slices.Compact(r.Debug)
	slices.SortStableFunc(r.NotRead, compareNotes)
	r.NotRead = slices.Compact(r.NotRead)
	slices.SortStableFunc(
		r.Read,
		func(a, b FileRead) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Format, b.Format)) },
	)
	r.Read = slices.Compact(r.Read)
}

func compareNotes(a, b hop.Note) int {
	return cmp.Or(comparePos(a.Pos, b.Pos), cmp.Compare(a.Text, b.Text))
}

func comparePos(a, b hop.Pos) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Col, b.Col),
		cmp.Compare(a.EndCol, b.EndCol),
	)
}
