// Package infra is what the languages of infrastructure code have in common: values with their places and with the
// reasons why they are not known, and load balancers of AWS that are described with them. Build makes awscheck's of
// these; the defaults of AWS are there, and so is what becomes of a handshake.
package infra

import (
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// A Kind says what a value is.
type Kind uint8

// The kinds of values.
const (
	Null    Kind = iota // not written, or written as nothing: the default holds
	Scalar              // a text, a number or a truth value
	List                // Items
	Map                 // Fields
	Unknown             // Why says why
	Ref                 // an attribute of a resource of these files, whose text is known only once it exists
)

// A Value is what an argument or a property holds, evaluated as far as the files say. The zero Value is not written.
type Value struct {
	Kind   Kind
	Text   string // of a Scalar: "60", "true", "HTTPS"
	Items  []Value
	Fields []Field // in the order of the file; no key stands twice
	// Bare says that a Scalar is a number or a truth value, where its language tells them from texts.
	Bare bool
	Of   string // of a Ref: the address of the resource
	Why  string // of Unknown and Ref
	// More is why a Map may have further entries than its Fields; "" where these are all.
	More string
	// Or are the values of earlier entries with the same key: the last one counts, unless a template chooses one.
	Or []Value
	// Template is what stands in the file where a template makes a scalar: "{{ .Values.image.tag }}".
	Template string
	// Pos is where the value is written: where it comes from, if it comes from one place.
	Pos hop.Pos
	// By are the places through which it came from there: an argument that names a variable.
	By []hop.Note
	// Default says that nobody wrote it: what makes the resource has it for a default.
	Default bool
	// Set returns the edits that write another text, Remove those that take it out; nil, or without edits, when they
	// cannot be told.
	Set    func(text string) []hop.Edit
	Remove func() []hop.Edit
	// Quote returns the edits that write a text in the place of what is Bare; nil where Set does so anyway.
	Quote func(text string) []hop.Edit
	// Add returns the edits that write a text as a further entry of a Map, at the end of keys; nil when they cannot be
	// told.
	Add func(text string, keys ...string) []hop.Edit
	// Append returns the edits that write texts behind the last item of a List; nil when they cannot be told.
	Append func(texts ...string) []hop.Edit
	// Lines says where the lines of a Scalar stand that is a text in a format of its own; nil where nobody may ask.
	Lines func() *parsers.Origin
}

// A Field is an entry of a map.
type Field struct {
	Key   string
	Value Value
	At    hop.Pos // of the key, where that is known
	// Rename returns the edits that write another key; nil when they cannot be told.
	Rename func(key string) []hop.Edit
}

// Text makes a scalar.
func Text(s string, pos hop.Pos) Value { return Value{Kind: Scalar, Text: s, Pos: pos} }

// NotKnown makes an unknown value.
func NotKnown(why string, pos hop.Pos) Value { return Value{Kind: Unknown, Why: why, Pos: pos} }

// Get is the value of a key. What an unknown value holds is unknown, and so is what a map may hold besides.
func (v Value) Get(key string) Value {
	switch v.Kind {
	case Unknown, Ref:
		return NotKnown(v.Why, v.Pos)
	}
	for _, f := range v.Fields {
		if f.Key == key {
			return f.Value
		}
	}
	if v.More != "" {
		return NotKnown(v.More, v.Pos)
	}
	return Value{Pos: v.Pos}
}

// Index is where the fields of a map are, by their keys.
func Index(v Value) map[string]int {
	at := make(map[string]int, len(v.Fields))
	for i := range v.Fields {
		at[v.Fields[i].Key] = i
	}
	return at
}

// List are the items of a list, and why there may be others. A map stands for a list of one, as a single block does.
func (v Value) List() (items []Value, why string) {
	switch v.Kind {
	case List:
		return v.Items, ""
	case Map:
		return []Value{v}, ""
	case Unknown, Ref:
		return nil, v.Why
	}
	return nil, ""
}

// Is reports whether the text is known and equal to want, in any case.
func (v Value) Is(want string) bool { return v.Kind == Scalar && strings.EqualFold(v.Text, want) }

// text is the text of a value that may be missing; why says why it is not known.
func (v Value) text() (s, why string) {
	switch v.Kind {
	case Scalar:
		return v.Text, ""
	case Null:
		return "", ""
	case Unknown, Ref:
		return "", v.Why
	}
	return "", "it is no single value"
}

// Setting is the value as a setting of that name; of one that is missing only the place is known.
func (v Value) Setting(name string) hop.Setting[string] {
	text, why := v.text()
	if v.Kind == Null {
		return hop.Setting[string]{Name: name, Pos: v.Pos}
	}
	if why != "" {
		return hop.Unknown[string](name, v.Pos, why)
	}
	s := hop.Written(name, text, v.Pos)
	if v.Default {
		s = hop.Default(name, text, v.Pos)
	}
	s.Set, s.Remove = v.Set, v.Remove
	return s
}

// texts are the scalars of a list; why says what is not known of them.
func (v Value) texts() (list []string, why string) {
	if v.Kind == Scalar {
		return []string{v.Text}, ""
	}
	items, why := v.List()
	for _, i := range items {
		s, w := i.text()
		if w != "" {
			return nil, w
		}
		list = append(list, s)
	}
	return list, why
}

// Placed is a value of a text that stands nowhere as it is: all of it is at one place, and nothing can be edited.
func Placed(v Value, pos hop.Pos) Value {
	v.Pos, v.Set, v.Remove, v.Add, v.Lines = pos, nil, nil, nil, nil
	if v.Kind == Scalar && strings.Contains(v.Text, "\n") {
		v.Lines = func() *parsers.Origin { return LinesAt(v.Text, pos) }
	}
	for i := range v.Items {
		v.Items[i] = Placed(v.Items[i], pos)
	}
	for i := range v.Fields {
		f := &v.Fields[i]
		f.At, f.Rename, f.Value = pos, nil, Placed(f.Value, pos)
	}
	return v
}

// LinesAt has all lines of a text at one place.
func LinesAt(text string, pos hop.Pos) *parsers.Origin {
	o, start := &parsers.Origin{File: pos.File, Src: []byte(text)}, 0
	for line := range strings.Lines(text) {
		o.Lines = append(o.Lines, parsers.OriginLine{Start: start, Made: &parsers.Maker{At: pos}})
		start += len(line)
	}
	return o
}
