package kubernetes

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
	"github.com/wslint/wslint/parsers/nginx"
)

// A text is configuration of a proxy that is being written, with what each of its lines is made of.
type text struct {
	src    bytes.Buffer
	lines  []parsers.OriginLine
	depth  int
	quoted map[hop.Pos]bool // the lines of files that were taken over as they are, without columns
	taken  []parsers.Found  // the texts that these are of
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

// take writes the lines of a value as they are, at their own places, those with actions of Helm included: nginx's
// reader knows what these leave open.
func (t *text) take(v infra.Value) {
	if (v.Kind == infra.Scalar || isDrawn(v)) && strings.TrimSpace(v.Text) != "" {
		begin, first := t.src.Len(), len(t.lines)
		t.takeAll(v)
		o := &parsers.Origin{Lines: slices.Clone(t.lines[first:])}
		for i := range o.Lines {
			o.Lines[i].Start -= begin
		}
		t.taken = append(t.taken, parsers.Found{Name: v.Pos.File, Src: bytes.Clone(t.src.Bytes()[begin:]), Origin: o})
	}
}

// isDrawn reports whether a value is a text of which a template of Helm writes some, and nothing else does.
func isDrawn(v infra.Value) bool {
	return v.Kind == infra.Unknown && strings.Contains(v.Text, "{{") && !strings.Contains(v.Text, "${")
}

// takeAll is take for a text that may be blank.
func (t *text) takeAll(v infra.Value) {
	var o *parsers.Origin
	if v.Lines != nil {
		o = v.Lines()
	}
	i := 0
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

// torn are the texts that were taken over and, each by itself, leave a quote, a statement or a block open, or close one
// that they did not open: nginx notices that in what the controller writes after them.
func (t *text) torn() (list []parsers.Problem) {
	for _, f := range t.taken {
		if p, is := nginx.Torn(f); is {
			list = append(list, p)
		}
	}
	return list
}
