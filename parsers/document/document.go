// Package document reads YAML and JSON with the place of every value, and edits single values without touching
// anything else.
//
// JSON is read by encoding/json's tokens, YAML by go.yaml.in/yaml/v4, the YAML organisation's successor of the frozen
// gopkg.in/yaml.v3: on the real files that the project knows it reads all valid YAML, where goccy/go-yaml 1.19.2
// refuses a comment between a block scalar and the next key, and a key that stands twice.
package document

import (
	"bytes"
	"errors"
	"slices"
	"sort"
	"unicode/utf8"

	"github.com/wslint/wslint/hop"
)

// A Kind of node.
type Kind uint8

// The kinds of nodes.
const (
	Scalar Kind = iota
	Mapping
	Sequence
)

// A Node is a value of a document.
type Node struct {
	Kind Kind
	// of YAML, as written or as resolved: "!Ref", "!!str", "!!int", "!!null"; of JSON likewise "!!str" and so on
	Tag   string
	Value string  // of a scalar, without quotes and escapes
	Pairs []Pair  // of a mapping, in the order of the file; a key may stand twice
	Items []*Node // of a sequence

	// Start and End are the bytes of the value: of a scalar with its quotes, without its tag. End is Start where the end
	// is not known, as with block scalars; the value can then not be replaced.
	Start, End int
	// Begin is Start, or where the tag of a function of CloudFormation begins, which stands before the value.
	Begin int
	file  *File
}

// A Pair is an entry of a mapping.
type Pair struct{ Key, Value *Node }

// A File is what Parse read.
type File struct {
	Name string
	Src  []byte
	JSON bool
	Docs []*Node // a JSON file has one

	read  []byte // what was parsed: of a template Src without its actions
	base  int    // where that begins in Src
	lines []int  // where each line begins
	end   string // how lines end
	// last is the place that offset was asked for last.
	last struct{ line, col, at int }
}

// newFile prepares the look-up of places.
func newFile(name string, src []byte) *File {
	f := &File{Name: name, Src: src, read: src, lines: []int{0}, end: "\n"}
	if bytes.Contains(src, []byte("\r\n")) {
		f.end = "\r\n"
	}
	for i, c := range src {
		if c == '\n' {
			f.lines = append(f.lines, i+1)
		}
	}
	return f
}

// byteOrderMark is what editors of Windows write in front of a text.
const byteOrderMark = "\xef\xbb\xbf"

// Parse reads a file, as JSON if that is how it begins and as YAML otherwise. Its error is a *Error.
func Parse(name string, src []byte) (*File, error) {
	text := bytes.TrimLeft(bytes.TrimPrefix(src, []byte(byteOrderMark)), " \t\r\n")
	if len(text) > 0 && text[0] == '{' && !bytes.HasPrefix(text, []byte("{{")) {
		f, err := ParseJSON(name, src)
		if err == nil {
			return f, nil
		}
		// A flow mapping of YAML begins like JSON; what neither reads is taken for the JSON that it seems to be. So is
		// one with a key of several lines, which is none in YAML: a comment of another language in front of the key.
		if y, yerr := ParseYAML(name, src); yerr == nil && !slices.ContainsFunc(y.Docs, (*Node).hasLongKey) {
			return y, nil
		}
		return nil, err
	}
	return ParseYAML(name, src)
}

// ParsePart is Parse of a part of a file that begins at the byte base of it, the beginning of a line, and reads as read
// says. Places are those of the file, whose lines begin at lines.
func ParsePart(name string, src, read []byte, base int, lines []int) (*File, error) {
	f, err := Parse(name, read)
	var fault *Error
	if errors.As(err, &fault) {
		fault.Pos.Line += sort.SearchInts(lines, base)
	}
	if err != nil {
		return nil, err
	}
	f.Src, f.base, f.lines = src, base, lines
	for _, d := range f.Docs {
		d.each(func(n *Node) { n.Start, n.End, n.Begin = n.Start+base, n.End+base, n.Begin+base })
	}
	return f, nil
}

