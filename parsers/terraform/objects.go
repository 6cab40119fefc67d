package terraform

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
	"github.com/wslint/wslint/parsers/kubernetes"
)

// A model is what a resource of the provider for Kubernetes makes.
type model struct {
	version, kind string
	plural        map[string]string // blocks that are lists, and what the API calls them
}

// models are the resources of the provider whose blocks are those of the object, in the words of HCL. Source:
// hashicorp/terraform-provider-kubernetes, its documentation of version 2.
var models = map[string]model{
	"kubernetes_ingress":          {"networking.k8s.io/v1beta1", "Ingress", ingressLists},
	"kubernetes_ingress_v1":       {"networking.k8s.io/v1", "Ingress", ingressLists},
	"kubernetes_ingress_class":    {"networking.k8s.io/v1", "IngressClass", nil},
	"kubernetes_ingress_class_v1": {"networking.k8s.io/v1", "IngressClass", nil},
	"kubernetes_service":          {"v1", "Service", serviceLists},
	"kubernetes_service_v1":       {"v1", "Service", serviceLists},
	"kubernetes_config_map":       {"v1", "ConfigMap", nil},
	"kubernetes_config_map_v1":    {"v1", "ConfigMap", nil},
	"kubernetes_secret":           {"v1", "Secret", nil},
	"kubernetes_secret_v1":        {"v1", "Secret", nil},
}

var (
	ingressLists = map[string]string{"rule": "rules", "path": "paths", "tls": "tls"}
	serviceLists = map[string]string{"port": "ports"}
)

// A made is what resources make in Kubernetes, and what is not known of that: of an nginx unknown, of anything else
// only for --verbose.
type made struct {
	objects        []*kubernetes.Object
	unknown, debug []hop.Note
}

// objects are the objects of Kubernetes that resources make.
func objects(list []instance) (out made) {
	for _, i := range list {
		m, ok := models[i.typ]
		switch {
		case ok:
			out.objects = append(out.objects, i.named(kubernetes.NewObject(i.object(m))))
		case i.typ == "helm_release":
			list, notes := i.release()
			out.objects = append(out.objects, list...)
			if chart := i.args.Get("chart").Text; strings.Contains(chart, "nginx") || strings.Contains(chart, "ingress") {
				out.unknown = append(out.unknown, notes...)
			} else {
				out.debug = append(out.debug, notes...)
			}
		case i.typ == "kubernetes_manifest" || i.typ == "kubectl_manifest":
			list, notes := i.manifests()
			out.objects, out.debug = append(out.objects, list...), append(out.debug, notes...)
		}
	}
	return out
}

// named gives an object of a resource its lines, and the address where nobody knows its name.
func (i instance) named(o *kubernetes.Object) *kubernetes.Object {
	o.Pos, o.First, o.Last = i.Pos, i.Pos.Line, max(i.Pos.Line, i.last)
	if o.Get("metadata", "name").Kind != infra.Scalar {
		o.Name = i.Address
	}
	return o
}

// object is a resource as the API has it.
func (i instance) object(m model) infra.Value {
	v := infra.Value{Kind: infra.Map, Pos: i.Pos, Fields: []infra.Field{
		{Key: "apiVersion", Value: infra.Text(m.version, i.Pos)}, {Key: "kind", Value: infra.Text(m.kind, i.Pos)},
	}}
	for _, f := range i.args.Fields {
		key := camel(f.Key)
		if key == "data" && m.kind == "Secret" {
			key = "stringData" // the provider encodes it
		}
		v.Fields = append(v.Fields, infra.Field{Key: key, At: f.At, Value: inAPI(f.Key, f.Value, m.plural)})
	}
	v.Add = func(text string, keys ...string) []hop.Edit {
		if len(keys) != 3 || keys[0] != "metadata" || keys[1] != "annotations" {
			return nil
		}
		if notes := v.Get("metadata").Get("annotations"); notes.Add != nil {
			return notes.Add(text, keys[2])
		}
		return i.annotate(v, keys[2], text)
	}
	return v
}

// annotate writes the first annotation into the block of metadata.
func (i instance) annotate(v infra.Value, key, text string) []hop.Edit {
	if i.addTo == nil || v.Get("metadata").Get("annotations").Kind != infra.Null {
		return nil
	}
	return i.addTo("metadata", "annotations = {", "  "+quotedHCL(key)+" = "+quotedHCL(text), "}")
}

// ownKeys are the maps of the API whose keys are people's own.
var ownKeys = []string{"annotations", "labels", "data", "binary_data", "selector"}

