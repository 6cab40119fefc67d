package kubernetes

import (
	"slices"
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
	// drawn says that what is literal of an object of a template is judged, and that what may be there besides is unknown
	// in its Value; hangs asks whether the template writes it so, nil where nothing hangs on that.
	drawn bool
	hangs *hop.Question
	// keyless are the entries of a ConfigMap or a Secret whose keys a template writes, with what it has for them.
	keyless []infra.Field
	// config is what the object stands for the Ingresses of, where that is no Ingress of the files: the settings of a
	// controller.
	config *Object
	// of is the controller whose settings it holds, where that is known from where it stands: values of its chart.
	of string
	// under are values for all environments that those of one are given with; nil where there are none.
	under *Object
	// overlay is the kustomization that makes it; "" for objects as they are written.
	overlay string
	// made are the files that this one is made of, patches and generators of maps included.
	made []string
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
	if v.Kind == infra.Null && !o.isShown() {
		return infra.NotKnown(o.Partial, o.Pos)
	}
	return v
}

// isShown reports whether the object is judged: all of it is here, or its Value says what may be there besides.
func (o *Object) isShown() bool {
	return o.Partial == "" || o.drawn && o.Partial == templated || o.config != nil
}

// writes reports whether the object has an annotation, whatever its value.
func (o *Object) writes(key string) bool {
	return slices.ContainsFunc(o.Annotations(), func(f infra.Field) bool { return f.Key == key })
}

// maybe is why it is not known whether the object is there as it stands; "" where it is.
func (o *Object) maybe() string {
	if o.hangs == nil {
		return ""
	}
	return "a template makes it"
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
	var drawn *drawing
	if at := document.TemplateAt(name, src); !at.IsZero() {
		m.Template = true
		text, drawn = document.Masked(src), draw(name, src)
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
	m.addAll(f.Docs, drawn, len(src), 0)
	return m, nil
}

// addAll adds the objects of documents, which end where the next one begins, the last one at end.
func (m *Manifest) addAll(docs []*document.Node, drawn *drawing, end, depth int) {
	for i, d := range docs {
		until := end
		if i+1 < len(docs) {
			until = docs[i+1].Start
		}
		m.add(d, drawn, until, depth)
	}
}

// deepestList is how far lists of objects may be nested.
const deepestList = 8

// add adds the objects of a document: itself, or the items of a list. drawn is what a template leaves open of it.
func (m *Manifest) add(d *document.Node, drawn *drawing, end, depth int) {
	if d.Kind != document.Mapping || depth > deepestList {
		return
	}
	kind := d.Text("kind")
	if items := d.Get("items"); items != nil && strings.HasSuffix(kind, "List") {
		m.addAll(items.Items, drawn, end, depth+1)
		return
	}
	if kind == "" || d.Text("apiVersion") == "" {
		return
	}
	var o *Object
	if drawn == nil {
		o = NewObject(value(d))
	} else {
		v, hangs := drawn.value(d, end)
		o = NewObject(v)
		o.Partial, o.drawn, o.hangs, o.keyless = templated, true, hangs, keyless(d)
	}
	o.First, o.Last = d.Lines()
	m.Objects = append(append(m.Objects, o), installed(o, d)...)
}

// keyless are the entries of the data of an object whose keys a template writes.
func keyless(d *document.Node) (list []infra.Field) {
	for _, section := range []string{"data", "stringData"} {
		if n := d.Get(section); n != nil {
			for _, p := range n.Pairs {
				if document.IsMasked(p.Key.Value) {
					list = append(list, infra.Field{Key: p.Key.Source(), At: p.Key.Pos(), Value: value(p.Value)})
				}
			}
		}
	}
	return list
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
