// Package conf reads nginx configurations as nginx does: a File's bytes become Words and Directives (lex.go,
// parse.go), what a template engine will replace is masked before and marked after (mask.go, tags.go, template.go),
// includes are put in their places (read.go, include.go, disk.go, dump.go), and the table of directives says what
// nginx knows (directives.go).
//
// It knows what a configuration says, not what comes of it: what makes nginx refuse to start is package check's, what
// becomes of a request is package nginx's.
package conf

import (
	"bytes"
	"fmt"
	"os"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/templates"
)

// A File is one configuration file, or one file of an `nginx -T` dump.
type File struct {
	Name     string // as reports show it: the name it was reached by, never a resolved symlink
	Local    string // where its bytes are, if Name is a symlink to an absolute name that was followed below Root; else ""
	Src      []byte
	Line     int  // lines that precede it in a dump it was cut from; its own lines are counted from 1 all the same
	Editable bool // edits of its bytes can be applied: not so in a dump or on standard input
	Comments []Comment
	// Hidden says that nothing of the text may be shown.
	Hidden bool
	// Regexes is the time for regular expressions.
	Regexes *parsers.Budget
	// Origin says where the lines of Src stand in another file; nil when the file is no part of one.
	Origin *parsers.Origin
	// Made says that nobody here has the file: the text is what an image is known to have.
	Made bool
}

// A Comment is one comment, from # to the end of its line.
type Comment struct {
	Start, End int32
	Line, Col  int32
}

// A Word is one token of a configuration.
type Word struct {
	Value     string // as nginx sees it: unquoted and unescaped
	File      *File
	Start     int32  // offset of its first byte
	Line, Col int32  // of that, 1-based, in bytes
	Len       uint16 // in bytes, quotes included: none is longer than nginx's buffer and two quotes
	Quote     byte   // '"', '\'' or 0
	// Template says that the value holds a placeholder of a template whose value is not known: the word says nothing.
	Template bool
}

// End is the offset behind the word.
func (w Word) End() int32 { return w.Start + int32(w.Len) }

// Pos is the place of the word.
func (w Word) Pos() hop.Pos {
	if w.File == nil {
		return hop.Pos{}
	}
	return w.File.Origin.Pos(hop.Pos{
		File: w.File.Name, Line: int(w.Line), Col: int(w.Col), EndCol: int(w.Col) + int(w.Len),
	})
}

// Hidden reports whether the word is of a file whose text may not be shown.
func (w Word) Hidden() bool { return w.File != nil && w.File.Hidden }

// A Directive is one statement, with its block if it has one.
type Directive struct {
	Name Word
	Args []Word
	// Block holds the directives inside the braces, with includes expanded in place; the include directives themselves
	// are kept only when they could not be read (see Unknown).
	Block    []*Directive
	HasBlock bool
	number   uint16     // see Number; 0 where that has to be looked up
	Open     int32      // offset of the opening brace; 0 without a block
	End      int32      // offset behind the closing semicolon or brace
	Parent   *Directive // the directive whose block this one stands in; nil at the top
	Via      *Directive // the include directive that brought it in; nil in the first file
	*Apart              // never nil
}

// Apart is what few directives have: to the others it is one and the same, which nobody may change.
type Apart struct {
	Text string // the body of a *_by_lua_block, else ""
	// Unknown says why the file or files that this include names are not in the tree; "" for everything else.
	Unknown string
	// Cut is what nginx has read of a file before a syntax error stopped it, when that is what Unknown says; else nil.
	// Only the check looks at it: nginx may have refused something in there before.
	Cut *Cut
	// Maybe says that a template controls whether the directive is there at all; When says when it is, all of it, and is
	// empty where nothing tells that: in a loop.
	Maybe bool
	When  []templates.Branch
}

// usual is what nearly all directives have apart.
var usual = &Apart{}

// own is what d has apart, to be changed.
func (d *Directive) own() *Apart {
	a := *d.Apart
	d.Apart = &a
	return d.Apart
}

// Block is a made up block of directives.
func Block(name string, block []*Directive) *Directive {
	return &Directive{Name: Word{Value: name}, HasBlock: true, Block: block, Apart: usual}
}

// A Cut is the beginning of a file up to a syntax error. Includes in it are not followed.
type Cut struct {
	Read []*Directive
	Err  *SyntaxError
}

// Pos is the place of the directive: from its name to the end of its last argument, on one line.
func (d *Directive) Pos() hop.Pos {
	p := d.Name.Pos()
	for _, a := range d.Args {
		if a.Line == d.Name.Line && a.File == d.Name.File {
			p.EndCol = int(a.Col) + int(a.Len)
		}
	}
	return p
}