// inAPI is an argument as the API has it: blocks that there is one of are no lists, and names have no underscores.
func inAPI(name string, v infra.Value, plural map[string]string) infra.Value {
	if slices.Contains(ownKeys, name) {
		for i := range v.Fields {
			v.Fields[i].Value.Bare = false // the provider makes texts of them
		}
		return v
	}
	blocks := v.Kind == infra.List && slices.ContainsFunc(v.Items, func(i infra.Value) bool { return i.Kind == infra.Map })
	switch {
	case blocks && plural[name] == "":
		return inAPI(name, v.Items[0], plural)
	case v.Kind == infra.List:
		items := make([]infra.Value, len(v.Items))
		for i := range v.Items {
			items[i] = inAPI(name, v.Items[i], plural)
		}
		v.Items = items
	case v.Kind == infra.Map:
		fields := make([]infra.Field, len(v.Fields))
		for i, f := range v.Fields {
			key := camel(f.Key)
			if p := plural[f.Key]; p != "" && f.Key != name {
				key = p
			}
			fields[i] = infra.Field{Key: key, At: f.At, Value: inAPI(f.Key, f.Value, plural)}
		}
		v.Fields = fields
	}
	return v
}

// camel is a name of HCL in the API's form: "path_type" is pathType.
func camel(name string) string {
	words := strings.Split(name, "_")
	for i := 1; i < len(words); i++ {
		if words[i] != "" {
			words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
		}
	}
	return strings.Join(words, "")
}

// manifests are the objects that a resource has in the API's own words: as a value, or as a text of YAML.
func (i instance) manifests() (list []*kubernetes.Object, debug []hop.Note) {
	for _, c := range i.texts {
		if c.why != "" {
			debug = append(debug, hop.Note{Pos: c.at, Text: i.Address + " makes an object that is not known: " + c.why})
		}
		for _, d := range c.docs {
			if i.typ == "kubernetes_manifest" {
				d = asTexts(d) // the provider makes texts of numbers where the API takes texts
			}
			for _, o := range kubernetes.Objects(d) {
				if o.Partial = c.partial; o.Get("metadata", "name").Kind != infra.Scalar {
					o.Name = i.Address
				}
				list = append(list, o)
			}
		}
	}
	return list, debug
}

// asTexts is an object whose annotations and data are texts, whatever they look like.
func asTexts(v infra.Value) infra.Value {
	v.Bare = false
	for i := range v.Items {
		v.Items[i] = asTexts(v.Items[i])
	}
	for i := range v.Fields {
		v.Fields[i].Value = asTexts(v.Fields[i].Value)
	}
	return v
}

// release are the objects that a chart makes of the values of a helm_release: first the texts of values, of which later
// ones count more, then set, set_list and set_sensitive. Source: hashicorp/terraform-provider-helm, getValues.
func (i instance) release() (list []*kubernetes.Object, unknown []hop.Note) {
	all := infra.Value{Kind: infra.Map, Pos: i.Pos}
	for _, c := range i.texts {
		if c.why != "" {
			unknown = append(unknown, hop.Note{Pos: c.at, Text: "values of " + i.Address + " are not known: " + c.why})
		}
		for _, d := range c.docs {
			all = merged(all, d)
		}
	}
	for _, name := range []string{"set", "set_list", "set_sensitive", "set_string"} {
		entries, _ := i.args.Get(name).List()
		for _, e := range entries {
			if v, ok := kubernetes.Set(e); ok {
				all = merged(all, v)
			}
		}
	}
	chart := i.args.Get("chart")
	list = kubernetes.OfValues(all, filepath.Base(chart.Text))
	if chart.Kind != infra.Scalar {
		list = kubernetes.OfValues(all, "")
	}
	for _, o := range list {
		o.Label += " of " + i.Address
	}
	return list, unknown
}

// merged is a value with what another one that counts more says.
func merged(v, by infra.Value) infra.Value {
	if v.Kind != infra.Map || by.Kind != infra.Map {
		return by
	}
	fields, index := slices.Clone(v.Fields), infra.Index(v)
	for _, f := range by.Fields {
		at, ok := index[f.Key]
		if !ok {
			fields = append(fields, f)
			continue
		}
		if old := fields[at].Value; old.Kind == infra.Map && f.Value.Kind == infra.Map {
			f.At, f.Rename = fields[at].At, fields[at].Rename
			f.Value = merged(old, f.Value)
		}
		fields[at] = f
	}
	v.Fields = fields
	return v
}
