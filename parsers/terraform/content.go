package terraform

import (
	"maps"
	"slices"
	"sort"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// content evaluates a body by its schema: arguments, and blocks as lists of maps.
func (s *scope) content(body hcl.Body, sc *schema, extra values, pos hop.Pos) infra.Value {
	out := infra.Value{Kind: infra.Map, Pos: pos}
	_, native := body.(*hclsyntax.Body)
	content, _, _ := body.PartialContent(sc.hcl(native))
	for _, name := range slices.Sorted(maps.Keys(content.Attributes)) {
		a := content.Attributes[name]
		v := s.plain(s.evaluate(a.Expr, extra), a.Expr.Range())
		if sc.own {
			s.places(a.Expr, extra, &v, 0)
		}
		if src := s.sources[a.Range.Filename]; src != nil {
			if n := src.object(body); n != nil {
				v.Remove = func() []hop.Edit { return n.RemovePair(name) }
			} else if native {
				v.Remove = func() []hop.Edit { return src.remove(a.Range) }
			}
			if v.Remove != nil && v.Remove() == nil {
				v.Remove = nil
			}
		}
		out.Fields = append(out.Fields, infra.Field{Key: name, Value: v})
	}
	blocks := map[string]*infra.Value{}
	var order []string
	add := func(name string, v infra.Value) {
		if blocks[name] == nil {
			blocks[name] = &infra.Value{Kind: infra.List, Pos: v.Pos}
			order = append(order, name)
		}
		if list := blocks[name]; v.Kind == infra.Unknown {
			list.Kind, list.Why = infra.Unknown, v.Why
		} else if list.Kind == infra.List {
			list.Items = append(list.Items, v)
		}
	}
	for _, b := range content.Blocks {
		if b.Type != "dynamic" {
			v := s.content(b.Body, sc.blocks[b.Type], extra, s.placeOf(b.DefRange))
			if !sc.own {
				keepLines(&v)
			}
			v.Remove, v.Add = s.blockRemover(body, b), s.blockAdder(body, b)
			add(b.Type, v)
		} else if inner := sc.blocks[b.Labels[0]]; inner != nil {
			for _, v := range s.dynamic(b, inner, extra) {
				keepLines(&v)
				add(b.Labels[0], v)
			}
		}
	}
	for _, name := range order {
		out.Fields = append(out.Fields, infra.Field{Key: name, Value: *blocks[name]})
	}
	return out
}

// keepLines takes from a value and all in it the edits that remove them: others need the lines.
func keepLines(v *infra.Value) {
	v.Remove = nil
	for i := range v.Items {
		keepLines(&v.Items[i])
	}
	for i := range v.Fields {
		keepLines(&v.Fields[i].Value)
	}
}

// blockRemover returns what takes a block of a body out, with its lines; nil where something else stands on them.
func (s *scope) blockRemover(body hcl.Body, b *hcl.Block) func() []hop.Edit {
	src, in := s.sources[b.DefRange.Filename], nativeBlock(body, b)
	if in == nil || src == nil {
		return nil
	}
	if whole := hcl.RangeBetween(in.TypeRange, in.CloseBraceRange); src.remove(whole) != nil {
		return func() []hop.Edit { return src.remove(whole) }
	}
	return nil
}

// nativeBlock is a block of a body as native syntax has it; nil for JSON.
func nativeBlock(body hcl.Body, b *hcl.Block) *hclsyntax.Block {
	if native, ok := body.(*hclsyntax.Body); ok {
		for _, in := range native.Blocks {
			if in.TypeRange.Start.Byte == b.TypeRange.Start.Byte {
				return in
			}
		}
	}
	return nil
}

// blockAdder returns what writes an argument into a block of a body that has it not.
func (s *scope) blockAdder(body hcl.Body, b *hcl.Block) func(text string, keys ...string) []hop.Edit {
	src := s.sources[b.DefRange.Filename]
	if src == nil {
		return nil
	}
	return func(text string, keys ...string) []hop.Edit {
		if len(keys) != 1 {
			return nil
		}
		if n := src.object(b.Body); n != nil {
			return n.AddFields(document.Fields{{Key: keys[0], Value: jsonScalar(text)}})
		}
		in := nativeBlock(body, b)
		if in == nil || in.Body.Attributes[keys[0]] != nil {
			return nil
		}
		return src.insert(in, keys[0], text)
	}
}

// dynamic is the blocks that a dynamic block makes; an unknown one where it is not known how many.
func (s *scope) dynamic(b *hcl.Block, sc *schema, extra values) (list []infra.Value) {
	content, _, _ := b.Body.PartialContent(&hcl.BodySchema{
		Attributes: []hcl.AttributeSchema{
			{Name: "for_each"},
			{Name: "iterator"},
		}, Blocks: []hcl.BlockHeaderSchema{{Type: "content"}},
	})
	pos := s.placeOf(b.DefRange)
	each := content.Attributes["for_each"]
	if each == nil || len(content.Blocks) != 1 {
		return nil
	}
	iterator := b.Labels[0]
	if a := content.Attributes["iterator"]; a != nil {
		if name := hcl.ExprAsKeyword(a.Expr); name != "" {
			iterator = name
		}
	}
	v := s.evaluate(each.Expr, extra)
	known := bare(v)
	if !known.IsKnown() || !known.IsNull() && !known.CanIterateElements() {
		return []infra.Value{infra.NotKnown("how many blocks there are is not known: "+whyUnknown(v), pos)}
	}
	if known.IsNull() || known.LengthInt() > 1000 {
		return nil
	}
	for it := known.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if known.Type().IsSetType() {
			key = value
		}
		inner := maps.Clone(extra)
		if inner == nil {
			inner = values{}
		}
		inner[iterator] = cty.ObjectVal(values{"key": key, "value": value})
		list = append(list, s.content(content.Blocks[0].Body, sc, inner, pos))
	}
	return list
}

