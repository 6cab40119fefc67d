package kubernetes

import (
	"fmt"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// undecided says why nobody knows what a controller makes of an object: an annotation that decides it is not known. Of
// lengths of time, numbers and sizes only they are unknown, and of what does nothing to a WebSocket nothing is.
func (s *set) undecided(o *Object, controller string) (why hop.Note, is bool) {
	notes := o.Get("metadata", "annotations")
	if notes.Kind == infra.Unknown {
		return hop.Note{Pos: notes.Pos, Text: "annotations of " + o.String() + " are not known: " + notes.Why}, true
	}
	c := ControllerNamed(controller)
	if c == nil {
		return why, false
	}
	needed := controller == nginxIngress && o.IsIngress()
	if list := c.Prefixes[0] + "websocket-services"; needed && notes.More != "" && !o.writes(list) {
		return hop.Note{Pos: o.Pos, Text: "websocket-services of " + o.String() + " is not known: " + notes.More}, true
	}
	for _, f := range notes.Fields {
		name, ok := c.Suffix(f.Key)
		if !ok || f.Value.Kind != infra.Unknown {
			continue
		}
		k := c.Key(name, o.Kind)
		if k == nil || slices.Contains([]Type{Int, Time, Size}, k.Type) || k.Does == "" && k.Type != Script ||
			k.Type == Script && isDrawn(f.Value) {
			continue
		}
		return hop.Note{Pos: f.Value.Pos, Text: name + " of " + o.String() + " is not known: " + f.Value.Why}, true
	}
	return why, false
}

// leftOpen notes the Ingresses that are not judged since an annotation is not known, or which
// controller serves them.
func (s *set) leftOpen() (notes []hop.Note) {
	for _, o := range s.objects {
		if o.Partial == replaced && o.IsIngress() && s.makerOf(o) != "" {
			notes = append(notes, hop.Note{Pos: o.Pos, Text: "what serves " + o.String() + " is not known: " + o.Partial})
		}
		if !o.isShown() || len(places(o)) == 0 {
			continue
		}
		if why, is := s.unclassed(o); is {
			notes = append(notes, why)
			continue
		}
		if s.ofBoth(o) {
			text := fmt.Sprintf("which controller serves %s is not known: it has annotations of %s and of %s", o, ingressNginx,
				nginxIngress)
			notes = append(notes, hop.Note{Pos: o.Pos, Text: text})
			continue
		}
		if why, is := s.undecided(o, s.makerOf(o)); is {
			notes = append(notes, why)
		}
	}
	return notes
}

// unclassed says that a template decides which controller serves an Ingress: its class, or by its annotations.
func (s *set) unclassed(o *Object) (why hop.Note, is bool) {
	if !o.drawn || !o.IsIngress() || s.makerOf(o) != "" {
		return why, false
	}
	_, isALB := s.ofALB(o)
	_, other := s.productOf(o)
	if isALB || other || class(o) != "" {
		return why, false
	}
	by, named := o.Annotation("kubernetes.io/ingress.class"), o.Get("spec", "ingressClassName")
	if by.Kind != infra.Unknown && named.Kind != infra.Unknown {
		return why, false
	}
	text := fmt.Sprintf("which controller serves %s is not known: a template sets its class "+
		"(check what helm template prints)", o)
	return hop.Note{Pos: o.Pos, Text: text}, true
}

// unknownTime stands in the configuration for a length of time that is not known.
const unknownTime = "{{ unknown }}"

// open is a setting that is not known, of which the hops say why.
func (w *ingressWriter) open(name string, v infra.Value) setting {
	w.why[name+spot(v.Pos).String()] = name + " is not known: " + v.Why
	return setting{text: unknownTime, pos: v.Pos, unknown: v.Why}
}

// settled is a value in which attributes of other resources are unknown: a controller sees what they come to.
func settled(v infra.Value) infra.Value {
	if v.Kind == infra.Ref {
		v.Kind = infra.Unknown
	}
	if v.Items != nil {
		v.Items = slices.Clone(v.Items)
	}
	for i := range v.Items {
		v.Items[i] = settled(v.Items[i])
	}
	if v.Fields != nil {
		v.Fields = slices.Clone(v.Fields)
	}
	for i := range v.Fields {
		v.Fields[i].Value = settled(v.Fields[i].Value)
	}
	return v
}
