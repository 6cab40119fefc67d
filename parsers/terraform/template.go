package terraform

import (
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
	"github.com/wslint/wslint/parsers/kubernetes"
)

// A template is a text within a file, or all of it, that Terraform writes values into.
type template struct {
	name       string
	src        []byte // of the whole file
	start, end int    // where the text is in it
	spans      [][]int
	vars       *hcl.EvalContext // what its names mean; nil for those of the scope
	lines      []int            // where each line of the file begins
}

// lineStarts are where the lines of a text begin.
func lineStarts(src []byte) []int {
	lines := []int{0}
	for i, c := range src {
		if c == '\n' {
			lines = append(lines, i+1)
		}
	}
	return lines
}

// byTemplate is why something of a text is not known.
const byTemplate = "a template sets it"

// carried reads the text as YAML: everything else in the file is blank, so that places and edits are those of the file.
func (t *template) carried(s *scope, extra values) carried {
	c := carried{at: t.place(t.start)}
	if s.textBytes += t.end - t.start; s.textBytes > mostTexts {
		c.why = "there are too many texts"
		return c
	}
	f, masked, err := t.document()
	if err != nil {
		c.why = "its text is no YAML: " + err.Error()
		return c
	}
	if t.hides(masked) {
		c.partial = byTemplate
	}
	for _, d := range f.Docs {
		if hidesKeys(d) {
			c.partial = byTemplate
		}
		v := kubernetes.Value(d)
		t.resolve(s, extra, &v)
		c.docs = append(c.docs, v)
	}
	return c
}

// document is the text as YAML, and what of it was read, from the beginning of its first line.
func (t *template) document() (f *document.File, masked []byte, err error) {
	base := t.lines[t.line(t.start)-1]
	spans := make([][]int, len(t.spans))
	for i, m := range t.spans {
		spans[i] = []int{m[0] - base, m[1] - base}
	}
	masked = document.MaskedSpans(t.src[base:t.end], spans)
	for i := range t.start - base {
		masked[i] = ' '
	}
	f, err = document.ParsePart(t.name, t.src, masked, base, t.lines)
	return f, masked, err
}

// line is the number of the line that an offset is in, from 1.
func (t *template) line(at int) int { return sort.SearchInts(t.lines, at+1) }

// place is that of an offset in the file.
func (t *template) place(at int) hop.Pos {
	return hop.Pos{File: t.name, Line: t.line(at)}
}

// hides reports whether the template writes more than single values: lines of its own, several at once, or some that
// depend on a condition.
func (t *template) hides(masked []byte) bool {
	base := t.end - len(masked)
	for _, m := range t.spans {
		if t.src[m[0]] == '%' || masked[m[0]-base] == ' ' {
			return true
		}
	}
	return false
}

// hidesKeys reports whether a template writes a key.
func hidesKeys(n *document.Node) bool {
	for _, p := range n.Pairs {
		if document.IsMasked(p.Key.Value) || hidesKeys(p.Value) {
			return true
		}
	}
	for _, i := range n.Items {
		if hidesKeys(i) {
			return true
		}
	}
	return false
}

// resolve puts what is known of the values that the template writes in their places.
func (t *template) resolve(s *scope, extra values, v *infra.Value) {
	for i := range v.Items {
		t.resolve(s, extra, &v.Items[i])
	}
	for i := range v.Fields {
		f := &v.Fields[i]
		remove := f.Value.Remove
		t.resolve(s, extra, &f.Value)
		f.Value.Remove = remove
	}
	if v.Kind != infra.Unknown || v.Pos.EndCol == 0 {
		return
	}
	if s.budget.steps--; s.budget.steps < 0 {
		return
	}
	begin := t.offset(v.Pos)
	text := t.src[begin : begin+v.Pos.EndCol-v.Pos.Col]
	inner := strings.Trim(string(text), `"'`)
	quoted := len(inner) < len(text)
	if strings.ContainsAny(inner, "\\'") && quoted {
		return
	}
	val := t.evaluate(s, extra, inner)
	known := bare(val)
	if !known.IsKnown() || known.IsNull() || !known.Type().IsPrimitiveType() {
		if !known.IsKnown() {
			v.Why = whyUnknown(val)
		}
		return
	}
	out, err := numberOrText(known)
	if err != nil {
		return
	}
	pos := v.Pos
	traced := s.plain(val, hcl.Range{})
	switch {
	case quoted:
		*v = infra.Text(out, pos)
	default:
		f, err := document.Parse(t.name, []byte(out))
		if err != nil || len(f.Docs) != 1 {
			return
		}
		*v = infra.Placed(kubernetes.Value(f.Docs[0]), pos)
	}
	if traced.Set != nil && v.Kind == infra.Scalar {
		v.Pos, v.Set, v.By = traced.Pos, traced.Set, []hop.Note{{Pos: pos, Text: "it is used here"}}
	}
}

// offset is that of a place in the file.
func (t *template) offset(p hop.Pos) int { return t.lines[p.Line-1] + p.Col - 1 }

// evaluate is what a piece of the template comes to.
func (t *template) evaluate(s *scope, extra values, text string) cty.Value {
	expr, diags := hclsyntax.ParseTemplate([]byte(text), "template", hcl.InitialPos)
	if diags.HasErrors() {
		return unknownBecause(byTemplate)
	}
	e := s.budget.rewrite(expr, false)
	if t.vars == nil {
		return s.evaluate(e, extra)
	}
	v, diags := e.Value(t.vars)
	if diags.HasErrors() {
		return unknownBecause("it is not evaluated: " + said(diags))
	}
	return v
}

// carriedValue are the texts of a value that was evaluated: they stand nowhere as they are.
func carriedValue(v infra.Value) (list []carried) {
	switch v.Kind {
	case infra.List:
		for _, i := range v.Items {
			list = append(list, carriedValue(i)...)
		}
	case infra.Map:
		return []carried{{docs: []infra.Value{v}, at: v.Pos}}
	case infra.Unknown, infra.Ref:
		return []carried{{why: v.Why, at: v.Pos}}
	case infra.Scalar:
		f, err := document.Parse(v.Pos.File, []byte(v.Text))
		if err != nil {
			return []carried{{why: "its text is no YAML", at: v.Pos}}
		}
		c := carried{at: v.Pos}
		for _, d := range f.Docs {
			c.docs = append(c.docs, infra.Placed(kubernetes.Value(d), v.Pos))
		}
		return []carried{c}
	}
	return list
}
