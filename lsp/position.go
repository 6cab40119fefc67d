package lsp

import (
	"bytes"
	"sort"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/wslint/wslint/hop"
)

// An encoding is how the columns of positions count.
type encoding string

const (
	inBytes encoding = "utf-8"
	inUTF16 encoding = "utf-16" // what every client knows
)

// A text is a file's bytes with the places of its lines, as the protocol cuts them: at \n, \r\n and at a \r alone. To
// nginx and wslint only \n ends a line; so places go from one to the other by their offset.
type text struct {
	src    []byte
	starts []int // offset of each line
	lines  []int // offset of each line as wslint has them
	skip   int   // length of a byte order mark, which editors do not show
	enc    encoding
}

func newText(src []byte, enc encoding) *text {
	t := &text{src: src, enc: enc}
	if bytes.HasPrefix(src, []byte("\ufeff")) {
		t.skip = len("\ufeff")
	}
	t.starts, t.lines = []int{t.skip}, []int{0}
	for i, c := range src {
		if c == '\n' {
			t.lines = append(t.lines, i+1)
		}
		if c == '\n' || c == '\r' && (i+1 == len(src) || src[i+1] != '\n') {
			t.starts = append(t.starts, i+1)
		}
	}
	return t
}

// position is where an offset lies; one behind the end lies at the end, one within a character at its start.
func (t *text) position(offset int) position {
	offset = min(max(offset, t.skip), len(t.src))
	line := sort.SearchInts(t.starts, offset+1) - 1
	p := position{Line: line}
	for at := t.starts[line]; at < offset; {
		size, units := t.char(at)
		if at += size; at <= offset {
			p.Character += units
		}
	}
	return p
}

// offset is where a position lies. A column behind the end of its line is the end of the line, a line behind the last
// the end of the text, and a column within a character its start.
func (t *text) offset(p position) int {
	switch {
	case p.Line < 0:
		return t.skip
	case p.Line >= len(t.starts):
		return len(t.src)
	}
	at := t.starts[p.Line]
	for column := 0; at < len(t.src) && t.src[at] != '\n' && t.src[at] != '\r'; {
		size, units := t.char(at)
		if column += units; column > p.Character {
			break
		}
		at += size
	}
	return at
}

// char is the length of the character at an offset, in bytes and in units of a column. A byte that is no UTF-8 is one
// of each.
func (t *text) char(at int) (size, units int) {
	c, size := utf8.DecodeRune(t.src[at:])
	if t.enc == inBytes {
		return size, size
	}
	return size, utf16.RuneLen(c)
}

func (t *text) span(start, end int) span { return span{t.position(start), t.position(end)} }

// place is the offsets of a place of wslint's: without a column the text of its line, and never nothing where there
// is something.
func (t *text) place(pos hop.Pos) (start, end int) {
	number := max(pos.Line, 1) - 1
	if number >= len(t.lines) {
		return len(t.src), len(t.src)
	}
	at := t.lines[number]
	line, _, _ := bytes.Cut(t.src[at:], []byte("\n"))
	line = bytes.TrimRight(line, "\r")
	if pos.Line == 0 || pos.Col == 0 {
		blank := len(line) - len(bytes.TrimLeft(line, " \t"))
		return at + blank, at + len(line)
	}
	start = at + min(pos.Col-1, len(line))
	end = at + min(max(pos.EndCol-1, pos.Col-1), len(line))
	if end <= start && start < at+len(line) {
		size, _ := t.char(start)
		end = start + size
	}
	return start, max(start, end)
}

// replace makes one change to a text: of a range, or of all of it. A range that ends before it starts is empty.
func (t *text) replace(c contentEvent) *text {
	if c.Range == nil {
		return newText([]byte(c.Text), t.enc)
	}
	start := t.offset(c.Range.Start)
	end := max(start, t.offset(c.Range.End))
	return newText(bytes.Join([][]byte{t.src[:start], []byte(c.Text), t.src[end:]}, nil), t.enc)
}
