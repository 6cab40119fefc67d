package kubernetes

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
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
	chart    string
	objects  []*Object
	balances map[string]bool // the paths of controllers whose Services are made already
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
		case at != "" && c.balances[at] && low == "service":
		case low == "service" || strings.HasSuffix(low, "service"):
			c.made(in, "annotations", path, "Service", "")
		case low == "controller":
			if c.settings(in, path) == ingressNginx {
				c.balancers(in.Get("service"), path)
			}
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

// settings adds the ConfigMap that a controller's chart makes of controller.config, and says which controller's it is.
func (c *chartReader) settings(v infra.Value, at string) string {
	if c.chart != "" && !strings.Contains(c.chart, "nginx") {
		return "" // other charts have a controller, too
	}
	data := v.Get("config")
	if data.Kind != infra.Map {
		return ""
	}
	of, path := ingressNginx, ".config"
	if entries := data.Get("entries"); entries.Kind == infra.Map {
		data, of, path = entries, nginxIngress, ".config.entries"
	}
	by := ControllerNamed(of)
	known := 0
	for _, f := range data.Fields {
		if by != nil && by.Key(strings.ToLower(f.Key), "ConfigMap") != nil {
			known++
		}
	}
	if known == 0 {
		return "" // another chart has a controller, too
	}
	all := data
	if allow := v.Get("allowSnippetAnnotations"); allow.Kind != infra.Null && of == ingressNginx {
		all.Fields = append(slices.Clone(data.Fields), infra.Field{Key: "allow-snippet-annotations", Value: allow})
	}
	o := c.part(data, at+path, infra.Value{Kind: infra.Map, Fields: []infra.Field{{Key: "data", Value: all}}})
	o.Kind, o.of, o.quotes = "ConfigMap", of, true
	return of
}

// balancers adds the Services that the chart of ingress-nginx makes of controller.service: one for clients, and an
// internal one where that is enabled (charts/ingress-nginx/templates/controller-service*.yaml). at is the path to
// the controller.
func (c *chartReader) balancers(v infra.Value, at string) {
	if v.Kind != infra.Map || v.Get("enabled").Text == "false" {
		return
	}
	if v.Get("external").Get("enabled").Text != "false" {
		c.balancer(v, v, at, ".service")
	}
	if inner := v.Get("internal"); inner.Get("enabled").Text == "true" {
		c.balancer(v, inner, at, ".service.internal")
	}
}

// balancer adds the Service whose annotations stand under a key; v has what holds where that says nothing.
func (c *chartReader) balancer(v, own infra.Value, at, key string) {
	notes := own.Get("annotations")
	if notes.Kind != infra.Map || len(notes.Fields) == 0 {
		return
	}
	text := func(fallback string, keys ...string) infra.Value {
		for _, from := range []infra.Value{own, v} {
			for _, k := range keys {
				from = from.Get(k)
			}
			if from.Kind == infra.Scalar {
				return from
			}
		}
		return infra.Text(fallback, notes.Pos)
	}
	ports := infra.Value{Kind: infra.List, Pos: notes.Pos}
	for _, p := range []struct{ name, port, enabled string }{
		{"http", "80", "enableHttp"}, {"https", "443", "enableHttps"},
	} {
		if text("true", p.enabled).Text == "true" {
			ports.Items = append(ports.Items, mapOf(notes.Pos, "name", infra.Text(p.name, notes.Pos),
				"port", text(p.port, "ports", p.name), "targetPort", text(p.name, "targetPorts", p.name)))
		}
	}
	selector := mapOf(notes.Pos, "app.kubernetes.io/name", infra.Text(ingressNginx, notes.Pos),
		"app.kubernetes.io/component", infra.Text("controller", notes.Pos))
	spec := []any{"type", text("LoadBalancer", "type"), "ports", ports, "selector", selector}
	if class := text("", "loadBalancerClass"); class.Text != "" {
		spec = append(spec, "loadBalancerClass", class)
	}
	o := c.part(notes, at+key+".annotations", mapOf(notes.Pos, "metadata", mapOf(notes.Pos, "annotations", notes),
		"spec", mapOf(notes.Pos, spec...)))
	o.Kind, o.Partial, o.quotes = "Service", "", true
	if c.balances == nil {
		c.balances = map[string]bool{}
	}
	c.balances[at] = true
}

// mapOf is a map of keys and values in turn.
func mapOf(pos hop.Pos, pairs ...any) infra.Value {
	v := infra.Value{Kind: infra.Map, Pos: pos}
	for i := 0; i < len(pairs); i += 2 {
		v.Fields = append(v.Fields, infra.Field{Key: pairs[i].(string), Value: pairs[i+1].(infra.Value)})
	}
	return v
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
