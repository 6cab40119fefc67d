package kubernetes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// A drawing is what the actions of a template leave open of the objects in it: which of their mappings they may write
// into, and on what it hangs whether an object is there as it stands.
type drawing struct {
	actions []document.Action
	outer   []int // of each action, and of the end of the file, the outermost block around it; -1 for none
}

// draw reads the actions of a template.
func draw(name string, src []byte) *drawing {
	t := &drawing{actions: document.Actions(name, src)}
	depth, outer := 0, -1
	for i := range t.actions {
		t.outer = append(t.outer, outer)
		switch a := &t.actions[i]; {
		case a.Word == "end" && depth > 0:
			if depth--; depth == 0 {
				outer = -1
			}
		case a.Opens():
			if depth++; depth == 1 {
				outer = i
			}
		}
	}
	t.outer = append(t.outer, outer)
	return t
}

// between are the actions in the bytes [start, end), the first of them by its number.
func (t *drawing) between(start, end int) (first int, list []document.Action) {
	byStart := func(a document.Action, at int) int { return a.Start - at }
	first, _ = slices.BinarySearchFunc(t.actions, start, byStart)
	last, _ := slices.BinarySearchFunc(t.actions, end, byStart)
	return first, t.actions[first:max(first, last)]
}

// value is what an object is of which only what is literal is known, and what asks whether it is there as it stands;
// nil where it is so in any case. The object takes up the file up to end.
func (t *drawing) value(d *document.Node, end int) (v infra.Value, hangs *hop.Question) {
	w := &writing{open: map[hop.Pos]bool{}, filled: map[hop.Pos]map[string]bool{}}
	first, list := t.between(d.Start, end)
	if i := t.outer[first]; i >= 0 {
		hangs = hanging(&t.actions[i])
	}
	for i := range list {
		a := &list[i]
		switch {
		case !a.Alone || a.Word == "set" || a.Word == "else" || a.Word == "end":
			continue
		case a.Word == "" && !w.into(d, a):
			continue
		}
		if hangs == nil {
			hangs = hanging(a)
		}
	}
	return standIn(w.opened(value(d), true), ""), hangs
}

// hanging asks whether what stands in a template is what comes of it, which hangs on an action.
func hanging(a *document.Action) *hop.Question {
	text, _, _ := strings.Cut(a.Text, "\n")
	does := "decides what is there"
	if a.Word == "" {
		does = "may write more"
	}
	return &hop.Question{
		Key: "template at " + a.Pos.String(), Pos: a.Pos, NoGate: true, First: true,
		Yes: "the template writes it so", No: "the template writes something else",
		Why: fmt.Sprintf("{{ %s }} %s", text, does),
	}
}

// A writing is the mappings that a template writes into.
type writing struct {
	open   map[hop.Pos]bool            // by where they begin
	filled map[hop.Pos]map[string]bool // the keys that have nothing else in them
}

// into notes where the lines go that an action writes: into the last value above it that is indented less than they
// are. Where no indent tells how far they are, it may be any above. It reports whether that matters: labels do not.
func (w *writing) into(n *document.Node, a *document.Action) (matters bool) {
	key := ""
	for n != nil && key != "labels" {
		if col := n.Pos().Col; col >= a.Column || !a.Indented {
			w.open[n.Pos()], matters = true, true
			if col >= a.Column && n.Kind == document.Mapping {
				return true
			}
		}
		n, key = w.below(n, a)
	}
	return matters || key != "labels"
}

// below is the last value in n above an action, and its key.
func (w *writing) below(n *document.Node, a *document.Action) (value *document.Node, key string) {
	switch n.Kind {
	case document.Mapping:
		i, _ := slices.BinarySearchFunc(n.Pairs, a.Start, func(p document.Pair, at int) int { return p.Key.Start - at })
		if i == 0 {
			w.open[n.Pos()] = true
			return nil, ""
		}
		p := n.Pairs[i-1]
		key = p.Key.Value
		if p.Value.IsNull() {
			at := n.Pos()
			if w.filled[at] == nil {
				w.filled[at] = map[string]bool{}
			}
			w.filled[at][key] = true
			return nil, key
		}
		return p.Value, key
	case document.Sequence:
		i, _ := slices.BinarySearchFunc(n.Items, a.Start, func(x *document.Node, at int) int { return x.Start - at })
		if i > 0 && n.Items[i-1].Pos().Col <= a.Column {
			return n.Items[i-1], ""
		}
	}
	return nil, ""
}

// opened is a value with what a template may write into it. Of entries with one key, each in a branch of its own,
// nobody knows which is there; those that say what the object is are one like the other.
func (w *writing) opened(v infra.Value, root bool) infra.Value {
	v.Items = slices.Clone(v.Items)
	for i := range v.Items {
		v.Items[i] = w.opened(v.Items[i], false)
	}
	if v.Kind != infra.Map {
		return v
	}
	if w.open[v.Pos] {
		v.More = templated
	}
	v.Fields = slices.Clone(v.Fields)
	for i := range v.Fields {
		f := &v.Fields[i]
		if or := f.Value.Or; len(or) > 0 && !(root && (f.Key == "apiVersion" || f.Key == "kind")) {
			f.Value.Or = nil
			for _, x := range or {
				f.Value = either(f.Value, x)
			}
		}
		if f.Value.Kind == infra.Null && w.filled[v.Pos][f.Key] {
			f.Value = infra.NotKnown(templated, f.At)
		}
		f.Value = w.opened(f.Value, false)
	}
	return v
}

// either is one of two values: of maps each entry, which may be missing.
func either(v, x infra.Value) infra.Value {
	switch {
	case v.Kind == infra.Scalar && x.Kind == infra.Scalar && v.Text == x.Text:
		return v
	case v.Kind != infra.Map || x.Kind != infra.Map:
		u := infra.NotKnown(templated, v.Pos)
		if u.Or = v.Or; v.Kind != infra.Unknown || v.Text != "" {
			v.Or = nil
			u.Or = []infra.Value{v}
		}
		u.Or = append(u.Or, x)
		return u
	}
	v.More, v.Or, v.Fields = templated, nil, slices.Clone(v.Fields)
	for _, f := range x.Fields {
		if i := slices.IndexFunc(v.Fields, func(g infra.Field) bool { return g.Key == f.Key }); i >= 0 {
			v.Fields[i].Value = either(v.Fields[i].Value, f.Value)
		} else {
			v.Fields = append(v.Fields, f)
		}
	}
	return v
}

// someService stands for the name of a service that a template writes: that it leads to one is all that matters.
const someService = "SERVICE"

// standIn is a value with a name for each service that a template names, and without the hosts that it names: a route
// without any takes all. in is the key that the value stands under.
func standIn(v infra.Value, in string) infra.Value {
	if in == "hostnames" {
		v.Items = slices.DeleteFunc(slices.Clone(v.Items), func(x infra.Value) bool { return x.Kind == infra.Unknown })
	}
	for i := range v.Items {
		v.Items[i] = standIn(v.Items[i], in)
	}
	for i := range v.Fields {
		f := &v.Fields[i]
		named := f.Key == "serviceName" || f.Key == "name" && (in == "service" || in == "backendRefs") ||
			f.Key == "service" && in == "upstreams"
		if named && f.Value.Kind == infra.Unknown {
			f.Value = infra.Text(someService, f.Value.Pos)
			continue
		}
		f.Value = standIn(f.Value, f.Key)
	}
	return v
}