// NamedLine is the line at which nginx stands when it refuses d: that of its semicolon or opening brace. It is 0 when
// that is not known, as of no directive.
func (d *Directive) NamedLine() int {
	if d == nil || d.Name.File == nil {
		return 0
	}
	end := d.End
	if d.HasBlock {
		end = d.Open
	}
	src := d.Name.File.Src
	if int(end) > len(src) || end < d.Name.Start {
		return 0
	}
	return int(d.Name.Line) + bytes.Count(src[d.Name.Start:end], []byte("\n"))
}

// SemicolonNotes asks after a missing semicolon when d goes on in another line: the next directive was taken for
// arguments.
func (d *Directive) SemicolonNotes() []hop.Note {
	last := d.Name
	for _, a := range d.Args {
		if a.File == last.File && a.Line > last.Line {
			text := fmt.Sprintf("is the ; missing at the end of line %d? (nginx names line %d)", last.Line, d.NamedLine())
			return []hop.Note{{Pos: last.Pos(), Text: text}}
		}
		last = a
	}
	return nil
}

// Arg returns the value of argument i, "" when there is none.
func (d *Directive) Arg(i int) string {
	if i < len(d.Args) {
		return d.Args[i].Value
	}
	return ""
}

// File is the file that the directive stands in; nil for what no file holds.
func (d *Directive) File() *File { return d.Name.File }

// Hidden reports whether the directive is of a file whose text may not be shown.
func (d *Directive) Hidden() bool { return d.Name.Hidden() }

// Is reports whether the directive has the given name.
func (d *Directive) Is(name string) bool { return d.Name.Value == name }

// A Tree is one configuration, complete or a fragment of one.
type Tree struct {
	Name string // of the file or dump it was read from
	// Context is where its top-level directives stand: "main" for a complete configuration, "http", "server",
	// "location", "upstream", "stream", "stream/server" for a fragment.
	Context string
	Main    *Directive // made up: its Block holds the top-level directives
	Files   []*File    // every file that was read, in the order of reading
	// Problems are what makes nginx refuse to start: each is a finding (unreadable-config).
	Problems []Problem
	// Unknown are includes that could not be followed without nginx being in the wrong: what they touch is unknown.
	Unknown []hop.Note
	// Later says what needs a later version than the oldest common one, where none is declared.
	Later []hop.Note
	// Least is the oldest version that takes every word of the configuration, where that is later than the oldest common
	// one; Before the first that refuses one of them. Both are zero where a version is declared.
	Least, Before Version
	// Debug says, for --verbose, why a template could not be read.
	Debug []hop.Note
	// Root maps a path as nginx sees it to one of this machine; ok is false when nothing says where it is.
	Root func(path string) (local string, ok bool)
	// Mapped says that it may be known of a file where it is, and not of the directory that it is in.
	Mapped bool
	// ReadFile reads other files that the configuration names.
	ReadFile func(name string) ([]byte, error)
	// Version is that of the nginx which something beside or in the files tells of; zero when nothing does.
	Version parsers.Version
}

// Oldest is the oldest nginx that the configuration may be for where no version is declared.
func (t *Tree) Oldest() Version {
	v := OldestCommon
	if t.Least.AtLeast(v) {
		v = t.Least
		v.Assumed = true
	}
	return v
}

// A Problem is one reason for nginx not to start, in nginx's own words where it has some.
type Problem = parsers.Problem

// Options say how to read.
type Options struct {
	Root    string            // --root: absolute paths of the configuration are looked up below it
	Map     [][2]string       // --map FROM=TO, longest FROM first
	Prefix  string            // --prefix: what relative includes start from; "" for the main file's directory
	Context string            // --context: of a fragment; "" to guess
	Define  map[string]string // --define: values of template variables
	Version Version           // the nginx the configuration is for
	// Stat and ReadFile look at the files that are named and read their bytes; nil for those of os. An editor puts its
	// own text before that of the disk, and files before the disk that were never saved.
	Stat     func(name string) (os.FileInfo, error)
	ReadFile func(name string) ([]byte, error)
	// Locator says where files lie; nil for a new one.
	Locator *plainfile.Locator
	// Shows reports whether the text of a file may be shown; nil for all files.
	Shows func(name string) bool
	// Regexes is the time for all regular expressions of a run; nil where that does not matter.
	Regexes *parsers.Budget
	// StdinName is what standard input is the text of; "" when that is not known.
	StdinName string
}
