package terraform

import (
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// A definition is a module as its files define it, whoever calls it.
type definition struct {
	dir       string // as reports show it
	abs       string
	sources   []*source
	variables map[string]*block
	locals    map[string]*hcl.Attribute
	resources []*block // with type and name for labels, in the order of the files
	data      []*block
	calls     []*block // of modules
	outputs   map[string]*block
	byName    map[string]*block // resources, by "type.name"
	// stub says that the module is elsewhere, and what stands for it is ours: its places mean nothing to the user.
	stub bool
}

// A block is one block of a configuration.
type block struct {
	*hcl.Block
	source *source
	native *hclsyntax.Block // nil in JSON
	bodies []hcl.Body       // its own, and those of overrides
}

// rootSchema are the blocks of a configuration.
func rootSchema() *hcl.BodySchema {
	return &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
		{
			Type:       "variable",
			LabelNames: []string{"name"},
		}, {Type: "locals"}, {Type: "resource", LabelNames: []string{"type", "name"}},
		{Type: "data", LabelNames: []string{"type", "name"}}, {Type: "module", LabelNames: []string{"name"}},
		{Type: "output", LabelNames: []string{"name"}},
	}}
}

// module is the definition in a directory; nil when there is none that may be read.
func (r *reader) module(dir string) *definition {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	if d, seen := r.modules[abs]; seen {
		return d
	}
	names, err := configurations(dir)
	if err != nil || len(names) == 0 || !r.holds(dir) {
		r.modules[abs] = nil
		return nil
	}
	d := newDefinition(dir, abs)
	r.modules[abs] = d
	for _, name := range names {
		if s, err := r.source(name); err == nil && s.body != nil {
			d.add(s, isOverride(filepath.Base(name)))
		}
	}
	return d
}

func newDefinition(dir, abs string) *definition {
	return &definition{
		dir: dir, abs: abs, variables: map[string]*block{}, locals: map[string]*hcl.Attribute{}, outputs: map[string]*block{},
		byName: map[string]*block{},
	}
}

// add takes over the blocks of a file.
func (d *definition) add(s *source, override bool) {
	d.sources = append(d.sources, s)
	content, _, _ := s.body.PartialContent(rootSchema())
	natives := map[int]*hclsyntax.Block{}
	if body, ok := s.body.(*hclsyntax.Body); ok {
		for _, b := range body.Blocks {
			natives[b.TypeRange.Start.Byte] = b
		}
	}
	for _, in := range content.Blocks {
		b := &block{Block: in, source: s, native: natives[in.TypeRange.Start.Byte], bodies: []hcl.Body{in.Body}}
		if override && d.override(b) {
			continue
		}
		switch in.Type {
		case "variable":
			d.variables[in.Labels[0]] = b
		case "output":
			d.outputs[in.Labels[0]] = b
		case "module":
			d.calls = append(d.calls, b)
		case "data":
			d.data = append(d.data, b)
		case "resource":
			d.resources = append(d.resources, b)
			d.byName[in.Labels[0]+"."+in.Labels[1]] = b
		case "locals":
			attributes, _ := in.Body.JustAttributes()
			for name, a := range attributes {
				d.locals[name] = a
			}
		}
	}
}

// override merges a block of an override file into the one of its name; it reports whether there is one.
func (d *definition) override(b *block) bool {
	var into *block
	switch b.Type {
	case "variable":
		into = d.variables[b.Labels[0]]
	case "output":
		into = d.outputs[b.Labels[0]]
	case "resource":
		into = d.byName[b.Labels[0]+"."+b.Labels[1]]
	case "module":
		for _, c := range d.calls {
			if c.Labels[0] == b.Labels[0] {
				into = c
			}
		}
	}
	if into == nil {
		return false
	}
	into.bodies = append(into.bodies, b.Body)
	return true
}

// attribute is an argument of the block: the last one that a file writes. Nil when there is none.
func (b *block) attribute(name string) *hcl.Attribute {
	schema := &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: name}}}
	for i := len(b.bodies) - 1; i >= 0; i-- {
		content, _, _ := b.bodies[i].PartialContent(schema)
		if a := content.Attributes[name]; a != nil {
			return a
		}
	}
	return nil
}
