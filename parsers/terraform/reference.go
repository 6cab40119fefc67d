package terraform

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

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
		return unknownBecause(typ + "." + name + " is declared nowhere in these files")
	}
	if s.schema(canonical(typ)) == nil {
		return s.foreign(b, asked)
	}
	return s.remembered(typ+"."+name, func() cty.Value {
		keys, extras, why := s.repeat(b)
		if why != "" {
			return unknownBecause("how many of " + typ + "." + name + " there are is not known: " + why)
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
	if sc := s.schema(b.Labels[0]); sc != nil && sc.blocks["metadata"] != nil {
		out["metadata"] = s.metadata(b, address, extra)
		out["spec"], out["status"] = later, later
	}
	return cty.ObjectVal(out)
}

// foreign is a resource of a type that is not read: of what it is asked for only what is written.
func (s *scope) foreign(b *block, asked []string) cty.Value {
	address := b.Labels[0] + "." + b.Labels[1]
	if b.attribute("count") != nil || b.attribute("for_each") != nil || slices.Contains(asked, "") {
		return unknownBecause("an attribute of " + address + " is known after apply")
	}
	out := values{}
	for _, name := range asked {
		if a := b.attribute(name); a != nil {
			out[name] = s.remembered(address+"."+name, func() cty.Value { return s.evaluate(a.Expr, nil) })
		} else {
			out[name] = unknownBecause(address + "." + name + " is known after apply")
		}
	}
	return cty.ObjectVal(out)
}
