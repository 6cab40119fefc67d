package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A scope is one instance of a module: what its names mean.
type scope struct {
	*reader
	def      *definition
	path     string // "module.edge[0]"; "" of the root
	parent   *scope // nil of the root
	call     *block // in the parent; nil of the root
	extra    values // each and count of the call
	maybe    string // why it is not known whether the module is there
	tfvars   map[string]*hcl.Attribute
	varFiles []varFile // those for -var-file, of the root module; nil where nobody asked for them yet
	rootDir  string
	known    map[string]cty.Value
	busy     map[string]bool
	children map[string]*copies
	depth    int // of names that lead to others
	level    int // of modules within modules
}

type values = map[string]cty.Value

// deepestNames is how far names may lead to others, and modules stand in others.
const deepestNames, deepestModules = 300, 20

func newScope(r *reader, d *definition) *scope {
	return &scope{
		reader:   r,
		def:      d,
		known:    map[string]cty.Value{},
		busy:     map[string]bool{},
		children: map[string]*copies{},
		rootDir:  d.abs,
	}
}

// remembered evaluates what a name stands for once. A name that leads to itself is unknown.
func (s *scope) remembered(name string, evaluate func() cty.Value) cty.Value {
	if v, ok := s.known[name]; ok {
		return v
	}
	if s.busy[name] {
		return unknownBecause(name + " refers to itself")
	}
	if s.depth >= deepestNames {
		return unknownBecause(name + " leads to too many others")
	}
	s.busy[name] = true
	s.depth++
	v := evaluate()
	s.depth--
	delete(s.busy, name)
	if size(v) > mostValue {
		v = unknownBecause(name + " is too large")
	}
	s.known[name] = v
	return v
}

// size is about how many bytes a value takes.
func size(v cty.Value) int {
	v, _ = v.Unmark()
	switch {
	case !v.IsKnown() || v.IsNull():
		return 1
	case v.Type() == cty.String:
		return 1 + len(v.AsString())
	case v.Type() == cty.Number:
		if _, err := numberText(v); err != nil {
			return mostValue + 1
		}
		return 8
	case !v.CanIterateElements():
		return 1
	}
	total := 8
	for it := v.ElementIterator(); it.Next() && total <= mostValue; {
		_, e := it.Element()
		total += 8 + size(e)
	}
	return total
}

// variable is the value of a variable.
func (s *scope) variable(name string) cty.Value {
	return s.remembered("var."+name, func() cty.Value {
		b := s.def.variables[name]
		if b == nil {
			return unknownBecause("var." + name + " is declared nowhere in these files")
		}
		v, given := s.given(name)
		def := b.attribute("default")
		nullable := true
		if a := b.attribute("nullable"); a != nil {
			n, _ := a.Expr.Value(nil)
			nullable = !(bare(n).Type() == cty.Bool && bare(n).IsKnown() && bare(n).False())
		}
		switch {
		case given && !(bare(v).IsNull() && !nullable):
		case def != nil:
			v = s.evaluate(def.Expr, nil)
			if s.parent == nil {
				if why := s.elsewhere(name, v); why != "" {
					return unknownBecause(why)
				}
			}
		case given:
			return unknownBecause("var." + name + " may not be null")
		default:
			return unknownBecause("var." + name + " has no default")
		}
		return typed(v, b, "var."+name)
	})
}

// given is the value that a variable gets from outside.
func (s *scope) given(name string) (cty.Value, bool) {
	if s.parent != nil {
		a := s.call.attribute(name)
		if a == nil {
			return cty.NilVal, false
		}
		return s.parent.evaluate(a.Expr, s.extra), true
	}
	if a := s.tfvars[name]; a != nil {
		return s.evaluate(a.Expr, nil), true
	}
	if v, ok := s.define["TF_VAR_"+name]; ok {
		return cty.StringVal(v), true
	}
	return cty.NilVal, false
}

// typed is a value as the type of its variable has it, with what that type says of attributes that are left out.
func typed(v cty.Value, b *block, name string) cty.Value {
	a := b.attribute("type")
	if a == nil {
		return v
	}
	ty, defaults, diags := typeexpr.TypeConstraintWithDefaults(a.Expr)
	if diags.HasErrors() {
		return v // of Terraform 0.11: type = "string"
	}
	if known := bare(v); !known.IsKnown() && known.Type() == cty.DynamicPseudoType {
		return v
	}
	if defaults != nil && !bare(v).IsNull() {
		v = defaults.Apply(v)
	}
	out, err := convert.Convert(v, ty)
	if err != nil {
		return unknownBecause(name + " has a value that does not fit its type")
	}
	return out
}

