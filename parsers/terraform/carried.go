package terraform

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// A carried is one text of YAML that an argument holds, as values with their places: in the heredoc, in the file that
// it is read from, in the expression that is encoded.
type carried struct {
	docs []infra.Value
	// partial is why there may be more in the documents than is known: a template writes it.
	partial string
	// why says why nothing of the text is known.
	why string
	at  hop.Pos
}

// mostTexts is how many bytes of texts within files are read.
const mostTexts = 64 << 20

// carried are the texts that an expression holds: one, or those of a list.
func (s *scope) carried(e hcl.Expression, extra values) []carried {
	if s.budget.steps--; s.budget.steps < 0 {
		return []carried{{why: tooManySteps, at: s.placeOf(e.Range())}}
	}
	s, e, extra = s.written(e, extra)
	switch e := e.(type) {
	case *hclsyntax.TupleConsExpr:
		return s.carriedBy(e.Exprs, extra)
	case *hclsyntax.ObjectConsExpr:
		return []carried{{docs: []infra.Value{s.structure(e, extra)}, at: s.placeOf(e.Range())}}
	case *hclsyntax.TemplateExpr:
		if h, ok := s.heredoc(e); ok {
			return []carried{h.carried(s, extra)}
		}
	case *hclsyntax.FunctionCallExpr:
		if list, ok := s.carriedCall(e, extra); ok {
			return list
		}
	}
	return carriedValue(s.structure(e, extra))
}

// carriedBy are the texts of several expressions.
func (s *scope) carriedBy(exprs []hclsyntax.Expression, extra values) (list []carried) {
	for _, e := range exprs {
		list = append(list, s.carried(e, extra)...)
	}
	return list
}

// carriedCall are the texts that a call makes; ok is false for functions that are evaluated as any other.
func (s *scope) carriedCall(e *hclsyntax.FunctionCallExpr, extra values) (list []carried, ok bool) {
	if len(e.Args) == 0 || e.ExpandFinal {
		return nil, false
	}
	switch strings.TrimPrefix(e.Name, "core::") {
	case "yamlencode", "jsonencode":
		v := s.structure(e.Args[0], extra)
		if v.Kind == infra.Unknown || v.Kind == infra.Ref {
			return []carried{{why: v.Why, at: v.Pos}}, true
		}
		return []carried{{docs: []infra.Value{v}, at: v.Pos}}, true
	case "yamldecode", "jsondecode", "concat", "compact", "flatten", "tolist", "sensitive", "nonsensitive", "trimspace",
		"chomp":
		return s.carriedBy(e.Args, extra), true
	case "join":
		return s.carriedBy(e.Args[1:], extra), true
	case "file":
		return []carried{s.carriedFile(e.Args[0], extra, nil)}, true
	case "templatefile":
		if len(e.Args) == 2 {
			return []carried{s.carriedFile(e.Args[0], extra, e.Args[1])}, true
		}
	}
	return nil, false
}

// carriedFile is the text of a file, or of a template with what its variables mean.
func (s *scope) carriedFile(path hcl.Expression, extra values, vars hcl.Expression) carried {
	t, why := s.fileOf(path, extra)
	if why != "" {
		return carried{why: why, at: s.placeOf(path.Range())}
	}
	if vars != nil {
		t.spans = spansOf(templateTokens(t.src))
		given := bare(s.evaluate(vars, extra))
		t.vars = &hcl.EvalContext{Variables: values{}, Functions: s.library}
		if given.IsKnown() && !given.IsNull() && given.CanIterateElements() {
			t.vars.Variables = given.AsValueMap()
		}
	}
	c := t.carried(s, nil)
	if c.why == "" {
		s.texts[t.name] = t.src
	}
	return c
}

// fileOf is the text of a file that an expression names; why says why it is not known.
func (s *scope) fileOf(path hcl.Expression, extra values) (t template, why string) {
	v := s.evaluate(path, extra)
	known := bare(v)
	if !known.IsKnown() || known.IsNull() || known.Type() != cty.String {
		return t, "which file is read is not known: " + whyUnknown(v)
	}
	name := known.AsString()
	if !filepath.IsAbs(name) {
		name = filepath.Join(s.rootDir, name)
	}
	src, err := s.text(name, ".")
	if err != nil {
		return t, "the file is not read: " + plain(err)
	}
	if rel, err := filepath.Rel(s.def.abs, name); err == nil {
		name = filepath.Join(s.def.dir, rel)
	}
	return template{name: name, src: []byte(src), end: len(src), lines: lineStarts([]byte(src))}, ""
}

