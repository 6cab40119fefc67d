package terraform

import (
	"fmt"
	"path/filepath"
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
		return lost(name + " refers to itself")
	}
	if s.depth >= deepestNames {
		return lost(name + " leads to too many others")
	}
	s.busy[name] = true
	s.depth++
	v := evaluate()
	s.depth--
	delete(s.busy, name)
	if size(v) > mostValue {
		v = lost(name + " is too large")
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
			return lost("var." + name + " is declared nowhere in these files")
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
		case given:
			return lost("var." + name + " may not be null")
		default:
			return lost("var." + name + " has no default")
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
		return lost(name + " has a value that does not fit its type")
	}
	return out
}

// local is the value of a local name.
func (s *scope) local(name string) cty.Value {
	return s.remembered("local."+name, func() cty.Value {
		a := s.def.locals[name]
		if a == nil {
			return lost("local." + name + " is declared nowhere in these files")
		}
		return s.evaluate(a.Expr, nil)
	})
}

// evaluate is the value of an expression; what cannot be evaluated is unknown, with the reason.
func (s *scope) evaluate(e hcl.Expression, extra values) cty.Value {
	v, diags := s.value(e, s.context(e, extra))
	if s.budget.steps < 0 {
		return lost(tooManySteps) // what was left out may have changed it
	}
	if diags.HasErrors() {
		return lost("it is not evaluated: " + said(diags))
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
			add(root, name, lost(root+"."+name+" is chosen when it is run"))
		case "data", "ephemeral":
			read := root + "." + name
			if resources[read] == nil {
				resources[read] = map[string][]string{}
			}
			resources[read][attr(t, 2)] = append(resources[read][attr(t, 2)], attr(t, 3))
		case "each", "count", "self":
			add(root, name, lost(root+"."+name+" is not known"))
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
			return lost(typ + " is read from the account")
		}
		if slices.Contains(managedPolicies, typ) {
			if id := s.managedPolicy(typ, name); id != "" {
				out[name] = cty.ObjectVal(values{"id": cty.StringVal(id)})
				continue
			}
		}
		out[name] = lost(strings.TrimRight(typ+"."+name+"."+asked[0], ".") + " is read from the account")
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

// isLocal reports whether the source of a module is a directory beside it.
func isLocal(source string) bool {
	return strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") || source == "." || source == ".."
}

// copies are the instances of a call, or of a resource, and how others refer to them.
type copies struct {
	scopes []*scope
	// value is what a reference to them means.
	keys   []cty.Value // of count and for_each; one NilVal for a single instance
	single bool
	why    string // why it is not known how many there are; "" when it is
}

// repeat evaluates count and for_each of a block: for each instance its key, and each and count as expressions in it
// see them.
func (s *scope) repeat(b *block) (keys []cty.Value, extras []values, why string) {
	if a := b.attribute("count"); a != nil {
		n := s.evaluate(a.Expr, nil)
		return s.counted(n)
	}
	a := b.attribute("for_each")
	if a == nil {
		return []cty.Value{cty.NilVal}, []values{nil}, ""
	}
	v := s.evaluate(a.Expr, nil)
	known := bare(v)
	if !known.IsKnown() || known.IsNull() || !known.CanIterateElements() {
		return unknownCopy(whyUnknown(v))
	}
	for it := known.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if known.Type().IsSetType() {
			key = bare(value)
			value = key
		}
		if len(keys) >= mostItems {
			return unknownCopy("there are too many")
		}
		if !key.IsKnown() || key.IsNull() {
			return unknownCopy("a key is not known")
		}
		if key, _ = convert.Convert(key, cty.String); key == cty.NilVal {
			return unknownCopy("a key is no text")
		}
		keys = append(keys, key)
		extras = append(extras, values{"each": cty.ObjectVal(values{"key": key, "value": value})})
	}
	return keys, extras, ""
}

// counted is what count makes.
func (s *scope) counted(n cty.Value) (keys []cty.Value, extras []values, why string) {
	n2, err := convert.Convert(n, cty.Number)
	known := bare(n2)
	if err != nil || !known.IsKnown() || known.IsNull() {
		return unknownCopy(whyUnknown(n))
	}
	many, _ := known.AsBigFloat().Int64()
	if many > mostItems {
		return unknownCopy("there are too many")
	}
	for i := range many {
		key := cty.NumberIntVal(i)
		keys = append(keys, key)
		extras = append(extras, values{"count": cty.ObjectVal(values{"index": key})})
	}
	return keys, extras, ""
}

// unknownCopy stands for instances of which nobody knows how many there are.
func unknownCopy(why string) (keys []cty.Value, extras []values, reason string) {
	l := lost(why)
	return []cty.Value{
			cty.NilVal,
		}, []values{
			{"each": cty.ObjectVal(values{"key": l, "value": l}), "count": cty.ObjectVal(values{"index": l})},
		}, why
}

func whyUnknown(v cty.Value) string { return why(v, "its value is known after apply") }

// suffix is an instance's key as addresses have it.
func suffix(key cty.Value) string {
	switch {
	case key == cty.NilVal:
		return ""
	case key.Type() == cty.Number:
		text, _ := numberText(key)
		return "[" + text + "]"
	}
	return fmt.Sprintf("[%q]", key.AsString())
}

// address puts a module's path before a name.
func (s *scope) address(name string) string {
	if s.path == "" {
		return name
	}
	return s.path + "." + name
}

