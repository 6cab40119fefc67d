package lint

import (
	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A Snapshot is what was read of AWS accounts.
type Snapshot = awscheck.Snapshot

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
	// Audit is what was read of AWS accounts, with what was not; nil when that was not asked for.
	Audit *Snapshot
	// Unread lists what could not be read where somebody chose not to hear of it.
	Unread  []hop.Note
	Ignored int // findings that somebody chose to ignore
	Old     int // findings that the baseline holds, or on lines that did not change
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
