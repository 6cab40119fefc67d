package parsers

import (
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
	// Src is the text, where some of its lines have a Maker.
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
	// Made is what wrote the line, where no file holds it; Line, Col and Offset mean nothing then.
	Made *Maker
}

// A Maker is what lines of a text are made of that stand in no file: an annotation, the default of a controller.
type Maker struct {
	At hop.Pos // what all places on the lines mean
	// Write returns the edits of files that make text of the line, which is given without what it begins and ends with;
	// nil when there are none. It is nil itself where nothing can be changed.
	Write func(text string) []hop.Edit
}

// Pos is the place in the outer file that p, a place in the text, means.
func (o *Origin) Pos(p hop.Pos) hop.Pos {
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
	if o == nil || len(o.Lines) == 0 {
		return []hop.Edit{e}, true
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
	if cmp.Or(l.File, o.File) != cmp.Or(o.Lines[last].File, o.File) {
		return nil, false
	}
	indent := strings.Repeat(" ", max(o.indent(first)-1, 0))
	e.File, e.Start, e.End = cmp.Or(l.File, o.File), o.offset(e.Start), o.offset(e.End)
	if o.Escape != nil {
		e.New = o.Escape(e.New)
	}
	e.New = strings.ReplaceAll(e.New, "\n", "\n"+indent)
	return []hop.Edit{e}, true
}

// indent is the column at which the block of lines begins that line i is of: blank lines have none of their own.
func (o *Origin) indent(i int) int {
	l := o.Lines[i]
	if l.File == "" {
		return o.Lines[0].Col
	}
	col := l.Col
	for j := i - 1; j >= 0 && o.Lines[j].File == l.File && o.Lines[j].Made == nil && o.Lines[j].Line == l.Line-(i-j); j-- {
		col = max(col, o.Lines[j].Col)
	}
	return col
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
func (o *Origin) offset(at int) int {
	l := o.Lines[o.line(at)]
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