// written follows an expression that only names another one to the one that is written: a local, a variable, the side
// of a conditional that is taken.
func (s *scope) written(e hcl.Expression, extra values) (*scope, hcl.Expression, values) {
	for range deepestNames {
		switch in := e.(type) {
		case *literal:
			e = in.Expression
		case *hclsyntax.ParenthesesExpr:
			e = in.Expression
		case *hclsyntax.TemplateWrapExpr:
			e = in.Wrapped
		case *choice:
			c := bare(s.evaluate(in.Condition, extra))
			if !c.IsKnown() || c.IsNull() || c.Type() != cty.Bool {
				return s, e, extra
			}
			if e = in.FalseResult; c.True() {
				e = in.TrueResult
			}
		case *hclsyntax.ScopeTraversalExpr:
			to, next, more := s.named(in.Traversal)
			if next == nil {
				return s, e, extra
			}
			s, e, extra = to, next, more
		default:
			return s, e, extra
		}
	}
	return s, e, extra
}

// named is the expression that a local or a variable stands for, and where it is evaluated; nil where that is not
// written.
func (s *scope) named(t hcl.Traversal) (*scope, hcl.Expression, values) {
	name := attr(t, 1)
	if len(t) != 2 || name == "" {
		return s, nil, nil
	}
	switch t.RootName() {
	case "local":
		if a := s.def.locals[name]; a != nil {
			return s, a.Expr, nil
		}
	case "var":
		b := s.def.variables[name]
		if b == nil {
			return s, nil, nil
		}
		if s.parent != nil {
			if a := s.call.attribute(name); a != nil {
				return s.parent, a.Expr, s.extra
			}
		} else if a := s.tfvars[name]; a != nil {
			return s, a.Expr, nil
		} else if _, given := s.define["TF_VAR_"+name]; given {
			return s, nil, nil
		}
		if a := b.attribute("default"); a != nil {
			return s, a.Expr, nil
		}
	}
	return s, nil, nil
}

// spansOf are where a template writes something: its interpolations and directives, from their first byte to the one
// behind the last one.
func spansOf(tokens hclsyntax.Tokens) (spans [][]int) {
	depth := 0
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			if depth == 0 {
				spans = append(spans, []int{t.Range.Start.Byte, t.Range.End.Byte})
			}
			depth++
		case hclsyntax.TokenTemplateSeqEnd:
			if depth--; depth == 0 {
				spans[len(spans)-1][1] = t.Range.End.Byte
			}
		}
	}
	return spans
}

// templateTokens are those of a template that is a file of its own; none of one that is nested too deep.
func templateTokens(src []byte) hclsyntax.Tokens {
	if jsonDepth(src) >= 0 {
		return nil
	}
	tokens, _ := hclsyntax.LexTemplate(src, "template", hcl.InitialPos)
	return tokens
}

// heredoc is the text of a heredoc in its file; ok is false for a text in quotes.
func (s *scope) heredoc(e *hclsyntax.TemplateExpr) (t template, ok bool) {
	src := s.sources[e.SrcRange.Filename]
	start, end := e.SrcRange.Start.Byte, e.SrcRange.End.Byte
	if src == nil || end > len(src.src) || start >= end || !bytes.HasPrefix(src.src[start:], []byte("<<")) {
		return t, false
	}
	behind := min(end+1, len(src.src)) // the marker at its end is one only before the end of a line
	if s.textBytes += behind - start; s.textBytes > mostTexts {
		return t, false
	}
	tokens, _ := hclsyntax.LexConfig(src.src[start:behind], src.name, e.SrcRange.Start)
	if len(tokens) < 2 || tokens[0].Type != hclsyntax.TokenOHeredoc {
		return t, false
	}
	t = template{
		name: src.name, src: src.src, start: tokens[0].Range.End.Byte, end: end, spans: spansOf(tokens), lines: src.lines,
	}
	for _, k := range tokens {
		if k.Type == hclsyntax.TokenCHeredoc {
			t.end = bytes.LastIndexByte(bytes.TrimRight(src.src[:k.Range.End.Byte], "\r\n"), '\n') + 1
		}
	}
	t.end = max(t.start, t.end)
	return t, true
}
