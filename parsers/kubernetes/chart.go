package kubernetes

import (
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// byChart is why something of an object is unknown of which only the values of its chart are here.
const byChart = "the templates of a chart decide it"

// chartText is the kind of what is no object, but a text among the values that a chart writes into a file.
const chartText = "text"

// deepestValues is how far charts may be within charts.
const deepestValues = 8

// addValues adds the objects that a chart makes of its values, as far as the values say them: annotations of Ingresses
// and Services, and the settings of ingress-nginx or of F5's controller.
func (m *Manifest) addValues() {
	for _, d := range m.File.Docs {
		m.values(d, "", 0)
	}
}

// values looks through a mapping; at is the path to it, with dots.
func (m *Manifest) values(d *document.Node, at string, depth int) {
	if d.Kind != document.Mapping || depth > deepestValues {
		return
	}
	for _, p := range d.Pairs {
		key := p.Key.Value
		path := strings.TrimPrefix(at+"."+key, ".")
		switch low := strings.ToLower(key); {
		case p.Value.Kind == document.Scalar && strings.Contains(p.Value.Value, "\n") && isNginx("", p.Value.Value):
			data := infra.Value{Kind: infra.Map, Fields: []infra.Field{{Key: key, Value: value(p.Value)}}}
			o := m.part(p.Value, path, infra.Value{Kind: infra.Map, Fields: []infra.Field{{Key: "data", Value: data}}})
			o.Kind = chartText
		case p.Value.Kind != document.Mapping:
			continue
		case low == "ingress" || strings.HasSuffix(low, "ingress"):
			m.made(p.Value, "annotations", path, "Ingress", "networking.k8s.io")
		case m.balances[p.Value]:
		case low == "service" || strings.HasSuffix(low, "service"):
			m.made(p.Value, "annotations", path, "Service", "")
		case low == "controller":
			if m.settings(p.Value, path) == ingressNginx {
				m.balancers(p.Value.Get("service"), path+".service")
			}
		}
		m.values(p.Value, path, depth+1)
	}
}

// made adds an object of a kind with the annotations that stand under a key.
func (m *Manifest) made(n *document.Node, key, at, kind, group string) {
	notes := n.Get(key)
	if notes == nil || notes.Kind != document.Mapping || len(notes.Pairs) == 0 {
		return
	}
	meta := infra.Value{Kind: infra.Map, Fields: []infra.Field{{Key: "annotations", Value: value(notes)}}}
	v := infra.Value{Kind: infra.Map, Fields: []infra.Field{{Key: "metadata", Value: meta}}}
	o := m.part(notes, at+"."+key, v)
	o.Kind, o.Group = kind, group
	// Most charts write annotations as they are; those of ingress-nginx itself write quotes. Nobody knows which it is.
	o.quotes = true
}

// settings adds the ConfigMap that a controller's chart makes of controller.config, and says which controller's it is.
func (m *Manifest) settings(n *document.Node, at string) string {
	config := n.Get("config")
	if config == nil || config.Kind != document.Mapping {
		return ""
	}
	of := ingressNginx
	if entries := config.Get("entries"); entries != nil && entries.Kind == document.Mapping {
		config, of, at = entries, nginxIngress, at+".config"
	}
	data := value(config)
	c := ControllerNamed(of)
	known := 0
	for _, f := range data.Fields {
		if c != nil && c.Key(strings.ToLower(f.Key), "ConfigMap") != nil {
			known++
		}
	}
	if known == 0 {
		return "" // another chart has a controller, too
	}
	if allow := n.Get("allowSnippetAnnotations"); allow != nil && of == ingressNginx {
		data.Fields = append(data.Fields, infra.Field{Key: "allow-snippet-annotations", Value: value(allow)})
	}
	o := m.part(config, at+".config", infra.Value{Kind: infra.Map, Fields: []infra.Field{{Key: "data", Value: data}}})
	o.Kind, o.of, o.quotes = "ConfigMap", of, true
	return of
}

// balancers adds the Services that the chart of ingress-nginx makes of controller.service: one for clients, and an
// internal one where that is enabled (charts/ingress-nginx/templates/controller-service*.yaml).
func (m *Manifest) balancers(n *document.Node, at string) {
	if n == nil || n.Kind != document.Mapping || n.Text("enabled") == "false" {
		return
	}
	external := n.Get("external")
	if external == nil || external.Text("enabled") != "false" {
		m.balancer(n, n, at)
	}
	if inner := n.Get("internal"); inner != nil && inner.Text("enabled") == "true" {
		m.balancer(n, inner, at+".internal")
	}
}

// balancer adds the Service whose annotations stand under a key; n has what holds where that says nothing.
func (m *Manifest) balancer(n, own *document.Node, at string) {
	notes := own.Get("annotations")
	if notes == nil || notes.Kind != document.Mapping || len(notes.Pairs) == 0 {
		return
	}
	text := func(fallback string, keys ...string) infra.Value {
		for _, from := range []*document.Node{own, n} {
			v := from
			for _, k := range keys {
				if v != nil {
					v = v.Get(k)
				}
			}
			if v != nil && v.Kind == document.Scalar {
				return value(v)
			}
		}
		return infra.Text(fallback, notes.Pos())
	}
	ports := infra.Value{Kind: infra.List, Pos: notes.Pos()}
	for _, p := range []struct{ name, port, enabled string }{
		{"http", "80", "enableHttp"}, {"https", "443", "enableHttps"},
	} {
		if text("true", p.enabled).Text == "true" {
			ports.Items = append(ports.Items, made(notes.Pos(), "name", infra.Text(p.name, notes.Pos()),
				"port", text(p.port, "ports", p.name), "targetPort", text(p.name, "targetPorts", p.name)))
		}
	}
	selector := made(notes.Pos(), "app.kubernetes.io/name", infra.Text(ingressNginx, notes.Pos()),
		"app.kubernetes.io/component", infra.Text("controller", notes.Pos()))
	spec := []any{"type", text("LoadBalancer", "type"), "ports", ports, "selector", selector}
	if class := text("", "loadBalancerClass"); class.Text != "" {
		spec = append(spec, "loadBalancerClass", class)
	}
	o := m.part(notes, at+".annotations", made(notes.Pos(), "metadata", made(notes.Pos(), "annotations", value(notes)),
		"spec", made(notes.Pos(), spec...)))
	o.Kind, o.Partial, o.quotes = "Service", "", true
	if m.balances == nil {
		m.balances = map[*document.Node]bool{}
	}
	m.balances[own] = true
}

// made is a map of keys and values in turn.
func made(pos hop.Pos, pairs ...any) infra.Value {
	v := infra.Value{Kind: infra.Map, Pos: pos}
	for i := 0; i < len(pairs); i += 2 {
		v.Fields = append(v.Fields, infra.Field{Key: pairs[i].(string), Value: pairs[i+1].(infra.Value)})
	}
	return v
}

// part adds an object of which only a part is here.
func (m *Manifest) part(n *document.Node, label string, v infra.Value) *Object {
	o := &Object{Label: label, Value: v, Pos: n.Pos(), Partial: byChart}
	o.First, o.Last = n.Lines()
	m.Objects = append(m.Objects, o)
	return o
}
