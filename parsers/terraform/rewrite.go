package terraform

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A budget bounds the loops of one reading.
type budget struct{ steps int }

// rewrite puts expressions of ours in the place of some of hcl's: literals that know where they stand, conditionals
// that have only the side which is taken, loops that end, and functions that look at their arguments one by one.
// marked says that literals are values and no keys.
func (b *budget) rewrite(e hclsyntax.Expression, marked bool) hclsyntax.Expression {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return leaf(e, marked)
	case *hclsyntax.TemplateExpr:
		if e.IsStringLiteral() {
			return leaf(e, marked)
		}
		b.all(e.Parts, false)
	case *hclsyntax.TemplateWrapExpr:
		e.Wrapped = b.rewrite(e.Wrapped, marked)
	case *hclsyntax.TemplateJoinExpr:
		e.Tuple = b.rewrite(e.Tuple, false)
	case *hclsyntax.ParenthesesExpr:
		e.Expression = b.rewrite(e.Expression, marked)
	case *hclsyntax.FunctionCallExpr:
		b.all(e.Args, marked)
		if lazy := lazyFunction(e.Name); lazy != nil && !e.ExpandFinal {
			return &call{e, lazy}
		}
	case *hclsyntax.ConditionalExpr:
		e.Condition = b.rewrite(e.Condition, false)
		e.TrueResult, e.FalseResult = b.rewrite(e.TrueResult, marked), b.rewrite(e.FalseResult, marked)
		return &choice{e}
	case *hclsyntax.BinaryOpExpr:
		e.LHS, e.RHS = b.rewrite(e.LHS, false), b.rewrite(e.RHS, false)
	case *hclsyntax.UnaryOpExpr:
		e.Val = b.rewrite(e.Val, false)
	case *hclsyntax.ObjectConsExpr:
		for i := range e.Items {
			e.Items[i].ValueExpr = b.rewrite(e.Items[i].ValueExpr, marked)
			if key, ok := e.Items[i].KeyExpr.(*hclsyntax.ObjectConsKeyExpr); ok {
				key.Wrapped = b.rewrite(key.Wrapped, false)
			}
		}
	case *hclsyntax.TupleConsExpr:
		b.all(e.Exprs, marked)
	case *hclsyntax.ForExpr:
		return b.loop(e, marked)
	case *hclsyntax.IndexExpr:
		e.Collection, e.Key = b.rewrite(e.Collection, marked), b.rewrite(e.Key, false)
	case *hclsyntax.SplatExpr:
		e.Source, e.Each = b.rewrite(e.Source, marked), b.rewrite(e.Each, marked)
	case *hclsyntax.RelativeTraversalExpr:
		e.Source = b.rewrite(e.Source, marked)
	}
	return e
}

func (b *budget) all(list []hclsyntax.Expression, marked bool) {
	for i := range list {
		list[i] = b.rewrite(list[i], marked)
	}
}

func (b *budget) loop(e *hclsyntax.ForExpr, marked bool) hclsyntax.Expression {
	e.CollExpr = b.rewrite(e.CollExpr, marked)
	e.ValExpr = b.rewrite(e.ValExpr, marked)
	if e.KeyExpr != nil {
		e.KeyExpr = b.rewrite(e.KeyExpr, false)
	}
	if e.CondExpr != nil {
		e.CondExpr = b.rewrite(e.CondExpr, false)
	}
	return &loop{e, b}
}

// leaf is a literal that knows where it stands.
func leaf(e hclsyntax.Expression, marked bool) hclsyntax.Expression {
	if !marked {
		return e
	}
	return &literal{e}
}

type literal struct{ hclsyntax.Expression }

func (e *literal) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := e.Expression.Value(ctx)
	return v.Mark(origin{e.Range()}), diags
}

// A choice is a conditional. Its value has no trace of the side that is not taken, nor of the condition.
type choice struct{ *hclsyntax.ConditionalExpr }

func (e *choice) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	c, diags := e.Condition.Value(ctx)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	c, err := convert.Convert(c, cty.Bool)
	switch known := bare(c); {
	case err != nil || known.IsNull():
		return cty.DynamicVal, fault(e.Condition.Range(), "the condition is neither true nor false")
	case !known.IsKnown():
		return unknownBecause("it hangs on a condition that is not known: " + why(c, "its value is known after apply")), nil
	case known.True():
		return e.TrueResult.Value(ctx)
	}
	return e.FalseResult.Value(ctx)
}

