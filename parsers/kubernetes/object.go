package kubernetes

import (
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// An Object is one object of Kubernetes as some file says it.
type Object struct {
	Group, Version string // "networking.k8s.io", "v1"; the group of core objects is ""
	Kind           string // "Ingress"
	Namespace      string // "" where none is written: whoever applies the object chooses one
	Name           string
	// Label names what is no object by itself but makes one, "controller.config"; "" for objects.
	Label string
	Value infra.Value // all of it
	Pos   hop.Pos     // of its name, or of its beginning
	First int         // its lines, from 1
	Last  int
	// Partial is why there may be more of the object than is here: a template or a chart makes it, a patch changes it;
	// "" when this is all of it.
	Partial string
	// of is the controller whose settings it holds, where that is known from where it stands: values of its chart.
	of string
	// overlay is the kustomization that makes it; "" for objects as they are written.
	overlay string
	// quotes says that what makes the object writes quotes around every value.
	quotes bool
}

// String is what people call the object: "Ingress default/chat".
func (o *Object) String() string {
	if o.Label != "" {
		return o.Label
	}
	return o.Kind + " " + o.Place() + "/" + o.Name
}

// Place is the namespace of the object, as far as that is known.
func (o *Object) Place() string {
	if o.Namespace == "" {
		return "default"
	}
	return o.Namespace
}

// Is reports whether an object is of a kind of a group, whatever its version.
func (o *Object) Is(group, kind string) bool { return o.Kind == kind && o.Group == group }

// IsIngress reports whether it is an Ingress of any of the groups that there have been.
func (o *Object) IsIngress() bool {
	return o.Kind == "Ingress" && (o.Group == "networking.k8s.io" || o.Group == "extensions")
}

// Get is the value at the end of keys: o.Get("spec", "type").
func (o *Object) Get(keys ...string) infra.Value {
	v := o.Value
	for _, k := range keys {
		v = v.Get(k)
	}
	return v
}

// Annotations are those of the object, in the order of the file.
func (o *Object) Annotations() []infra.Field { return o.Get("metadata", "annotations").Fields }

// Annotation is the value of one; its Kind is infra.Null where there is none, and infra.Unknown where there may be.
func (o *Object) Annotation(key string) infra.Value {
	v := o.Get("metadata", "annotations").Get(key)
	if v.Kind == infra.Null && o.Partial != "" {
		return infra.NotKnown(o.Partial, o.Pos)
	}
	return v
}

// A Manifest is what one text holds.
type Manifest struct {
	File    *document.File
	Objects []*Object
	// Template says that an engine makes the file of it: what it writes is unknown, and so is what is left out.
	Template bool
}

// templated is why something in a template is unknown.
const templated = "a template sets it"

// Parse reads the objects of a text, also of one with the braces of Helm. Its error is a *document.Error. Of a template
// that is no YAML even without its braces nothing is known: Manifest.File is nil.
func Parse(name string, src []byte) (*Manifest, error) {
	m := &Manifest{}
	text := src
	if at := document.TemplateAt(name, src); !at.IsZero() {
		m.Template = true
		text = document.Masked(src)
	}
	f, err := document.Parse(name, text)
	switch {
	case err != nil && m.Template:
		return m, nil
	case err != nil:
		return nil, err
	}
	f.Src = src
	m.File = f
	for _, d := range f.Docs {
		m.add(d, 0)
	}
	return m, nil
}

// deepestList is how far lists of objects may be nested.
const deepestList = 8

// add adds the objects of a document: itself, or the items of a list.
func (m *Manifest) add(d *document.Node, depth int) {
	if d.Kind != document.Mapping || depth > deepestList {
		return
	}
	kind := d.Text("kind")
	if items := d.Get("items"); items != nil && strings.HasSuffix(kind, "List") {
		for _, i := range items.Items {
			m.add(i, depth+1)
		}
		return
	}
	if kind == "" || d.Text("apiVersion") == "" {
		return
	}
	o := NewObject(value(d))
	o.First, o.Last = d.Lines()
	if m.Template {
		o.Partial = templated
	}
	m.Objects = append(append(m.Objects, o), installed(o, d)...)
}

// Objects are the objects that a value is: itself, or the items of a list. There are none of one that is no object.
func Objects(v infra.Value) []*Object { return objects(v, 0) }

func objects(v infra.Value, depth int) (list []*Object) {
	kind := v.Get("kind").Text
	if v.Kind != infra.Map || depth > deepestList || kind == "" || v.Get("apiVersion").Text == "" {
		return nil
	}
	if items := v.Get("items"); items.Kind == infra.List && strings.HasSuffix(kind, "List") {
		for _, i := range items.Items {
			list = append(list, objects(i, depth+1)...)
		}
		return list
	}
	o := NewObject(v)
	o.First, o.Last = o.Pos.Line, o.Pos.Line
	o.span(v)
	return []*Object{o}
}

// NewObject makes an object of what some file says of it. Its lines are for the caller to tell.
func NewObject(v infra.Value) *Object {
	v = settled(v)
	o := &Object{Kind: v.Get("kind").Text, Version: v.Get("apiVersion").Text, Value: v, Pos: v.Pos}
	if group, version, ok := strings.Cut(o.Version, "/"); ok {
		o.Group, o.Version = group, version
	}
	o.Namespace = o.Get("metadata", "namespace").Text
	if n := o.Get("metadata", "name"); n.Kind == infra.Scalar {
		o.Name, o.Pos = n.Text, n.Pos
	} else if n.Kind == infra.Unknown || n.Kind == infra.Ref {
		o.Name = "(of a template)"
	}
	return o
}
