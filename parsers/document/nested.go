package document

import (
	"bytes"
	"strings"

	"github.com/wslint/wslint/parsers"
)

// Embedded is the text of a scalar as a file of its own in another format, the name of that format's reader or "" for
// whichever takes it. name says what the text is: "/etc/nginx/conf.d/app.conf". ok is false where n holds no text.
func (n *Node) Embedded(format, name string) (x parsers.Nested, ok bool) {
	if n == nil || n.Kind != Scalar || n.IsNull() {
		return x, false
	}
	return parsers.Nested{Format: format, Found: parsers.Found{
		Name: n.file.Name + ": " + name, Src: []byte(n.Value), Origin: n.Origin(),
	}}, true
}

// Origin says where the lines of a scalar stand in its file. Those of a literal block are lines of the file. Of any
// other form, a quoted text with \n in it or a folded block, all lines are where the value begins, and nothing of it
// can be edited.
func (n *Node) Origin() *parsers.Origin {
	if o := n.literal(); o != nil {
		return o
	}
	o := &parsers.Origin{File: n.file.Name, Src: []byte(n.Value)}
	made, start := &parsers.Maker{At: n.Pos()}, 0
	for line := range strings.Lines(n.Value) {
		o.Lines = append(o.Lines, parsers.OriginLine{Start: start, Made: made})
		start += len(line)
	}
	return o
}

// Written is the text of a literal block as it stands in the file, which is another one than its value in a file that
// was masked; "" for other scalars. What closes a block of a template that the text does not open is none of it.
func (n *Node) Written() string {
	o := n.literal()
	if o == nil {
		return ""
	}
	var b strings.Builder
	for _, l := range o.Lines {
		begin := n.file.lineStart(l.Offset)
		if len(bytes.TrimSpace(n.file.Src[begin:l.Offset])) == 0 {
			begin = l.Offset
		} // else an action begins where the text is not indented to
		rest := n.file.Src[begin:]
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			rest = rest[:i]
		}
		b.Write(bytes.TrimSuffix(rest, []byte("\r")))
		b.WriteByte('\n')
	}
	return balanced(b.String())
}

// balanced is a text up to the line with an action that belongs to a block which the text does not open.
func balanced(text string) string {
	depth := 0
	for _, a := range Actions("", []byte(text)) {
		switch {
		case a.Opens():
			depth++
		case depth == 0 && (a.Word == "end" || a.Word == "else"):
			return text[:strings.LastIndexByte(text[:a.Start], '\n')+1]
		case a.Word == "end":
			depth--
		}
	}
	return text
}

// isPartly reports whether n is a literal block in which actions of a template have lines of their own.
func (n *Node) isPartly() bool {
	if &n.file.Src[0] == &n.file.read[0] {
		return false
	}
	text := n.Written()
	return strings.Contains(text, "{{") && strings.TrimSpace(text) != strings.TrimSpace(n.Value)
}

// IsMasked reports whether a template writes n, or something in it.
func (n *Node) IsMasked() bool {
	return IsMasked(n.Value) || strings.Contains(n.Value, "\n") && len(n.file.Src) > 0 && n.isPartly()
}

// Source is a scalar of one line as it stands in the file, with its quotes; "" for other nodes.
func (n *Node) Source() string {
	if n.Kind != Scalar || n.Start >= n.End || n.End > len(n.file.Src) {
		return ""
	}
	s := string(n.file.Src[n.Start:n.End])
	if strings.Contains(s, "\n") {
		return ""
	}
	return s
}

// Inner reads the text of a literal block as YAML or JSON of its own, with the places that it has in this file; ok is
// false for other scalars, and where the text is neither.
func (n *Node) Inner() (f *File, ok bool) {
	o := n.literal()
	if o == nil || len(o.Lines) == 0 {
		return nil, false
	}
	begin, last := o.Lines[0].Offset, o.Lines[len(o.Lines)-1].Offset
	end := len(n.file.Src)
	if i := bytes.IndexByte(n.file.Src[last:], '\n'); i >= 0 {
		end = last + i + 1
	}
	text := bytes.Clone(n.file.Src)
	for i := range text {
		if (i < begin || i >= end) && text[i] != '\n' && text[i] != '\r' {
			text[i] = ' '
		}
	}
	f, err := Parse(n.file.Name, text)
	if err != nil {
		return nil, false
	}
	f.Src = n.file.Src
	return f, true
}
