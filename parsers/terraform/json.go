package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// value evaluates an expression of either syntax.
func (r *reader) value(e hcl.Expression, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if native, ok := e.(hclsyntax.Expression); ok {
		return native.Value(ctx)
	}
	return r.jsonValue(e, ctx)
}

// jsonValue evaluates an expression of JSON: its texts are templates, as hcl has them too, but with literals that
// know where they stand.
func (r *reader) jsonValue(e hcl.Expression, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if pairs, diags := hcl.ExprMap(e); !diags.HasErrors() {
		out := values{}
		for _, p := range pairs {
			key, diags := p.Key.Value(nil)
			if diags.HasErrors() || key.Type() != cty.String || strings.Contains(key.AsString(), "${") {
				return e.Value(ctx)
			}
			v, diags := r.jsonValue(p.Value, ctx)
			if diags.HasErrors() {
				return v, diags
			}
			out[key.AsString()] = v
		}
		return cty.ObjectVal(out), nil
	}
	if list, diags := hcl.ExprList(e); !diags.HasErrors() {
		var out []cty.Value
		for _, item := range list {
			v, diags := r.jsonValue(item, ctx)
			if diags.HasErrors() {
				return v, diags
			}
			out = append(out, v)
		}
		return cty.TupleVal(out), nil
	}
	v, diags := e.Value(nil)
	if diags.HasErrors() {
		return v, diags
	}
	if v.Type() != cty.String || v.IsNull() ||
		!strings.Contains(v.AsString(), "${") && !strings.Contains(v.AsString(), "%{") {
		return v.Mark(origin{e.Range()}), nil
	}
	at := e.Range()
	native, diags := hclsyntax.ParseTemplate(
		[]byte(v.AsString()),
		at.Filename,
		hcl.Pos{Line: at.Start.Line, Column: at.Start.Column + 1, Byte: at.Start.Byte + 1},
	)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	if ctx == nil {
		ctx = &hcl.EvalContext{}
	}
	return r.budget.rewrite(native, true).Value(ctx)
}

// variablesIn are the names that an expression refers to. An index in a template of JSON is none of its own.
func variablesIn(e hcl.Expression) []hcl.Traversal {
	if e == nil {
		return nil
	}
	return e.Variables()
}
