package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/document"
)

// object is the object that a body is in a file of JSON; nil in one of native syntax. The reader of HCL tells no more
// of it than where it ends.
func (s *source) object(body hcl.Body) *document.Node {
	if s == nil || !isJSON(s.name) {
		return nil
	}
	if s.objects == nil {
		s.objects = map[int]*document.Node{}
		if f, err := document.ParseJSON(s.name, s.src); err == nil {
			for _, d := range f.Docs {
				s.gather(d)
			}
		}
	}
	return s.objects[body.MissingItemRange().End.Byte]
}

// gather notes the objects in a value by where they end.
func (s *source) gather(n *document.Node) {
	if n.Kind == document.Mapping {
		s.objects[n.End] = n
	}
	for _, i := range n.Items {
		s.gather(i)
	}
	for _, p := range n.Pairs {
		s.gather(p.Value)
	}
}

// jsonScalar is a value as JSON writes it: numbers and truth values without quotes.
func jsonScalar(text string) any {
	if strings.Trim(text, "0123456789.") == "" || text == "true" || text == "false" {
		return document.Number(text)
	}
	return text
}

// writer returns what writes an argument into a block that has it not; nil where nothing can be written.
func (b *block) writer() func(argument, value string) []hop.Edit {
	n := b.source.object(b.Body)
	if b.native == nil && n == nil {
		return nil
	}
	return func(argument, value string) []hop.Edit {
		switch {
		case b.attribute(argument) != nil:
			return nil // it is written, and null
		case n != nil:
			return n.AddFields(document.Fields{{Key: argument, Value: jsonScalar(value)}})
		}
		return b.source.insert(b.native, argument, value)
	}
}

// blockWriter returns what writes a block with texts for arguments into one; nil where nothing can be written.
func (b *block) blockWriter() func(name string, arguments [][2]string) []hop.Edit {
	if b.native != nil {
		return func(name string, arguments [][2]string) []hop.Edit {
			return b.source.insertBlock(b.native, name, arguments)
		}
	}
	n := b.source.object(b.Body)
	if n == nil {
		return nil
	}
	return func(name string, arguments [][2]string) []hop.Edit {
		var fields document.Fields
		for _, a := range arguments {
			fields = append(fields, document.Field{Key: a[0], Value: a[1]})
		}
		switch there := n.Get(name); {
		case there == nil:
			return n.AddFields(document.Fields{{Key: name, Value: fields}})
		case there.Kind == document.Sequence:
			return there.AddItem(fields)
		}
		return nil // one block that is no list has no room for another
	}
}
