package document

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// Replace returns the edit that gives a scalar another value, in the quotes that it has; nil when its extent is not
// known.
func (n *Node) Replace(value string) []hop.Edit {
	if n.Kind != Scalar || n.End <= n.Start {
		return nil
	}
	switch n.file.Src[n.Start] {
	case '"':
		value = quote(value)
	case '\'':
		value = "'" + strings.ReplaceAll(value, "'", "''") + "'"
	}
	return []hop.Edit{{File: n.file.Name, Start: n.Start, End: n.End, New: value}}
}

// ReplaceText is Replace for a value that has to be read as a text, whatever it looks like: one without quotes gets
// them.
func (n *Node) ReplaceText(value string) []hop.Edit {
	if n.Kind == Scalar && n.End > n.Start && n.file.Src[n.Start] != '"' && n.file.Src[n.Start] != '\'' {
		return []hop.Edit{{File: n.file.Name, Start: n.Start, End: n.End, New: quote(value)}}
	}
	return n.Replace(value)
}

// A Field is a key and what to write for it: a string, Fields, or a list of Fields.
type Field struct {
	Key   string
	Value any
}

// Fields are a mapping to write.
type Fields []Field

// A Number is written without quotes, Quoted always with them.
type Number string

// Quoted is a text that is written in quotes.
type Quoted string

// AddFields returns the edit that adds keys to a mapping, in front of its first one and in the form that the file
// has; nil when there is no place for them, or one of them is there already.
func (n *Node) AddFields(fields Fields) []hop.Edit {
	there := func(f Field) bool { return n.Key(f.Key) != nil }
	if n == nil || n.Kind != Mapping || len(n.Pairs) == 0 || slices.ContainsFunc(fields, there) {
		return nil
	}
	at := n.Pairs[0].Key.Start
	return n.file.insert(at, func(w *writer) {
		if w.json {
			w.members(fields)
			return
		}
		w.block(fields)
	})
}

// AddItem returns the edit that adds a mapping to a sequence, in front of its first item; nil when there is no place
// for it.
func (n *Node) AddItem(fields Fields) []hop.Edit {
	if n == nil || n.Kind != Sequence || len(n.Items) == 0 {
		return nil
	}
	at := n.Items[0].Start
	if n.file.JSON {
		return n.file.insert(at, func(w *writer) { w.value(fields) })
	}
	dash := bytes.LastIndexByte(n.file.Src[:at], '-')
	if dash < 0 || len(bytes.TrimLeft(n.file.Src[dash+1:at], " ")) > 0 {
		return nil // a flow sequence, or an item on the line below its dash
	}
	return n.file.insert(dash, func(w *writer) { w.item(fields) })
}

// AppendTexts returns the edit that writes texts behind the last item of a sequence, in the form that it has; nil when
// there is no place for them.
func (n *Node) AppendTexts(texts ...string) []hop.Edit {
	if n == nil || n.Kind != Sequence || len(n.Items) == 0 {
		return nil
	}
	last := n.Items[len(n.Items)-1]
	if last.Kind != Scalar || last.End <= last.Start {
		return nil
	}
	w := &writer{json: n.file.JSON}
	between := ", "
	if rest := bytes.TrimLeft(n.file.Src[last.End:], " \t\r\n"); len(rest) == 0 || rest[0] != ',' && rest[0] != ']' {
		line := bytes.LastIndexByte(n.file.Src[:last.Begin], '\n') + 1
		dash := string(n.file.Src[line:last.Begin])
		if strings.Trim(dash, " ") != "-" {
			return nil // another sequence begins on the line of its first item
		}
		between = n.file.end + dash
	}
	for _, text := range texts {
		w.text.WriteString(between)
		w.scalar(text)
	}
	return []hop.Edit{{File: n.file.Name, Start: last.End, End: last.End, New: w.text.String()}}
}

// insert puts what write writes in front of an offset, and after it what separates it from what was there.
func (f *File) insert(at int, write func(w *writer)) []hop.Edit {
	before := f.Src[bytes.LastIndexByte(f.Src[:at], '\n')+1 : at]
	blank := len(bytes.TrimLeft(before, " \t")) == 0
	w := &writer{json: f.JSON, end: f.end, step: "  ", compact: f.JSON && !blank}
	if bytes.Contains(before, []byte("\t")) {
		w.step = "\t"
	}
	switch {
	case blank:
		w.indent = string(before)
	case f.JSON:
	case len(bytes.TrimLeft(before, " -")) == 0:
		w.indent = strings.Repeat(" ", len(before)) // behind the dash of an item
	default:
		return nil // a flow mapping of YAML
	}
	write(w)
	if w.json {
		w.text.WriteByte(',')
	}
	w.newline()
	return []hop.Edit{{File: f.Name, Start: at, End: at, New: w.text.String()}}
}

// A writer writes structures as YAML blocks or as JSON.
type writer struct {
	text         strings.Builder
	json         bool
	compact      bool // JSON on one line
	indent, step string
	end          string
}

func (w *writer) newline() {
	if w.compact {
		w.text.WriteByte(' ')
		return
	}
	w.text.WriteString(w.end + w.indent)
}

// further writes what is one step further in.
func (w *writer) further(write func()) {
	outer := w.indent
	w.indent += w.step
	write()
	w.indent = outer
}

// block writes the lines of a YAML mapping; the first one where the writer stands.
func (w *writer) block(fields Fields) {
	for i, f := range fields {
		if i > 0 {
			w.newline()
		}
		w.text.WriteString(f.Key + ":")
		switch v := f.Value.(type) {
		case Fields:
			w.further(func() { w.newline(); w.block(v) })
		case []Fields:
			w.further(func() {
				for _, item := range v {
					w.newline()
					w.item(item)
				}
			})
		default:
			w.text.WriteByte(' ')
			w.scalar(v)
		}
	}
}

// item writes an item of a YAML sequence.
func (w *writer) item(fields Fields) {
	w.text.WriteString("- ")
	outer := w.indent
	w.indent += "  "
	w.block(fields)
	w.indent = outer
}

func (w *writer) scalar(v any) {
	switch v := v.(type) {
	case Number:
		w.text.WriteString(string(v))
	case Quoted:
		w.text.WriteString(quote(string(v)))
	case string:
		if w.json || strings.Trim(v, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._") != "" || v == "true" ||
			v == "false" {
			v = quote(v)
		}
		w.text.WriteString(v)
	}
}

// members writes the members of a JSON object.
func (w *writer) members(fields Fields) {
	for i, f := range fields {
		if i > 0 {
			w.text.WriteByte(',')
			w.newline()
		}
		w.text.WriteString(quote(f.Key) + ": ")
		w.value(f.Value)
	}
}

// value writes any JSON value.
func (w *writer) value(v any) {
	switch v := v.(type) {
	case Fields:
		w.text.WriteByte('{')
		w.further(func() { w.newline(); w.members(v) })
		w.newline()
		w.text.WriteByte('}')
	case []Fields:
		w.text.WriteByte('[')
		w.further(func() {
			for i, item := range v {
				if i > 0 {
					w.text.WriteByte(',')
				}
				w.newline()
				w.value(item)
			}
		})
		w.newline()
		w.text.WriteByte(']')
	default:
		w.scalar(v)
	}
}

func quote(s string) string {
	q, _ := json.Marshal(s) // a string always has a form in JSON
	return string(q)
}
