package parsers

import (
	"bytes"
	"cmp"
	"sort"
	"strings"

	"github.com/wslint/wslint/hop"
)

// An Origin says where a text stands in the file that holds it: nginx configuration in a block of a YAML document.
// Positions and edits of the text are mapped to that file, so that findings, excerpts, ignore comments and fixes are
// those of a file that people know.
//
// A text may as well be made of what several files say: each line then has a file of its own, or is one that a Maker
// answers for.
type Origin struct {
	File  string
	Lines []OriginLine // of each line of the text, in order
	// Src is the text; it may be missing where none of its lines has a Maker.
	Src []byte
	// Escape writes a text as it has to stand in the outer file; nil where it stands there as it is.
	Escape func(text string) string
}

// An OriginLine is where one line of a text begins in the outer file.
type OriginLine struct {
	Start int // offset of the line in the text
	// Line, Col and Offset are those of its first byte in the outer file; Line and Col count from 1.
	Line, Col, Offset int
	// Dropped are offsets in the line, in their order, before each of which one more byte stands in the outer file: a $ of
	// two that mean one.
	Dropped []int
	// File is the outer file of this line, where that is not the origin's.
	File string
	// Literal is the block that the line is of, where that has rules of its own.
	Literal *Literal
	// Made is what wrote the line, where no file holds it; Line, Col and Offset mean nothing then.
	Made *Maker
}

// A Literal is a literal block of YAML: where its lines begin, and what ends it, is told by their indentation.
type Literal struct {
	// Edit is the edit of the outer file that puts a text between two of its bytes in lines of the block; ok is false
	// where the block cannot hold that.
	Edit func(start, end int, text string) (e hop.Edit, ok bool)
}

// A Maker is what lines of a text are made of that stand in no file: an annotation, the default of a controller.
type Maker struct {
	At hop.Pos // what all places on the lines mean
	// Write returns the edits of files that make text of the line, which is given without what it begins and ends with;
	// nil when there are none. It is nil itself where nothing can be changed.
	Write func(text string) []hop.Edit
}

// Pos is the place in the outer file that p, a place in the text, means. The end of the text, which is behind its last
// line, is on that.
func (o *Origin) Pos(p hop.Pos) hop.Pos {
	if o != nil && p.Line > 1 && p.Line == len(o.Lines)+1 {
		p = hop.Pos{File: p.File, Line: p.Line - 1}
	}
	if o == nil || p.Line < 1 || p.Line > len(o.Lines) {
		return p
	}
	l := o.Lines[p.Line-1]
	if l.Made != nil {
		return l.Made.At
	}
	p.File, p.Line = cmp.Or(l.File, o.File), l.Line
	if p.Col > 0 {
		p.Col += l.Col - 1 + l.dropped(p.Col-1)
	}
	if p.EndCol > 0 {
		p.EndCol += l.Col - 1 + l.dropped(p.EndCol-1)
	}
	return p
}

// Edits are the edits of outer files that e, an edit of the text, means; ok is false when there are none. What they
// insert is indented as the text is there.
func (o *Origin) Edits(e hop.Edit) (edits []hop.Edit, ok bool) {
	if o == nil {
		return []hop.Edit{e}, true
	}
	if len(o.Lines) == 0 {
		return nil, false
	}
	first, last := o.line(e.Start), o.line(max(e.Start, e.End-1))
	l := o.Lines[first]
	if l.Made != nil || o.Lines[last].Made != nil {
		if first != last || l.Made.Write == nil {
			return nil, false
		}
		end := len(o.Src)
		if first+1 < len(o.Lines) {
			end = o.Lines[first+1].Start
		}
		text := string(o.Src[l.Start:e.Start]) + e.New + string(o.Src[e.End:end])
		edits = l.Made.Write(strings.TrimSpace(text))
		return edits, len(edits) > 0
	}
	if o.fileOf(first) != o.fileOf(last) || l.Literal != o.Lines[last].Literal {
		return nil, false
	}
	if o.Escape != nil {
		e.New = o.Escape(e.New)
	}
	start, end := o.offsetOn(first, e.Start), o.offsetOn(last, e.End)
	if l.Literal != nil {
		e, ok = l.Literal.Edit(start, end, e.New)
		return []hop.Edit{e}, ok
	}
	indent := strings.Repeat(" ", max(o.indent(first)-1, 0))
	e.New = strings.ReplaceAll(e.New, "\n", "\n"+indent)
	if next := last + 1; next < len(o.Lines) && e.End == o.Lines[next].Start && e.End > e.Start {
		if o.Lines[next].Made == nil && o.fileOf(next) == o.fileOf(last) {
			end = o.Lines[next].Offset // behind its indentation
		} else if strings.HasSuffix(e.New, "\n"+indent) {
			e.New = strings.TrimSuffix(e.New, indent)
		}
	}
	return []hop.Edit{{File: o.fileOf(first), Start: start, End: end, New: e.New}}, true
}

// fileOf is the outer file of line i.
func (o *Origin) fileOf(i int) string { return cmp.Or(o.Lines[i].File, o.File) }

// indent is the column at which the block of lines begins that line i is of: blank lines have none of their own, and
// take that of the nearest one that has.
func (o *Origin) indent(i int) int {
	l := o.Lines[i]
	near := func(j int) bool {
		other := o.Lines[j]
		return other.File == l.File && other.Made == nil && other.Line-j == l.Line-i
	}
	for j := i; j >= 0 && near(j); j-- {
		if !o.isBlank(j) {
			return o.Lines[j].Col
		}
	}
	for j := i + 1; j < len(o.Lines) && near(j); j++ {
		if !o.isBlank(j) {
			return o.Lines[j].Col
		}
	}
	return l.Col
}

// isBlank reports whether nothing is on line i but what ends it.
func (o *Origin) isBlank(i int) bool {
	if len(o.Src) > 0 {
		line, _, _ := bytes.Cut(o.Src[o.Lines[i].Start:], []byte("\n"))
		return len(bytes.TrimSpace(line)) == 0
	}
	return i+1 < len(o.Lines) && o.Lines[i+1].Start-o.Lines[i].Start <= 1
}

// Text is the comments and blocks of the outer file that t, those of the text, mean.
func (o *Origin) Text(t Text) Text {
	out := Text{File: o.File}
	for _, c := range t.Comments {
		if l := o.Lines[o.line(c.Start)]; l.Made != nil || l.File != "" {
			continue // the reader of that file knows it
		}
		c.Start, c.End = o.offset(c.Start), o.offset(c.End)
		out.Comments = append(out.Comments, c)
	}
	for _, b := range t.Blocks {
		first, last := o.Pos(hop.Pos{Line: b.First}), o.Pos(hop.Pos{Line: b.Last})
		out.Blocks = append(out.Blocks, Block{First: first.Line, Last: last.Line})
	}
	return out
}

// line is the index of the line that an offset in the text is on.
func (o *Origin) line(at int) int {
	return max(sort.Search(len(o.Lines), func(i int) bool { return o.Lines[i].Start > at })-1, 0)
}

// offset is that in the outer file of an offset in the text.
func (o *Origin) offset(at int) int { return o.offsetOn(o.line(at), at) }

// offsetOn is offset for a place that line i has, or that ends it.
func (o *Origin) offsetOn(i, at int) int {
	l := o.Lines[i]
	return l.Offset + at - l.Start + l.dropped(at-l.Start)
}

// dropped is how many bytes of the outer file's line are missing before an offset of the line.
func (l OriginLine) dropped(at int) (n int) {
	for _, d := range l.Dropped {
		if d <= at {
			n++
		}
	}
	return n
}
