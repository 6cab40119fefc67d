package parsers

import (
	"sort"
	"strings"

	"github.com/wslint/wslint/hop"
)

// An Origin says where a text stands in the file that holds it: nginx configuration in a block of a YAML document.
// Positions and edits of the text are mapped to that file, so that findings, excerpts, ignore comments and fixes are
// those of a file that people know.
type Origin struct {
	File  string
	Lines []OriginLine // of each line of the text, in order
}

// An OriginLine is where one line of a text begins in the outer file.
type OriginLine struct {
	Start int // offset of the line in the text
	// Line, Col and Offset are those of its first byte in the outer file; Line and Col count from 1.
	Line, Col, Offset int
}

// Pos is the place in the outer file that p, a place in the text, means.
func (o *Origin) Pos(p hop.Pos) hop.Pos {
	if o == nil || p.Line < 1 || p.Line > len(o.Lines) {
		return p
	}
	l := o.Lines[p.Line-1]
	p.File, p.Line = o.File, l.Line
	if p.Col > 0 {
		p.Col += l.Col - 1
	}
	if p.EndCol > 0 {
		p.EndCol += l.Col - 1
	}
	return p
}

// Edit is the edit of the outer file that e, an edit of the text, means. What it inserts is indented as the text is
// there.
func (o *Origin) Edit(e hop.Edit) hop.Edit {
	if o == nil || len(o.Lines) == 0 {
		return e
	}
	indent := strings.Repeat(" ", o.Lines[0].Col-1)
	e.File, e.Start, e.End = o.File, o.offset(e.Start), o.offset(e.End)
	e.New = strings.ReplaceAll(e.New, "\n", "\n"+indent)
	return e
}

// Text is the comments and blocks of the outer file that t, those of the text, mean.
func (o *Origin) Text(t Text) Text {
	out := Text{File: o.File}
	for _, c := range t.Comments {
		c.Start, c.End = o.offset(c.Start), o.offset(c.End)
		out.Comments = append(out.Comments, c)
	}
	for _, b := range t.Blocks {
		first, last := o.Pos(hop.Pos{Line: b.First}), o.Pos(hop.Pos{Line: b.Last})
		out.Blocks = append(out.Blocks, Block{First: first.Line, Last: last.Line})
	}
	return out
}

// offset is that in the outer file of an offset in the text.
func (o *Origin) offset(at int) int {
	i := sort.Search(len(o.Lines), func(i int) bool { return o.Lines[i].Start > at }) - 1
	l := o.Lines[max(i, 0)]
	return l.Offset + at - l.Start
}
