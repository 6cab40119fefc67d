package kubernetes

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// Value is a node of YAML or JSON as a value.
func Value(n *document.Node) infra.Value { return value(n) }

// value is a node of YAML or JSON as a value. Whatever is written in the place of a scalar is a text in quotes: that is
// what annotations and ConfigMaps take.
func value(n *document.Node) infra.Value {
	switch {
	case n.IsNull():
		if n == nil {
			return infra.Value{}
		}
		return infra.Value{Pos: n.Pos()}
	case n.Kind == document.Mapping:
		return mapping(n)
	case n.Kind == document.Sequence:
		v := infra.Value{Kind: infra.List, Pos: n.Pos()}
		for _, i := range n.Items {
			v.Items = append(v.Items, value(i))
		}
		return v
	case n.IsMasked():
		v := infra.NotKnown(templated, n.Pos())
		v.Text, v.Lines, v.Template = n.Written(), n.Origin, n.Source()
		return v
	}
	v := infra.Text(n.Value, n.Pos())
	v.Bare = bare(n.Tag) || n.Tag == "!!str" && truths11[strings.ToLower(n.Value)] != "" && n.End-n.Start == len(n.Value)
	v.Lines = n.Origin
	if n.End > n.Start {
		v.Set = n.ReplaceText
	}
	return v
}

// bare reports whether a scalar with this tag is anything but a text: strict readers then refuse it as one.
func bare(tag string) bool {
	switch tag {
	case "!!int", "!!float", "!!bool":
		return true
	}
	return false
}

// mostBranches is how many earlier values of one key are kept.
const mostBranches = 20

// mapping is a mapping without the keys that a template makes. Of a key that stands twice the last one counts; in a
// template, nobody knows which.
func mapping(n *document.Node) infra.Value {
	v := infra.Value{Kind: infra.Map, Pos: n.Pos()}
	at := map[string]int{}
	for _, p := range n.Pairs {
		key := p.Key.Value
		if document.IsMasked(key) {
			v.More = templated
			continue
		}
		f := infra.Field{Key: key, At: p.Key.Pos(), Value: value(p.Value)}
		if len(n.Pairs) > 1 {
			f.Value.Remove = func() []hop.Edit { return n.RemovePair(key) }
		}
		if p.Key.End > p.Key.Start {
			f.Rename = p.Key.Replace
		}
		i, twice := at[key]
		if !twice {
			at[key] = len(v.Fields)
			v.Fields = append(v.Fields, f)
			continue
		}
		was := v.Fields[i].Value
		if f.Value.Or, was.Or = was.Or, nil; len(f.Value.Or) < mostBranches {
			f.Value.Or = append(f.Value.Or, was)
		}
		v.Fields[i] = f
	}
	if len(n.Pairs) > 0 {
		v.Add = func(text string, keys ...string) []hop.Edit { return add(n, text, keys) }
	}
	return v
}

// add writes a text below a mapping, by the keys that lead to it, those that are not there included; nil where there
// is no place for it.
func add(n *document.Node, text string, keys []string) []hop.Edit {
	for ; len(keys) > 1 && n.Get(keys[0]) != nil; keys = keys[1:] {
		n = n.Get(keys[0])
	}
	var inner any = document.Quoted(text)
	for _, key := range slices.Backward(keys[1:]) {
		inner = document.Fields{{Key: key, Value: inner}}
	}
	return n.AddFields(document.Fields{{Key: keys[0], Value: inner}})
}
