// Package lint is one run: configurations and declarations in, a Result out.
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
	Files      int // configuration files read
	Entrances  int // places where WebSockets enter, declared or found
	// Audit is what was read of AWS accounts, with what was not; nil when that was not asked for.
	Audit *Snapshot
	// Debug are remarks for --verbose.
	Debug []hop.Note
	// Source returns the bytes of a file that findings point into, for excerpts; nil when there are none.
	Source func(file string) []byte
}
