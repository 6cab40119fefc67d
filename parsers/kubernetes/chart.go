package kubernetes

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/infra"
)

// byChart is why something of an object is unknown of which only the values of its chart are here.
const byChart = "the templates of a chart decide it"

// chartText is the kind of what is no object, but a text among the values that a chart writes into a file.
const chartText = "text"

// deepestValues is how far charts may be within charts.
const deepestValues = 8

// addValues adds the objects that a chart makes of its values.
func (m *Manifest) addValues() {
	for _, d := range m.File.Docs {
		m.Objects = append(m.Objects, OfValues(value(d), "")...)
	}
}

// OfValues are the objects that a chart makes of its values, as far as the values say them: annotations of Ingresses
// and Services, and the settings of ingress-nginx or of F5's controller. chart is the name of the chart, "" where
// nobody knows it.
func OfValues(v infra.Value, chart string) []*Object {
	c := &chartReader{chart: strings.ToLower(chart)}
	c.values(settled(v), "", 0)
	return c.objects
}

// A chartReader gathers what the values of a chart make.
type chartReader struct {
	chart   string
	objects []*Object
}

// values looks through a mapping; at is the path to it, with dots.
func (c *chartReader) values(v infra.Value, at string, depth int) {
	if v.Kind != infra.Map || depth > deepestValues {
		return
	}
	for _, f := range v.Fields {
		key, in := f.Key, f.Value
		path := strings.TrimPrefix(at+"."+key, ".")
		switch low := strings.ToLower(key); {
		case in.Kind != infra.Map && in.Lines != nil && strings.Contains(in.Text, "\n") && isNginx("", in.Text):
			data := infra.Value{Kind: infra.Map, Fields: []infra.Field{{Key: key, Value: in}}}
			o := c.part(in, path, infra.Value{Kind: infra.Map, Fields: []infra.Field{{Key: "data", Value: data}}})
			o.Kind = chartText
		case in.Kind != infra.Map:
			continue
		case low == "ingress" || strings.HasSuffix(low, "ingress"):
			c.made(in, "annotations", path, "Ingress", "networking.k8s.io")
		case low == "service" || strings.HasSuffix(low, "service"):
			c.made(in, "annotations", path, "Service", "")
		case low == "controller":
			c.settings(in, path)
		}
		c.values(in, path, depth+1)
	}
}

// made adds an object of a kind with the annotations that stand under a key.
func (c *chartReader) made(v infra.Value, key, at, kind, group string) {
	notes := v.Get(key)
	if notes.Kind != infra.Map || len(notes.Fields) == 0 {
		return
	}
	meta := infra.Value{Kind: infra.Map, Fields: []infra.Field{{Key: "annotations", Value: notes}}}
	whole := infra.Value{Kind: infra.Map, Fields: []infra.Field{{Key: "metadata", Value: meta}}}
	o := c.part(notes, at+"."+key, whole)
	o.Kind, o.Group = kind, group
	// Most charts write annotations as they are; those of ingress-nginx itself write quotes. Nobody knows which it is.
	o.quotes = true
}

// settings adds the ConfigMap that a controller's chart makes of controller.config.
func (c *chartReader) settings(v infra.Value, at string) {
	if c.chart != "" && !strings.Contains(c.chart, "nginx") {
		return // other charts have a controller, too
	}
	data := v.Get("config")
	if data.Kind != infra.Map {
		return
	}
	of := ingressNginx
	if entries := data.Get("entries"); entries.Kind == infra.Map {
		data, of, at = entries, nginxIngress, at+".config"
	}
	by := ControllerNamed(of)
	known := 0
	for _, f := range data.Fields {
		if by != nil && by.Key(strings.ToLower(f.Key), "ConfigMap") != nil {
			known++
		}
	}
	if known == 0 {
		return // another chart has a controller, too
	}
	all := data
	if allow := v.Get("allowSnippetAnnotations"); allow.Kind != infra.Null && of == ingressNginx {
		all.Fields = append(slices.Clone(data.Fields), infra.Field{Key: "allow-snippet-annotations", Value: allow})
	}
	o := c.part(data, at+".config", infra.Value{Kind: infra.Map, Fields: []infra.Field{{Key: "data", Value: all}}})
	o.Kind, o.of, o.quotes = "ConfigMap", of, true
}

// part adds an object of which only a part is here.
func (c *chartReader) part(v infra.Value, label string, whole infra.Value) *Object {
	o := &Object{Label: label, Value: whole, Pos: v.Pos, Partial: byChart}
	o.First, o.Last = v.Pos.Line, v.Pos.Line
	o.span(v)
	c.objects = append(c.objects, o)
	return o
}

// span adds the lines of a value to those of the object.
func (o *Object) span(v infra.Value) {
	if v.Pos.File == o.Pos.File {
		o.First, o.Last = min(o.First, v.Pos.Line), max(o.Last, v.Pos.Line)
	}
	for _, i := range v.Items {
		o.span(i)
	}
	for _, f := range v.Fields {
		o.span(f.Value)
	}
}
