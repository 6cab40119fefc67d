package document

import (
	"bytes"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// A literalBlock is a literal block scalar with the places of its lines.
type literalBlock struct {
	file       *File
	value      string
	lines      []parsers.OriginLine
	begin      int // where its "|" stands
	first, end int // the bytes of the lines
	indent     int // of its text; 0 where no line has any
	newline    string
}

// literal is the origin of a literal block; nil for other scalars, and where its lines are not found to be those of the
// value.
func (n *Node) literal() *parsers.Origin {
	f := n.file
	if f.JSON || n.Kind != Scalar || n.Start >= len(f.Src) || f.Src[n.Start] != '|' {
		return nil
	}
	header := f.line(n.Start)
	b := &literalBlock{file: f, value: n.Value, begin: n.Start, first: n.Start + len(header), newline: "\n"}
	if bytes.HasSuffix(header, []byte("\r\n")) {
		b.newline = "\r\n"
	}
	if !b.locate() {
		return nil
	}
	return &parsers.Origin{File: f.Name, Lines: b.lines}
}

// locate finds the lines of the value. By how much they are indented is told by the first one that is not empty: that
// holds with and without an indicator, and with blank lines in front.
func (b *literalBlock) locate() bool {
	at := b.first
	for line := range strings.Lines(b.value) {
		if text := strings.TrimSuffix(line, "\n"); text != "" {
			b.indent = len(bytes.TrimRight(b.file.line(at), "\r\n")) - len(text)
			break
		}
		at += len(b.file.line(at))
	}
	shared := &parsers.Literal{Edit: b.edit}
	at, start := b.first, 0
	for line := range strings.Lines(b.value) {
		if at >= len(b.file.Src) {
			return false
		}
		written := b.file.line(at)
		text := bytes.TrimRight(written, "\r\n")
		skip := min(max(b.indent, 0), len(text))
		if len(text)-skip != len(strings.TrimSuffix(line, "\n")) {
			return false
		}
		pos := b.file.At(at+skip, at+skip)
		b.lines = append(b.lines, parsers.OriginLine{
			Start: start, Line: pos.Line, Col: pos.Col, Offset: at + skip, Literal: shared,
		})
		start, at = start+len(line), at+len(written)
	}
	b.end = at
	return true
}

// edit is the edit of the file that puts a text between two places in lines of the block; ok is false where the block
// would then not be read as that: text that begins with a blank needs an indicator, which no edit of lines writes.
func (b *literalBlock) edit(start, end int, text string) (e hop.Edit, ok bool) {
	i, from := b.place(start)
	j, to := b.place(end)
	if b.indent < 1 || from > to {
		return e, false
	}
	first, last := b.lines[i], b.lines[j]
	left, _, _ := strings.Cut(b.value[to:], "\n") // what stays behind the edit on its last line
	e = hop.Edit{File: b.file.Name, Start: first.Offset + from - first.Start, End: last.Offset + to - last.Start}
	missing := 0 // of the indentation of the line that the edit begins on
	if from == first.Start {
		missing = b.indent - (first.Col - 1)
	}
	if b.isBehind(to) {
		e.End = b.end
	}
	if b.isBehind(from) {
		e.Start, missing = b.end, b.indent
	}
	if text == "" && left == "" && from == first.Start && !b.isBehind(from) {
		e.Start, missing = b.file.lineStart(first.Offset), b.indent
	}
	e.New = b.indented(text, left, missing)
	return e, b.reads(e, b.value[:from]+text+b.value[to:])
}

// place is the line that a byte of the file is on and where it is in the value.
func (b *literalBlock) place(at int) (line, offset int) {
	for line+1 < len(b.lines) && b.lines[line+1].Offset <= at {
		line++
	}
	l := b.lines[line]
	next := len(b.value)
	if line+1 < len(b.lines) {
		next = b.lines[line+1].Start
	}
	if offset = min(l.Start+max(at-l.Offset, 0), next); offset == next && line+1 < len(b.lines) {
		line++
	}
	return line, offset
}

// isBehind reports whether a place in the value is behind the end of its last line.
func (b *literalBlock) isBehind(at int) bool {
	return at == len(b.value) && strings.HasSuffix(b.value, "\n")
}

// indented is a text as it stands in the block: its first line lacks so much indentation, and left is what follows it
// on its last line.
func (b *literalBlock) indented(text, left string, missing int) string {
	var out strings.Builder
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if i > 0 {
			out.WriteString(b.newline)
			missing = b.indent
		}
		if line != "" || i == len(lines)-1 && left != "" {
			out.WriteString(strings.Repeat(" ", missing))
		}
		out.WriteString(line)
	}
	return out.String()
}

// reads reports whether the block with an edit has a value, and ends where it ended. One that strips has no line break
// at its end, whatever the value has there.
func (b *literalBlock) reads(e hop.Edit, want string) bool {
	header := b.file.asRead(b.begin, b.first)
	form := strings.Fields(string(header))[0]
	outer := ""
	if digit := strings.Trim(form, "|+-"); len(digit) == 1 {
		outer = strings.Repeat(" ", max(b.indent-int(digit[0]-'0'), 0))
	}
	const key, behind = "k", "z"
	var text bytes.Buffer
	text.WriteString(outer + key + ": ")
	text.Write(header)
	text.Write(b.file.asRead(b.first, e.Start))
	text.WriteString(e.New)
	text.Write(b.file.asRead(e.End, b.end))
	whole := bytes.HasSuffix(b.file.asRead(b.first, b.end), []byte("\n"))
	if whole && !bytes.HasSuffix(text.Bytes(), []byte("\n")) {
		return false // what is behind the block would become part of it
	}
	if whole {
		text.WriteString(outer + behind + ": 1\n")
	}
	f, err := ParseYAML(b.file.Name, text.Bytes())
	if err != nil || len(f.Docs) != 1 || whole != (f.Docs[0].Get(behind) != nil) {
		return false
	}
	got := f.Docs[0].Get(key)
	if got == nil || got.Kind != Scalar {
		return false
	}
	return got.Value == want || strings.Contains(form, "-") && got.Value == strings.TrimRight(want, "\n")
}