func fault(at hcl.Range, text string) hcl.Diagnostics {
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: text, Subject: &at}}
}

// A loop is a for expression that counts its turns.
type loop struct {
	*hclsyntax.ForExpr
	budget *budget
}

func (e *loop) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if e.budget.steps--; e.budget.steps < 0 {
		return unknownBecause(tooManySteps), nil
	}
	coll, diags := e.CollExpr.Value(ctx)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	if known := bare(coll); known.IsKnown() && !known.IsNull() && known.CanIterateElements() {
		if e.budget.steps -= known.LengthInt(); e.budget.steps < 0 {
			return unknownBecause(tooManySteps), nil
		}
	}
	return e.ForExpr.Value(ctx)
}

var tooManySteps = fmt.Sprintf("the files have loops of more than %d turns", mostSteps)

// A call is a function that looks at its arguments one by one.
type call struct {
	*hclsyntax.FunctionCallExpr
	do lazy
}

type lazy func(args []hclsyntax.Expression, ctx *hcl.EvalContext, at hcl.Range) (cty.Value, hcl.Diagnostics)

func (e *call) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	return e.do(e.Args, ctx, e.Range())
}

// lazyFunction is the function of that name if it looks at its arguments one by one; else nil.
func lazyFunction(name string) lazy {
	switch name {
	case "try":
		return try
	case "can":
		return can
	case "coalesce":
		return coalesce
	case "lookup":
		return lookup
	}
	return nil
}

// try is the first argument that has no error. One that is not known decides too: whether it will have an error
// nobody knows.
func try(args []hclsyntax.Expression, ctx *hcl.EvalContext, at hcl.Range) (cty.Value, hcl.Diagnostics) {
	for _, a := range args {
		if v, diags := a.Value(ctx); !diags.HasErrors() {
			return v, nil
		}
	}
	return cty.DynamicVal, fault(at, "no expression of try succeeds")
}

func can(args []hclsyntax.Expression, ctx *hcl.EvalContext, at hcl.Range) (cty.Value, hcl.Diagnostics) {
	if len(args) != 1 {
		return cty.DynamicVal, fault(at, "can takes one expression")
	}
	v, diags := args[0].Value(ctx)
	if diags.HasErrors() {
		return cty.False, nil
	}
	if known := bare(v); !known.IsKnown() && known.Type() == cty.DynamicPseudoType {
		return unknownBecause(why(v, "its value is known after apply")).WithMarks(marksIn(v)), nil
	}
	return cty.True, nil
}

// coalesce is the first argument that is neither null nor an empty text.
func coalesce(args []hclsyntax.Expression, ctx *hcl.EvalContext, at hcl.Range) (cty.Value, hcl.Diagnostics) {
	for _, a := range args {
		v, diags := a.Value(ctx)
		if diags.HasErrors() {
			return cty.DynamicVal, diags
		}
		known := bare(v)
		if known.IsKnown() && (known.IsNull() || known.Type() == cty.String && known.AsString() == "") {
			continue
		}
		return v, nil
	}
	return cty.DynamicVal, fault(at, "coalesce has nothing that is not null")
}

// lookup is an element of a map, or the default.
func lookup(args []hclsyntax.Expression, ctx *hcl.EvalContext, at hcl.Range) (cty.Value, hcl.Diagnostics) {
	if len(args) < 2 || len(args) > 3 {
		return cty.DynamicVal, fault(at, "lookup takes a map, a key and a default")
	}
	m, diags := args[0].Value(ctx)
	key, more := args[1].Value(ctx)
	if diags = append(diags, more...); diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	in, k := bare(m), bare(key)
	switch {
	case !in.IsKnown() || !k.IsKnown():
		return unknownBecause(why(m, why(key, "a map is known after apply"))), nil
	case in.IsNull() || k.IsNull() || k.Type() != cty.String:
		return cty.DynamicVal, fault(at, "lookup takes a map and a key")
	case in.Type().IsObjectType() && in.Type().HasAttribute(k.AsString()):
		return in.GetAttr(k.AsString()), nil
	case in.Type().IsMapType() && in.HasIndex(k).True():
		return in.Index(k), nil
	case len(args) == 3:
		return args[2].Value(ctx)
	}
	return cty.DynamicVal, fault(at, "lookup finds nothing, and there is no default")
}
