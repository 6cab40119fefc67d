package kubernetes

import (
	"strings"

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
		case low == "service" || strings.HasSuffix(low, "service"):
			m.made(p.Value, "annotations", path, "Service", "")
		case low == "controller":
			m.settings(p.Value, path)
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

// settings adds the ConfigMap that a controller's chart makes of controller.config.
func (m *Manifest) settings(n *document.Node, at string) {
	config := n.Get("config")
	if config == nil || config.Kind != document.Mapping {
		return
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
		return // another chart has a controller, too
	}
	if allow := n.Get("allowSnippetAnnotations"); allow != nil && of == ingressNginx {
		data.Fields = append(data.Fields, infra.Field{Key: "allow-snippet-annotations", Value: value(allow)})
	}
	o := m.part(config, at+".config", infra.Value{Kind: infra.Map, Fields: []infra.Field{{Key: "data", Value: data}}})
	o.Kind, o.of, o.quotes = "ConfigMap", of, true
}

// part adds an object of which only a part is here.
func (m *Manifest) part(n *document.Node, label string, v infra.Value) *Object {
	o := &Object{Label: label, Value: v, Pos: n.Pos(), Partial: byChart}
	o.First, o.Last = n.Lines()
	m.Objects = append(m.Objects, o)
	return o
}
