package conf

import (
	"sort"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/templates"
)

// What a directive that stands for a template's output says in its Unknown.
const (
	unreadOutput  = "a template expands here"
	unreadName    = "a template makes the name of this directive"
	unreadEnd     = "a template may end this statement early"
	unreadBroken  = "a template whose blocks do not fit those of nginx"
	unreadInvalid = "a template that is no valid configuration before it is expanded"
)

// A mark is a placeholder in the source.
type mark struct {
	start, end int
	value      string // of a variable given by --define
	known      bool
	whole      bool // it is a statement of its own, made of [start, end)
}

// A template is a source whose template syntax has been masked: every byte keeps its offset, and what is left lexes
// as nginx's. Without template syntax masked is src itself.
type template struct {
	src, masked string
	marks       []mark      // in the order of the source
	blocks      []*tagBlock // from {% if %} to {% endif %}, in the order in which they open
	define      map[string]string
	early       []int // offsets behind statements whose end a template may bring earlier
	markup      bool  // there is syntax that nginx would refuse, so that errors are the template's
	broken      bool  // nothing can be said of it
}

// apply puts what the template leaves open into the tree. It returns false when the template's blocks cross those of
// nginx.
func (t *template) apply(f *File, top []*Directive) ([]*Directive, bool) {
	if len(t.marks) == 0 && len(t.blocks) == 0 {
		return top, true
	}
	for _, m := range t.blocks {
		open, ok1 := enclosing(top, m.start)
		end, ok2 := enclosing(top, m.end-1)
		if !ok1 || !ok2 || open != end {
			return nil, false
		}
	}
	var lines []int
	if strings.Count(t.masked, "\n") != strings.Count(t.src, "\n") {
		lines = lineStarts(t.src)
		for i := range f.Comments {
			f.Comments[i].Line, f.Comments[i].Col = place(lines, f.Comments[i].Start)
		}
	}
	return t.list(top, lines), true
}

// list applies the template to the directives of one block.
func (t *template) list(block []*Directive, lines []int) []*Directive {
	var out []*Directive
	for _, d := range block {
		absent := false
		when, maybe := branches(t.blocks, int(d.Name.Start))
		if len(when) > 0 {
			when, absent = templates.Open(when, t.define)
			maybe = len(when) > 0
		}
		if maybe || len(when) > 0 {
			a := d.own()
			a.When, a.Maybe = when, maybe
		}
		if absent {
			continue
		}
		out = append(out, d)
		early := t.directive(d, lines)
		if d.HasBlock {
			d.Block = t.list(d.Block, lines)
		}
		if early {
			w := d.Name
			w.Template, w.Start, w.Len = true, w.End(), 0
			out = append(out, &Directive{Name: w, Parent: d.Parent, End: d.End,
				Apart: &Apart{Unknown: unreadEnd, Maybe: d.Maybe, When: d.When}})
		}
	}
	return out
}

// directive applies the template to the words of d, and reports whether the statement may end early.
func (t *template) directive(d *Directive, lines []int) (early bool) {
	whole := t.word(&d.Name, lines)
	switch {
	case whole && !d.HasBlock && len(d.Args) == 0:
		d.own().Unknown = unreadOutput
	case d.Name.Template:
		d.own().Unknown = unreadName
	}
	for i := range d.Args {
		a := &d.Args[i]
		t.word(a, lines)
		if i == 0 || !d.Args[i-1].Template || a.Quote != 0 {
			continue
		}
		// proxy_pass {{ url }}<LF>proxy_read_timeout 60s; the expansion brings its own semicolon.
		before := &d.Args[i-1]
		early = early || a.Line > before.Line && strings.Contains(t.src[before.End():a.Start], "\n") && isName(a.Value)
	}
	i := sort.SearchInts(t.early, int(d.End))
	return early || i < len(t.early) && t.early[i] == int(d.End)
}

// isName reports whether s could be the name of a directive.
func isName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == "" && strings.Contains(s, "_")
}

// word gives w the values of its placeholders, or makes it a Template; it reports whether a placeholder is the whole
// statement.
func (t *template) word(w *Word, lines []int) (whole bool) {
	if lines != nil {
		w.Line, w.Col = place(lines, w.Start)
	}
	first := sort.Search(len(t.marks), func(i int) bool { return t.marks[i].end > int(w.Start) })
	last := first
	known := true
	for last < len(t.marks) && t.marks[last].start < int(w.End()) {
		known = known && t.marks[last].known
		last++
	}
	if first == last {
		return false
	}
	if t.marks[first].whole {
		w.Len = uint16(t.marks[first].end - int(w.Start))
		w.Value, w.Template = t.src[w.Start:w.End()], true
		return true
	}
	from, to := int(w.Start), int(w.End())
	if w.Quote != 0 {
		from, to = from+1, to-1
	}
	if !known {
		w.Value, w.Template = t.src[from:to], true
		return false
	}
	var b strings.Builder
	for _, m := range t.marks[first:last] {
		b.WriteString(unescape(t.src[from:m.start]))
		b.WriteString(m.value)
		from = m.end
	}
	b.WriteString(unescape(t.src[from:to]))
	w.Value = b.String()
	return false
}

// enclosing returns the directive in whose block offset p lies, nil for the top; ok is false when p lies inside of a
// statement.
func enclosing(top []*Directive, p int) (in *Directive, ok bool) {
	for block := top; ; {
		i := sort.Search(len(block), func(i int) bool { return int(block[i].End) > p })
		if i == len(block) || int(block[i].Name.Start) > p {
			return in, true
		}
		d := block[i]
		if !d.HasBlock || d.Text != "" || p <= int(d.Open) {
			return nil, false
		}
		in, block = d, d.Block
	}
}

// lineStarts returns the offset of each line.
func lineStarts(s string) []int {
	starts := []int{0}
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// place returns line and column of an offset.
func place(lines []int, offset int32) (line, col int32) {
	n := sort.SearchInts(lines, int(offset)+1)
	return int32(n), offset - int32(lines[n-1]) + 1
}

// unknownFile is the tree of a template that cannot be read at all.
func unknownFile(f *File, why string) ([]*Directive, []hop.Note) {
	f.Comments = nil
	w := Word{File: f, Line: 1, Col: 1, Template: true}
	note := hop.Note{Pos: f.Origin.Pos(hop.Pos{File: f.Name, Line: 1}), Text: why}
	return []*Directive{{Name: w, End: int32(len(f.Src)), Apart: &Apart{Unknown: why}}}, []hop.Note{note}
}