// modules are the instances of a call.
func (s *scope) modules(b *block) *copies {
	name := b.Labels[0]
	if c := s.children[name]; c != nil {
		return c
	}
	c := &copies{}
	s.children[name] = c
	def, why := s.sourceOf(b)
	if def == nil {
		c.why = why
		return c
	}
	keys, extras, why := s.repeat(b)
	c.keys, c.why, c.single = keys, why, len(keys) == 1 && keys[0] == cty.NilVal
	for i, key := range keys {
		if s.calls++; s.calls > mostCalls || s.level >= deepestModules {
			c.why = "there are too many modules"
			break
		}
		child := newScope(s.reader, def)
		child.parent, child.call, child.extra, child.rootDir, child.level = s, b, extras[i], s.rootDir, s.level+1
		child.path = s.address("module."+name) + suffix(key)
		if child.maybe = s.maybe; why != "" && child.maybe == "" {
			child.maybe = why
		}
		c.scopes = append(c.scopes, child)
	}
	return c
}

// sourceOf is the definition that a call names; why says why there is none.
func (s *scope) sourceOf(b *block) (d *definition, why string) {
	a := b.attribute("source")
	if a == nil {
		return nil, "it names no source"
	}
	v, diags := s.value(a.Expr, nil)
	v = bare(v)
	if diags.HasErrors() || !v.IsKnown() || v.IsNull() || v.Type() != cty.String {
		return nil, "its source is not known"
	}
	source := v.AsString()
	if !isLocal(source) {
		if d := s.stubFor(source, b); d != nil {
			return d, ""
		}
		return nil, "its source " + source + " is not in the repository"
	}
	if s.def.stub {
		return nil, "its source is not read"
	}
	d = s.module(filepath.Join(s.def.dir, filepath.FromSlash(source)))
	if d == nil {
		return nil, "its source " + source + " is not found in the repository"
	}
	for up := s; up != nil; up = up.parent {
		if up.def == d {
			return nil, "it calls itself"
		}
	}
	return d, ""
}

// child is what a reference to a module means: its outputs, in a list or a map where there are several.
func (s *scope) child(name string) cty.Value {
	return s.remembered("module."+name, func() cty.Value {
		i := slices.IndexFunc(s.def.calls, func(b *block) bool { return b.Labels[0] == name })
		if i < 0 {
			return lost("module." + name + " is declared nowhere in these files")
		}
		c := s.modules(s.def.calls[i])
		if c.why != "" {
			return lost("module." + name + " is not read: " + c.why)
		}
		var all []cty.Value
		for _, child := range c.scopes {
			all = append(all, child.results())
		}
		return gathered(all, c.keys, c.single)
	})
}

// results are the outputs of a module.
func (s *scope) results() cty.Value {
	out := values{}
	for name, b := range s.def.outputs {
		if a := b.attribute("value"); a != nil {
			out[name] = s.remembered("output."+name, func() cty.Value { return s.evaluate(a.Expr, nil) })
		}
	}
	return cty.ObjectVal(out)
}

// gathered is what several instances are together: one by itself, a list by count, a map by for_each.
func gathered(all, keys []cty.Value, single bool) cty.Value {
	switch {
	case single:
		return all[0]
	case len(keys) == 0:
		return cty.EmptyTupleVal
	case keys[0].Type() == cty.Number:
		return cty.TupleVal(all)
	}
	m := values{}
	for i, key := range keys {
		m[key.AsString()] = all[i]
	}
	return cty.ObjectVal(m)
}

// computed are the attributes that AWS gives to a resource that is read.
var computed = []string{
	"arn",
	"id",
	"arn_suffix",
	"dns_name",
	"zone_id",
	"name",
	"vpc_id",
	"source_security_group",
	"source_security_group_id",
	"load_balancer_arns",
	"tags_all",
}

// resource is what a reference to a resource means: the arguments that are asked for, and what is known only once it
// exists.
func (s *scope) resource(typ, name string, asked []string) cty.Value {
	b := s.def.byName[typ+"."+name]
	if b == nil {
		return lost(typ + "." + name + " is declared nowhere in these files")
	}
	if s.schema(canonical(typ)) == nil {
		return s.foreign(b, asked)
	}
	return s.remembered(typ+"."+name, func() cty.Value {
		keys, extras, why := s.repeat(b)
		if why != "" {
			return lost("how many of " + typ + "." + name + " there are is not known: " + why)
		}
		var all []cty.Value
		for i := range keys {
			address := s.address(typ+"."+name) + suffix(keys[i])
			all = append(all, s.object(b, address, extras[i]))
		}
		return gathered(all, keys, len(keys) == 1 && keys[0] == cty.NilVal)
	})
}

// object is a resource that is read, with its plain arguments.
func (s *scope) object(b *block, address string, extra values) cty.Value {
	later := cty.UnknownVal(cty.String).RefineNotNull().Mark(reference{address})
	out := values{}
	for _, name := range computed {
		out[name] = later
	}
	for _, name := range s.schema(canonical(b.Labels[0])).attributes {
		if a := b.attribute(name); a != nil && out[name] == cty.NilVal {
			out[name] = s.remembered(address+"."+name, func() cty.Value { return s.evaluate(a.Expr, extra) })
		} else if out[name] == cty.NilVal {
			out[name] = cty.DynamicVal.Mark(reference{address})
		}
	}
	return cty.ObjectVal(out)
}

// foreign is a resource of a type that is not read: of what it is asked for only what is written.
func (s *scope) foreign(b *block, asked []string) cty.Value {
	address := b.Labels[0] + "." + b.Labels[1]
	if b.attribute("count") != nil || b.attribute("for_each") != nil || slices.Contains(asked, "") {
		return lost("an attribute of " + address + " is known after apply")
	}
	out := values{}
	for _, name := range asked {
		if a := b.attribute(name); a != nil {
			out[name] = s.remembered(address+"."+name, func() cty.Value { return s.evaluate(a.Expr, nil) })
		} else {
			out[name] = lost(address + "." + name + " is known after apply")
		}
	}
	return cty.ObjectVal(out)
}
