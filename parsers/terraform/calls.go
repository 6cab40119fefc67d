package terraform

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// isLocal reports whether the source of a module is a directory beside it.
func isLocal(source string) bool {
	return strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../") || source == "." || source == ".."
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
			return unknownBecause("module." + name + " is declared nowhere in these files")
		}
		c := s.modules(s.def.calls[i])
		if c.why != "" {
			return unknownBecause("module." + name + " is not read: " + c.why)
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
