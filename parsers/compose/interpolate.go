package compose

import (
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/document"
)

// A value is a text of a compose file with its variables replaced, or why it is not known.
type value struct {
	text string
	why  string // why it is not known; "" when it is
	pos  hop.Pos
	// shifts are the places where bytes of the file are missing in text, by their offset there; nil where more was
	// replaced than a doubled $.
	shifts []int
	// replaced says that a variable was replaced.
	replaced bool
}

func (v value) known() bool { return v.why == "" }

// deepest is how deep defaults may be nested, and longest how long a text may become: a few lines that name each other
// twice can stand for more than a machine has.
const deepest, longest = 10, 1 << 20

// interpolate replaces the variables of a text as compose does (Compose file reference, "Interpolation"): $NAME,
// ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:?error}, ${NAME:+other}, and $$ for one $. What the variables of
// the shell are that compose runs in nobody knows here: a default holds where .env does not say otherwise.
func (e *env) interpolate(text string, depth int) value {
	var v value
	var out strings.Builder
	for i := 0; i < len(text); {
		if out.Len() > longest {
			return value{why: "it becomes longer than 1 MiB"}
		}
		c := text[i]
		if c != '$' || i+1 == len(text) {
			out.WriteByte(c)
			i++
			continue
		}
		switch next := text[i+1]; {
		case next == '$':
			out.WriteByte('$')
			v.shifts = append(v.shifts, out.Len())
			i += 2
		case next == '{':
			inner, length := braced(text[i+2:])
			if length < 0 {
				out.WriteByte(c)
				i++
				continue
			}
			got := e.expression(inner, depth)
			v.why, v.replaced = first(v.why, got.why), true
			out.WriteString(got.text)
			i += 2 + length + 1
		case isNameStart(next):
			n := nameLength(text[i+1:])
			got := e.variable(text[i+1 : i+1+n])
			v.why, v.replaced = first(v.why, got.why), true
			out.WriteString(got.text)
			i += 1 + n
		default:
			out.WriteByte(c)
			i++
		}
	}
	v.text = out.String()
	if v.replaced {
		v.shifts = nil
	}
	return v
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// braced is what stands before the } that closes a ${, and its length; -1 without one.
func braced(text string) (inner string, length int) {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], "${"):
			depth++
		case text[i] == '}' && depth == 0:
			return text[:i], i
		case text[i] == '}':
			depth--
		}
	}
	return "", -1
}

// expression is the value of what stands in ${ }.
func (e *env) expression(inner string, depth int) value {
	n := nameLength(inner)
	name, rest := inner[:n], inner[n:]
	if n == 0 || depth > deepest {
		return value{why: "${" + inner + "} is no variable"}
	}
	colon := strings.HasPrefix(rest, ":")
	rest = strings.TrimPrefix(rest, ":")
	got, set := e.look(name)
	if colon && got.known() && got.text == "" {
		set = false
	}
	switch {
	case rest == "":
		return e.variable(name)
	case rest[0] == '-' && set, rest[0] == '?' && set:
		return got
	case rest[0] == '-':
		return e.interpolate(rest[1:], depth+1)
	case rest[0] == '+' && set:
		return e.interpolate(rest[1:], depth+1)
	case rest[0] == '+':
		return value{}
	}
	return value{why: name + " is not set in these files"}
}

// variable is the value of a variable without a default.
func (e *env) variable(name string) value {
	if got, set := e.look(name); set {
		return got
	}
	return value{why: name + " is not set in these files"}
}

func nameLength(text string) int {
	n := 0
	for n < len(text) && (isNameStart(text[n]) || n > 0 && text[n] >= '0' && text[n] <= '9') {
		n++
	}
	return n
}

func isNameStart(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// of is the value of a node.
func (e *env) of(n *document.Node) value {
	if n.IsNull() {
		return value{}
	}
	if n.Kind != document.Scalar {
		return value{why: "it is no single value", pos: n.Pos()}
	}
	v := e.interpolate(n.Value, 0)
	v.pos = n.Pos()
	return v
}