// local is the value of a local name.
func (s *scope) local(name string) cty.Value {
	return s.remembered("local."+name, func() cty.Value {
		a := s.def.locals[name]
		if a == nil {
			return unknownBecause("local." + name + " is declared nowhere in these files")
		}
		return s.evaluate(a.Expr, nil)
	})
}

// evaluate is the value of an expression; what cannot be evaluated is unknown, with the reason.
func (s *scope) evaluate(e hcl.Expression, extra values) cty.Value {
	v, diags := s.value(e, s.context(e, extra))
	if s.budget.steps < 0 {
		return unknownBecause(tooManySteps) // what was left out may have changed it
	}
	if diags.HasErrors() {
		return unknownBecause("it is not evaluated: " + said(diags))
	}
	return v
}

// said is the first of diagnostics as a clause.
func said(diags hcl.Diagnostics) string {
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			text := d.Summary
			if d.Detail != "" {
				text, _, _ = strings.Cut(d.Detail, "\n")
			}
			return strings.TrimRight(text, ".")
		}
	}
	return "it has an error"
}

// context has what the names in an expression stand for, and nothing else.
func (s *scope) context(e hcl.Expression, extra values) *hcl.EvalContext {
	roots := map[string]values{}
	ctx := &hcl.EvalContext{Variables: values{}, Functions: s.library}
	add := func(root, name string, v cty.Value) {
		if roots[root] == nil {
			roots[root] = values{}
		}
		roots[root][name] = v
	}
	resources := map[string]map[string][]string{} // the attributes that are asked for
	for _, t := range variablesIn(e) {
		root, name := t.RootName(), attr(t, 1)
		if v, ok := extra[root]; ok {
			ctx.Variables[root] = v
			continue
		}
		switch root {
		case "var":
			add(root, name, s.variable(name))
		case "local":
			add(root, name, s.local(name))
		case "module":
			add(root, name, s.child(name))
		case "path":
			add(root, "module", cty.StringVal(s.def.abs))
			add(root, "root", cty.StringVal(s.rootDir))
			add(root, "cwd", cty.StringVal(s.rootDir))
		case "terraform", "tofu":
			add(root, name, unknownBecause(root+"."+name+" is chosen when it is run"))
		case "data", "ephemeral":
			read := root + "." + name
			if resources[read] == nil {
				resources[read] = map[string][]string{}
			}
			resources[read][attr(t, 2)] = append(resources[read][attr(t, 2)], attr(t, 3))
		case "each", "count", "self":
			add(root, name, unknownBecause(root+"."+name+" is not known"))
		default:
			if resources[root] == nil {
				resources[root] = map[string][]string{}
			}
			resources[root][name] = append(resources[root][name], asked(t))
		}
	}
	for typ, names := range resources {
		if root, of, isData := strings.Cut(typ, "."); isData {
			add(root, of, s.readFromAccount(typ, names))
			continue
		}
		for name, asked := range names {
			add(typ, name, s.resource(typ, name, asked))
		}
	}
	for root, names := range roots {
		ctx.Variables[root] = cty.ObjectVal(names)
	}
	return ctx
}

// readFromAccount is what a reference to data sources of one type means.
func (s *scope) readFromAccount(typ string, names map[string][]string) cty.Value {
	out := values{}
	for name, asked := range names {
		if name == "" {
			return unknownBecause(typ + " is read from the account")
		}
		if slices.Contains(managedPolicies, typ) {
			if id := s.managedPolicy(typ, name); id != "" {
				out[name] = cty.ObjectVal(values{"id": cty.StringVal(id)})
				continue
			}
		}
		out[name] = unknownBecause(strings.TrimRight(typ+"."+name+"."+asked[0], ".") + " is read from the account")
	}
	return cty.ObjectVal(out)
}

// attr is the name at a step of a traversal; "" when there is none.
func attr(t hcl.Traversal, i int) string {
	if i < len(t) {
		if a, ok := t[i].(hcl.TraverseAttr); ok {
			return a.Name
		}
	}
	return ""
}

// asked is the attribute of a resource that a traversal asks for; "" when it asks for the resource itself.
func asked(t hcl.Traversal) string {
	for i := 2; i < len(t) && i < 4; i++ {
		if name := attr(t, i); name != "" {
			return name
		}
	}
	return ""
}

// address puts a module's path before a name.
func (s *scope) address(name string) string {
	if s.path == "" {
		return name
	}
	return s.path + "." + name
}
