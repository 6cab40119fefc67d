package terraform

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// structure is the value of an expression with the places of the keys in it, and of the lines of its texts.
func (s *scope) structure(e hcl.Expression, extra values) infra.Value {
	v := s.plain(s.evaluate(e, extra), e.Range())
	s.places(e, extra, &v, 0)
	return v
}

// deepestStructure is how deep maps are within each other whose keys have places.
const deepestStructure = 50

// places adds the places of keys and lines to a value of an expression, as far as that is written.
func (s *scope) places(e hcl.Expression, extra values, v *infra.Value, depth int) {
	if s.budget.steps--; depth > deepestStructure || s.budget.steps < 0 {
		return
	}
	s, e, extra = s.written(e, extra)
	switch e := e.(type) {
	case *hclsyntax.ObjectConsExpr:
		if v.Kind == infra.Map {
			s.placesOf(e, extra, v, depth)
		}
	case *hclsyntax.TupleConsExpr:
		for i := range e.Exprs {
			if v.Kind == infra.List && len(v.Items) == len(e.Exprs) {
				s.places(e.Exprs[i], extra, &v.Items[i], depth+1)
			}
		}
	case *hclsyntax.FunctionCallExpr:
		s.placesOfCall(e, extra, v, depth)
	case *hclsyntax.TemplateExpr:
		if t, ok := s.heredoc(e); ok {
			t.addLines(v)
		}
	}
}

// placesOfCall adds those of what a call makes: a map of others, or the text of a file.
func (s *scope) placesOfCall(e *hclsyntax.FunctionCallExpr, extra values, v *infra.Value, depth int) {
	switch strings.TrimPrefix(e.Name, "core::") {
	case "merge", "tomap":
		for _, a := range e.Args {
			s.places(a, extra, v, depth+1)
		}
	case "file", "templatefile":
		if len(e.Args) == 0 || e.ExpandFinal || v.Kind != infra.Scalar && v.Kind != infra.Unknown {
			return
		}
		t, why := s.fileOf(e.Args[0], extra)
		if s.textBytes += len(t.src); why != "" || s.textBytes > mostTexts {
			return
		}
		if !bytes.HasSuffix(t.src, []byte("\n")) {
			return // whether its last line has an end decides where lines are
		}
		s.texts[t.name] = t.src
		t.addLines(v)
	}
}

// placesOf adds those of the items of an object. Those of an item that another one replaces are not its own.
func (s *scope) placesOf(e *hclsyntax.ObjectConsExpr, extra values, v *infra.Value, depth int) {
	at := map[string]int{}
	for i := range v.Fields {
		at[v.Fields[i].Key] = i
	}
	for n, item := range e.Items {
		key := bare(s.evaluate(item.KeyExpr, extra))
		if !key.IsKnown() || key.IsNull() || key.Type() != cty.String {
			continue
		}
		i, ok := at[key.AsString()]
		src := s.sources[item.KeyExpr.Range().Filename]
		if !ok || src == nil {
			continue
		}
		f := &v.Fields[i]
		r := item.KeyExpr.Range()
		f.At = src.place(r)
		if written := string(src.src[r.Start.Byte:r.End.Byte]); strings.Trim(written, `"`) == f.Key {
			f.Rename = func(key string) []hop.Edit { return src.replace(r, key) }
		}
		if f.Value.Kind == infra.Scalar && (f.Value.Bare || f.Value.Pos == v.Pos) { // a function made it of whatever it is in
			if x := s.plain(s.evaluate(item.ValueExpr, extra), item.ValueExpr.Range()); x.Text == f.Value.Text {
				f.Value = x
				src.quotable(&f.Value, item.ValueExpr.Range())
			}
		}
		s.places(item.ValueExpr, extra, &f.Value, depth+1)
		if whole := itemRange(src, e, n); src.remove(whole) != nil {
			f.Value.Remove = func() []hop.Edit { return src.remove(whole) }
		}
	}
	if src := s.sources[e.SrcRange.Filename]; src != nil {
		v.Add = func(text string, keys ...string) []hop.Edit { return src.addItem(e, text, keys) }
	}
}

// itemRange is an item of an object with the comma behind it.
func itemRange(src *source, e *hclsyntax.ObjectConsExpr, n int) hcl.Range {
	r := hcl.RangeBetween(e.Items[n].KeyExpr.Range(), e.Items[n].ValueExpr.Range())
	rest := src.src[r.End.Byte:]
	if i := len(rest) - len(bytes.TrimLeft(rest, " \t")); i < len(rest) && rest[i] == ',' {
		r.End.Byte += i + 1
	}
	return r
}

// addItem is the edit that writes an item into an object, as its first one and on a line of its own; nil where the
// object is on one line.
func (s *source) addItem(e *hclsyntax.ObjectConsExpr, text string, keys []string) []hop.Edit {
	if len(keys) != 1 || len(e.Items) == 0 {
		return nil
	}
	first := e.Items[0].KeyExpr.Range()
	begin := s.lines[first.Start.Line-1]
	indent := s.src[begin:first.Start.Byte]
	if len(bytes.TrimSpace(indent)) > 0 {
		return nil
	}
	line := string(indent) + quotedHCL(keys[0]) + " = " + quotedHCL(text) + s.end
	return []hop.Edit{{File: s.name, Start: begin, End: begin, New: line}}
}

// addLines has the lines of a text that is the value of a heredoc where they stand. Of one that is not known the text
// is that of the file.
func (t *template) addLines(v *infra.Value) {
	written := strings.SplitAfter(string(t.src[t.start:t.end]), "\n")
	written = written[:len(written)-1]
	switch v.Kind {
	case infra.Unknown:
		v.Text = string(t.src[t.start:t.end])
	case infra.Scalar:
	default:
		return
	}
	lines := strings.SplitAfter(strings.TrimSuffix(v.Text, "\n"), "\n")
	if len(lines) != len(written) {
		pos := v.Pos
		v.Lines = func() *parsers.Origin { return infra.LinesAt(v.Text, pos) }
		return
	}
	o, start, offset := &parsers.Origin{File: t.name, Src: []byte(v.Text)}, 0, t.start
	first := t.place(t.start).Line
	for i, line := range lines {
		text, whole := strings.TrimRight(line, "\r\n"), strings.TrimRight(written[i], "\r\n")
		l := parsers.OriginLine{Start: start, Made: &parsers.Maker{At: hop.Pos{File: t.name, Line: first + i}}}
		if strings.HasSuffix(whole, text) {
			skip := len(whole) - len(text)
			l = parsers.OriginLine{Start: start, Line: first + i, Col: skip + 1, Offset: offset + skip}
		}
		o.Lines = append(o.Lines, l)
		start, offset = start+len(line), offset+len(written[i])
	}
	v.Lines = func() *parsers.Origin { return o }
}

// quotedHCL is a text as HCL writes it.
func quotedHCL(text string) string {
	q, _ := json.Marshal(text) // a string always has a form in JSON
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(string(q))
}
