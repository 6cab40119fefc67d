package terraform

import (
	"fmt"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// instances are the resources of a module that are read, and of those in it, copy by copy.
func (s *scope) instances() (list []instance) {
	for _, b := range s.def.resources {
		typ := canonical(b.Labels[0])
		if s.schema(typ) != nil {
			list = append(list, s.resourceCopies(b, typ)...)
		}
	}
	for _, b := range s.def.calls {
		c := s.modules(b)
		for _, child := range c.scopes {
			list = append(list, child.instances()...)
		}
	}
	return list
}

// resourceCopies are the copies of one resource.
func (s *scope) resourceCopies(b *block, typ string) (list []instance) {
	keys, extras, why := s.repeat(b)
	if why != "" {
		why = fmt.Sprintf("how many there are is not known: %s", why)
	}
	if why == "" {
		why = s.maybe
	}
	pos := s.placeOf(b.DefRange)
	for i, key := range keys {
		if s.copies++; s.copies > mostItems {
			return list
		}
		one := instance{
			Object: infra.Object{Address: s.address(b.Labels[0]+"."+b.Labels[1]) + suffix(key), Pos: pos, Maybe: why},
			typ:    typ, name: b.Labels[1],
		}
		sc := s.schema(typ)
		one.args = s.content(b.bodies[0], sc, extras[i], pos)
		for _, more := range b.bodies[1:] {
			one.args = overridden(one.args, s.content(more, sc, extras[i], pos))
		}
		if len(keys) > 1 || s.parent != nil {
			keepLines(&one.args)
		}
		for _, name := range sc.documents {
			if a := b.attribute(name); a != nil {
				one.texts = append(one.texts, s.carried(a.Expr, extras[i])...)
			}
		}
		one.add = s.adder(b)
		if !s.def.stub {
			one.addBlock, one.addTo = b.blockWriter(), b.lineWriter()
			if b.native != nil {
				one.last = b.native.CloseBraceRange.End.Line
			}
		}
		list = append(list, one)
	}
	return list
}

// overridden is a map with the fields of another one in the place of its own.
func overridden(v, by infra.Value) infra.Value {
	for _, f := range by.Fields {
		replaced := false
		for i := range v.Fields {
			if v.Fields[i].Key == f.Key {
				v.Fields[i], replaced = f, true
			}
		}
		if !replaced {
			v.Fields = append(v.Fields, f)
		}
	}
	return v
}

// adder returns what writes an argument that a resource has not: in the resource, or in the call of a module whose
// files were not found. Nil where nothing can be written.
func (s *scope) adder(b *block) func(argument, value string) []hop.Edit {
	if s.def.stub {
		return s.inputAdder(b)
	}
	return b.writer()
}

// inputAdder writes an input of the module.
func (s *scope) inputAdder(b *block) func(argument, value string) []hop.Edit {
	call := s.call
	if call == nil || s.parent == nil || s.parent.def.stub {
		return nil
	}
	write := call.writer()
	if write == nil {
		return nil
	}
	return func(argument, value string) []hop.Edit {
		a := b.attribute(argument)
		if a == nil {
			return nil
		}
		t, ok := a.Expr.(*hclsyntax.ScopeTraversalExpr)
		if !ok || len(t.Traversal) != 2 || t.Traversal.RootName() != "var" {
			return nil
		}
		return write(attr(t.Traversal, 1), value)
	}
}