// placeOf is a range as a place.
func (s *scope) placeOf(r hcl.Range) hop.Pos {
	if src := s.sources[r.Filename]; src != nil {
		return src.place(r)
	}
	return s.calledAt()
}

// calledAt is the place of the call of a module whose files were not found.
func (s *scope) calledAt() hop.Pos {
	for up := s; up != nil; up = up.parent {
		if up.call != nil && up.sources[up.call.DefRange.Filename] != nil {
			return up.sources[up.call.DefRange.Filename].place(up.call.DefRange)
		}
	}
	return hop.Pos{}
}

// plain makes a value of the shared kind; at is where its argument stands.
func (s *scope) plain(v cty.Value, at hcl.Range) infra.Value {
	known, marks := v.Unmark()
	pos := s.placeOf(at)
	switch {
	case !known.IsKnown():
		return unknownValue(v, pos)
	case known.IsNull():
		out := infra.Value{Pos: pos}
		s.trace(&out, marks, "", at)
		return out
	case known.Type().IsPrimitiveType():
		text, err := convert.Convert(known, cty.String)
		isText := known.Type() == cty.String
		if known.Type() == cty.Number {
			if _, err = numberText(known); err != nil {
				return infra.NotKnown(err.Error(), pos)
			}
		}
		if err != nil {
			return infra.NotKnown(err.Error(), pos)
		}
		out := infra.Text(text.AsString(), pos)
		out.Bare = !isText
		s.trace(&out, marks, out.Text, at)
		return out
	case known.Type().IsObjectType() || known.Type().IsMapType():
		out := infra.Value{Kind: infra.Map, Pos: pos}
		m := known.AsValueMap()
		for _, key := range slices.Sorted(maps.Keys(m)) {
			out.Fields = append(out.Fields, infra.Field{Key: key, Value: s.plain(m[key], at)})
		}
		return out
	case known.CanIterateElements():
		out := infra.Value{Kind: infra.List, Pos: pos}
		for it := known.ElementIterator(); it.Next(); {
			_, e := it.Element()
			out.Items = append(out.Items, s.plain(e, at))
			_, marks := e.Unmark()
			out.Append = s.appender(marks, out.Items[len(out.Items)-1])
		}
		return out
	}
	return infra.NotKnown("it is no value that is understood", pos)
}

// unknownValue is a value that is not known: an attribute of one resource of these files, or something else.
func unknownValue(v cty.Value, pos hop.Pos) infra.Value {
	var of []string
	for m := range marksIn(v) {
		if ref, ok := m.(reference); ok {
			of = append(of, ref.address)
		}
	}
	sort.Strings(of)
	because := whyUnknown(v)
	if len(of) > 0 && because == whyUnknown(cty.DynamicVal) {
		because = "it is an attribute of " + of[0] + ", which is known after apply"
	}
	out := infra.NotKnown(because, pos)
	if len(of) == 1 {
		out.Kind, out.Of = infra.Ref, of[0]
	}
	return out
}

// trace finds the literal that a value comes from: the only one that says the same. It is then the value's place, and
// what is edited.
func (s *scope) trace(v *infra.Value, marks cty.ValueMarks, text string, at hcl.Range) {
	found := s.literals(marks, text, v.Kind == infra.Null)
	if len(found) != 1 {
		v.Default = len(found) == 0 && s.def.stub
		return
	}
	src := s.sources[found[0].Filename]
	if found[0] != at {
		v.By = []hop.Note{{Pos: v.Pos, Text: "it is used here"}}
	}
	v.Pos = src.place(found[0])
	v.Set = func(text string) []hop.Edit { return src.replace(found[0], text) }
	if v.Bare && found[0] == at {
		v.Quote = func(text string) []hop.Edit { return src.replaceBy(found[0], quotedHCL(text)) }
	}
}

// literals are those that a value comes from and that say the same.
func (s *scope) literals(marks cty.ValueMarks, text string, null bool) (found []hcl.Range) {
	for m := range marks {
		if o, ok := m.(origin); ok && s.says(o.at, text, null) {
			found = append(found, o.at)
		}
	}
	return found
}

// appender returns what writes texts behind the last item of a list, where that is a literal in a list.
func (s *scope) appender(marks cty.ValueMarks, last infra.Value) func(texts ...string) []hop.Edit {
	if last.Kind != infra.Scalar {
		return nil
	}
	found := s.literals(marks, last.Text, false)
	if len(found) != 1 {
		return nil
	}
	src := s.sources[found[0].Filename]
	return func(texts ...string) []hop.Edit { return src.behind(found[0], texts) }
}

// says reports whether the bytes at a range are a literal of that text.
func (s *scope) says(r hcl.Range, text string, null bool) bool {
	src := s.sources[r.Filename]
	if src == nil || r.Start.Byte < 0 || r.End.Byte > len(src.src) || r.Start.Byte >= r.End.Byte {
		return false
	}
	written := string(src.src[r.Start.Byte:r.End.Byte])
	if null {
		return written == "null"
	}
	if unquoted, err := strconv.Unquote(written); err == nil && unquoted == text {
		return true
	}
	return written == text || written == `"`+text+`"`
}
