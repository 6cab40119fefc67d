package kubernetes

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// generated adds the ConfigMaps that a kustomization generates, or changes those that it merges into.
func (k *kustomizer) generated(name string, root *document.Node, list []*Object) []*Object {
	n := root.Get("configMapGenerator")
	if n == nil {
		return list
	}
	for _, g := range n.Items {
		data, partial := literals(g)
		at := slices.IndexFunc(list, func(o *Object) bool {
			return o.Kind == "ConfigMap" && o.Label == "" && o.Name == g.Text("name")
		})
		if behavior := g.Text("behavior"); at >= 0 && (behavior == "merge" || behavior == "replace") {
			if whole := (infra.Value{Kind: infra.Map, Fields: []infra.Field{{Key: "data", Value: data}}}); behavior == "merge" {
				list[at].Value = patched(list[at].Value, whole)
			} else {
				list[at].Value = whole
			}
			list[at].Partial = cmp.Or(list[at].Partial, partial)
			continue
		}
		o := NewObject(infra.Value{Kind: infra.Map, Pos: g.Pos(), Fields: []infra.Field{
			{Key: "apiVersion", Value: infra.Text("v1", g.Pos())}, {Key: "kind", Value: infra.Text("ConfigMap", g.Pos())},
			{Key: "metadata", Value: value(g)}, {Key: "data", Value: data},
		}})
		o.First, o.Last = g.Lines()
		o.Partial = partial
		list = append(list, o)
	}
	return list
}

// literals are the data of a generator; partial says why there may be more.
func literals(g *document.Node) (data infra.Value, partial string) {
	data = infra.Value{Kind: infra.Map, Pos: g.Pos()}
	if list := g.Get("literals"); list != nil {
		for _, n := range list.Items {
			key, text, ok := strings.Cut(n.Value, "=")
			if !ok {
				continue
			}
			if q := strings.Trim(text, `"`); len(q) == len(text)-2 {
				text = q // kustomize takes one pair of quotes off
			}
			v := infra.Text(strings.Trim(text, "'"), n.Pos())
			v.Set = func(text string) []hop.Edit { return n.Replace(key + "=" + text) }
			f := infra.Field{Key: key, At: n.Pos(), Value: v}
			f.Rename = func(to string) []hop.Edit { return n.Replace(to + strings.TrimPrefix(n.Value, key)) }
			data.Fields = append(data.Fields, f)
		}
	}
	if list := g.Get("files"); list != nil {
		for _, n := range list.Items {
			key, _, ok := strings.Cut(n.Value, "=")
			if !ok {
				key = filepath.Base(n.Value)
			}
			v := infra.NotKnown("it is in a file of its own", n.Pos())
			data.Fields = append(data.Fields, infra.Field{Key: key, At: n.Pos(), Value: v})
		}
	}
	if g.Get("envs") != nil || g.Get("env") != nil {
		partial = "a file of variables sets it"
	}
	return data, partial
}

// charts adds what the values that a kustomization gives to charts make.
func (k *kustomizer) charts(name string, root *document.Node, list []*Object) []*Object {
	n := root.Get("helmCharts")
	if n == nil {
		return list
	}
	for _, c := range n.Items {
		values := infra.Value{Kind: infra.Map, Pos: c.Pos()}
		if file := k.file(name, c.Text("valuesFile")); file != "" {
			if m := k.manifest(file); m.File != nil && len(m.File.Docs) > 0 {
				k.used[file] = true
				values = value(m.File.Docs[0])
			}
		}
		if inline := value(c.Get("valuesInline")); inline.Kind == infra.Map {
			values = patched(values, inline)
		}
		for _, o := range OfValues(values, c.Text("name")) {
			o.Label += " of " + cmp.Or(c.Text("releaseName"), c.Text("name"))
			list = append(list, o)
		}
	}
	return list
}
