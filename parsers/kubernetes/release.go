package kubernetes

import (
	"strings"

	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// A release is where an object of a program that installs charts holds the chart's name and its values: a mapping, or a
// text of YAML; of several the later one counts more.
type release struct {
	group, kind string
	in          []string // the mapping that all stand in
	chart       []string
	values      [][]string
}

// releases are those of Argo CD, Flux and k3s, by the fields of their APIs.
var releases = []release{
	{"argoproj.io", "Application", []string{"spec", "source"}, []string{"chart"}, argoValues},
	{"argoproj.io", "ApplicationSet", []string{"spec", "template", "spec", "source"}, []string{"chart"}, argoValues},
	{
		"helm.toolkit.fluxcd.io", "HelmRelease", []string{"spec"}, []string{"chart", "spec", "chart"},
		[][]string{{"values"}},
	},
	{"helm.cattle.io", "HelmChart", []string{"spec"}, []string{"chart"}, [][]string{{"valuesContent"}}},
	{"helm.cattle.io", "HelmChartConfig", []string{"spec"}, []string{"chart"}, [][]string{{"valuesContent"}}},
}

var argoValues = [][]string{{"helm", "values"}, {"helm", "valuesObject"}}

// installed are the objects that charts make of values which an object gives to them.
func installed(o *Object, d *document.Node) (list []*Object) {
	for _, r := range releases {
		if !o.Is(r.group, r.kind) {
			continue
		}
		for _, source := range sources(d, r.in) {
			var all infra.Value
			for _, keys := range r.values {
				if v := valuesIn(at(source, keys)); v.Kind == infra.Map {
					all = patched(all, v)
				}
			}
			if r.group == "argoproj.io" {
				all = parameters(all, value(at(source, []string{"helm", "parameters"})))
			}
			chart := at(source, r.chart)
			name := ""
			if chart != nil && !document.IsMasked(chart.Value) {
				name = chart.Value[strings.LastIndexByte(chart.Value, '/')+1:]
			}
			if r.kind == "HelmChartConfig" {
				name = o.Name // it is called by the chart's release
			}
			for _, made := range OfValues(all, name) {
				made.Label += " of " + o.String()
				list = append(list, made)
			}
		}
	}
	return list
}

// sources are the mappings at the end of keys, and those of the list that Argo CD may have there.
func sources(d *document.Node, keys []string) (list []*document.Node) {
	last := len(keys) - 1
	in := at(d, keys[:last])
	if n := in.Get(keys[last]); n != nil {
		list = append(list, n)
	}
	if n := in.Get(keys[last] + "s"); n != nil {
		list = append(list, n.Items...)
	}
	return list
}

// at is the node at the end of keys; nil where there is none.
func at(n *document.Node, keys []string) *document.Node {
	for _, k := range keys {
		n = n.Get(k)
	}
	return n
}

// valuesIn are values that stand as they are, or in a text.
func valuesIn(n *document.Node) infra.Value {
	if n == nil || n.Kind != document.Scalar {
		return value(n)
	}
	if f, ok := n.Inner(); ok && len(f.Docs) > 0 {
		return value(f.Docs[0])
	}
	return infra.Value{}
}
