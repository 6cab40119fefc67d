package kubernetes

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// A text is configuration of a proxy that is being written, with what each of its lines is made of.
type text struct {
	src    bytes.Buffer
	lines  []parsers.OriginLine
	depth  int
	quoted map[hop.Pos]bool // the lines of files that were taken over as they are, without columns
	closes []hop.Pos        // those of them that close a block which they did not open
}

func newText() *text { return &text{quoted: map[hop.Pos]bool{}} }

// line writes one line, made of what m says.
func (t *text) line(m *parsers.Maker, format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if strings.HasPrefix(s, "}") {
		t.depth--
	}
	t.lines = append(t.lines, parsers.OriginLine{Start: t.src.Len(), Made: m})
	t.src.WriteString(strings.Repeat("    ", max(t.depth, 0)) + strings.ReplaceAll(s, "\n", " ") + "\n")
	if strings.HasSuffix(s, "{") {
		t.depth++
	}
}

// take writes the lines of a value as they are, at their own places.
func (t *text) take(v infra.Value) {
	if v.Kind == infra.Scalar && strings.TrimSpace(v.Text) != "" {
		t.takeAll(v)
	}
}

// takeAll is take for a text that may be blank.
func (t *text) takeAll(v infra.Value) {
	var o *parsers.Origin
	if v.Lines != nil {
		o = v.Lines()
	}
	i, depth := 0, 0
	for line := range strings.Lines(v.Text) {
		l := parsers.OriginLine{Made: &parsers.Maker{At: v.Pos}}
		if o != nil && i < len(o.Lines) {
			l = o.Lines[i]
			if l.Made == nil {
				l.File = cmp.Or(l.File, o.File)
			}
		}
		at := hop.Pos{File: l.File, Line: l.Line}
		if l.Made != nil {
			at = hop.Pos{File: l.Made.At.File, Line: l.Made.At.Line}
		}
		t.quoted[at] = true
		if depth += opened(line); depth < 0 {
			t.closes, depth = append(t.closes, at), 0
		}
		l.Start = t.src.Len()
		t.lines = append(t.lines, l)
		t.src.WriteString(strings.TrimSuffix(line, "\n") + "\n")
		i++
	}
}

// origin says where the lines stand.
func (t *text) origin() *parsers.Origin {
	return &parsers.Origin{Lines: t.lines, Src: t.src.Bytes()}
}

// isQuoted reports whether a place is in a text that was taken over as it is.
func (t *text) isQuoted(at hop.Pos) bool { return t.quoted[hop.Pos{File: at.File, Line: at.Line}] }

// blamed is a problem at the place of somebody's text that it comes of; theirs is false where it comes of none. A
// statement or a block that is not closed there is noticed only in what the controller writes after it.
func (t *text) blamed(x parsers.Problem) (p parsers.Problem, theirs bool) {
	if t.isQuoted(x.Pos) {
		return x, true
	}
	for _, n := range x.Notes {
		if x.Incomplete && t.isQuoted(n.Pos) {
			x.Pos, x.Notes = n.Pos, []hop.Note{n}
			return x, true
		}
	}
	if x.Incomplete && len(t.closes) > 0 {
		x.Pos, x.Notes = t.closes[0], nil
		return x, true
	}
	return x, false
}

// quotes are texts and comments, whose braces are none.
var quotes = lazyregexp.New(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\$\{\w*\}|(?:^|\s)#.*`)

// opened is how many more blocks a line of nginx's configuration opens than it closes.
func opened(line string) int {
	line = quotes.ReplaceAllString(line, "")
	return strings.Count(line, "{") - strings.Count(line, "}")
}
