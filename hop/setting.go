package hop

import (
	"cmp"
	"fmt"
)

// A Setting is one value in effect, and how it came to be. The zero Setting is unknown.
type Setting[T any] struct {
	// Name in the operator's words: "proxy_read_timeout".
	Name string
	// Pos is where the value is written; where it could be written, if it is not.
	Pos Pos
	// As is what a default is called when it is not that of a program whose whole configuration was read: Documented,
	// Fixed, Unpublished, Assumed or Unseen; else "".
	As string
	// Set returns the edits that write another value in the source's own syntax; nil when the source cannot be edited.
	Set func(value string) []Edit
	// Remove returns the edits that take the line out; nil when the source cannot be edited.
	Remove func() []Edit
	// Sets names what Set writes where that is another setting than Name: "timeout tunnel" cures a short "timeout
	// client".
	Sets string

	value T
	state state
	why   string
}

// What a default is called: one that the vendor documents, one that nobody can change, one that others measured, one
// that holds unless an answer that lacks the setting is wrong.
const (
	Documented  = "documented default"
	Fixed       = "fixed"
	Unpublished = "usual, unpublished"
	Assumed     = "assumed default"
	// Unseen is a program's default where only a fragment of its configuration is there: a block around it may set
	// another value.
	Unseen = "default"
)

type state uint8

const (
	unknown state = iota
	byDefault
	written
)

// Written is a value that somebody wrote at pos.
func Written[T any](name string, value T, pos Pos) Setting[T] {
	return Setting[T]{Name: name, Pos: pos, value: value, state: written}
}

// Default is the value in effect because nobody wrote one; pos is where it could be written.
func Default[T any](name string, value T, pos Pos) Setting[T] {
	return Setting[T]{Name: name, Pos: pos, value: value, state: byDefault}
}

// Unknown is a value that cannot be concluded, and why: "$backend is set by Lua".
func Unknown[T any](name string, pos Pos, why string) Setting[T] {
	return Setting[T]{Name: name, Pos: pos, why: why}
}

// Get is the only way to the value; when known is false the value is the zero T.
func (s Setting[T]) Get() (value T, known bool) { return s.value, s.state != unknown }

// Is reports whether the value is known and equal to want.
func Is[T comparable](s Setting[T], want T) bool { return s.state != unknown && s.value == want }

// IsDefault reports whether the value holds because nobody wrote one.
func (s Setting[T]) IsDefault() bool { return s.state == byDefault }

// IsWritten reports whether somebody wrote the value.
func (s Setting[T]) IsWritten() bool { return s.state == written }

// Why says why the value is unknown; "" when it is known.
func (s Setting[T]) Why() string {
	if s.state == unknown && s.why == "" {
		return "the value of " + s.Name + " cannot be read here"
	}
	return s.why
}

// String names the setting and its origin, for messages: "the default proxy_read_timeout".
func (s Setting[T]) String() string {
	switch s.state {
	case byDefault:
		return "the " + cmp.Or(s.As, "default") + " " + s.Name
	case written:
		return s.Name
	}
	return "an unknown " + s.Name
}

// A Pos is a place in a source: one line, or a part of one. Line and Col are 1-based, Col and EndCol count bytes and
// EndCol is exclusive. Of a live resource File is its ARN and Line is 0. The zero Pos is no place.
type Pos struct {
	File      string
	Line, Col int
	EndCol    int
}

// IsZero reports whether p is no place.
func (p Pos) IsZero() bool { return p == Pos{} }

// String is the usual clickable form, "nginx.conf:3:5".
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Before orders places by file, line and column.
func (p Pos) Before(q Pos) bool {
	if p.File != q.File {
		return p.File < q.File
	}
	if p.Line != q.Line {
		return p.Line < q.Line
	}
	return p.Col < q.Col
}

// A Note is a remark on a place: how a source came to its answer.
type Note struct {
	Pos  Pos
	Text string
}

// An Edit replaces the bytes [Start, End) of File by New. Offsets are 0-based.
type Edit struct {
	File       string
	Start, End int
	New        string
}