// asRead are bytes of Src as they were parsed.
func (f *File) asRead(start, end int) []byte {
	return f.read[start-f.base : max(start-f.base, min(end-f.base, len(f.read)))]
}

// hasLongKey reports whether a key without quotes takes up more than one line.
func (n *Node) hasLongKey() bool {
	found := false
	n.each(func(n *Node) {
		for _, p := range n.Pairs {
			text := n.file.Src[min(p.Key.Start, len(n.file.Src)):]
			plain := p.Key.Kind == Scalar && len(text) > 0 && text[0] != '"' && text[0] != '\''
			found = found || plain && p.Key.Value != "" && !bytes.HasPrefix(text, []byte(p.Key.Value))
		}
	})
	return found
}

// An Error says where a file is not what it should be.
type Error struct {
	Pos  hop.Pos
	Text string
}

func (e *Error) Error() string { return e.Pos.String() + ": " + e.Text }

// At is the place of the bytes [start, end), as far as they are on one line.
func (f *File) At(start, end int) hop.Pos {
	line := sort.SearchInts(f.lines, start+1)
	first := f.lines[line-1]
	pos := hop.Pos{File: f.Name, Line: line, Col: start - first + 1}
	last := len(f.Src)
	if line < len(f.lines) {
		last = f.lines[line] - 1
	}
	if end > start && end <= last {
		pos.EndCol = end - first + 1
	}
	return pos
}

// offset is the byte at a line and a column that counts characters, both from 1.
func (f *File) offset(line, col int) int {
	if line < 1 || line > len(f.lines) {
		return len(f.Src)
	}
	// A line may hold a whole file, whose places come in their order: each goes on from the one before.
	at, i := f.lines[line-1], 1
	if line == 1 && bytes.HasPrefix(f.Src, []byte(byteOrderMark)) {
		at += len(byteOrderMark) // which counts as no character
	}
	if line == f.last.line && col >= f.last.col {
		at, i = f.last.at, f.last.col
	}
	for ; i < col && at < len(f.Src); i++ {
		_, size := utf8.DecodeRune(f.Src[at:])
		at += size
	}
	f.last.line, f.last.col, f.last.at = line, i, at
	return at
}

// Pos is the place of the value, with its tag if that is one of its own.
func (n *Node) Pos() hop.Pos { return n.file.At(n.Begin, n.End) }

// Lines are the first and the last line of the value with all that belongs to it.
func (n *Node) Lines() (first, last int) {
	first = n.Pos().Line
	var end int
	for last := n; ; {
		switch {
		case last.Kind == Mapping && len(last.Pairs) > 0:
			last = last.Pairs[len(last.Pairs)-1].Value
		case last.Kind == Sequence && len(last.Items) > 0:
			last = last.Items[len(last.Items)-1]
		default:
			end = max(end, last.End-1, last.Start)
			return first, n.file.At(end, end).Line
		}
	}
}

// Get is the value of a key; nil when n has none. Of a key that stands twice the last one counts.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for i := len(n.Pairs) - 1; i >= 0; i-- {
		if n.Pairs[i].Key.Value == key && n.Pairs[i].Key.Kind == Scalar {
			return n.Pairs[i].Value
		}
	}
	return nil
}

// Key is the node of a key; nil when n has none.
func (n *Node) Key(key string) *Node {
	for i := len(n.Pairs) - 1; i >= 0; i-- {
		if n.Pairs[i].Key.Value == key {
			return n.Pairs[i].Key
		}
	}
	return nil
}

// Text is the scalar of a key; "" when there is none.
func (n *Node) Text(key string) string {
	if v := n.Get(key); v != nil && v.Kind == Scalar && v.Tag != "!!null" {
		return v.Value
	}
	return ""
}

// IsNull reports whether n is missing or null.
func (n *Node) IsNull() bool { return n == nil || n.Kind == Scalar && n.Tag == "!!null" }
