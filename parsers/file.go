// Package parsers holds what all readers of configurations share and no format owns: files and words with their
// places, problems, edits, comments for ignore comments, the spelling of unknown words, and what names say of
// WebSockets. A reader of one format is a package below this one.
package parsers

import (
	"bytes"

	"github.com/wslint/wslint/hop"
)

// A File is one configuration file, or one file of a dump that holds several.
type File struct {
	Name     string // as reports show it: the name it was reached by, never a resolved symlink
	Local    string // where its bytes are, if that is not Name; else ""
	Src      []byte
	Line     int  // lines that precede it in a dump it was cut from; its own lines are counted from 1 all the same
	Editable bool // edits of its bytes can be applied: not so in a dump or on standard input
	Comments []Comment
	// Origin says where the lines of Src stand in another file; nil when the file is no part of one.
	Origin *Origin
	// Made says that nobody here has the file: the text is what an image is known to have.
	Made bool
}

// Replace is the edit that writes text in the place of the bytes [start, end).
func (f *File) Replace(start, end int, text string) hop.Edit {
	return hop.Edit{File: f.Name, Start: start, End: end, New: text}
}

// LineBefore returns the bytes that stand in front of an offset on its line.
func (f *File) LineBefore(at int) []byte {
	return f.Src[bytes.LastIndexByte(f.Src[:at], '\n')+1 : at]
}

// Indent returns the white space that the line of an offset begins with, as far as it precedes the offset.
func (f *File) Indent(at int) string {
	line := f.LineBefore(at)
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// LineEnd returns how the line of an offset ends, "\n" or "\r\n"; the last line ends like the one before.
func (f *File) LineEnd(at int) string {
	i := bytes.IndexByte(f.Src[at:], '\n') + at
	if i < at {
		i = bytes.LastIndexByte(f.Src, '\n')
	}
	if i > 0 && f.Src[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// A Word is one word of a configuration.
type Word struct {
	Value      string // as the program sees it: unquoted and unescaped
	File       *File
	Start, End int // byte span in File.Src, quotes included
	Line, Col  int // of its first byte, 1-based, in bytes
}

// Pos is the place of the word.
func (w Word) Pos() hop.Pos {
	if w.File == nil {
		return hop.Pos{}
	}
	return w.File.Origin.Pos(hop.Pos{File: w.File.Name, Line: w.Line, Col: w.Col, EndCol: w.Col + w.End - w.Start})
}

// Raw is the word as it is written.
func (w Word) Raw() string { return string(w.File.Src[w.Start:w.End]) }

// Editable reports whether edits of the word can be applied.
func (w Word) Editable() bool { return w.File != nil && w.File.Editable }

// Replace is the edit that writes text in the place of the word, as it stands: quoting it is the caller's part.
func (w Word) Replace(text string) hop.Edit { return w.File.Replace(w.Start, w.End, text) }

// A Problem is something that a program refuses to start with.
type Problem struct {
	Pos   hop.Pos
	Text  string // in the program's own words where it has some
	Notes []hop.Note
	// Readable says that all else in the file means what it says there: another version of the program takes it.
	Readable bool
	// Incomplete says that something could not be read because of it, so that the run is incomplete.
	Incomplete bool
}
