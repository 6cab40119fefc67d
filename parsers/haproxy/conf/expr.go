package conf

import "strings"

// An Expr is a sample expression: a fetch with its arguments and the converters behind it.
type Expr struct {
	Text  string
	Fetch Call
	Convs []Call
	Bad   bool // not an expression at all
}

// A Call is a name with arguments: "hdr(host)".
type Call struct {
	Name string
	Args []string
}

// ParseExpr reads "req.hdr(Host),lower,field(1,:)".
func ParseExpr(s string) Expr {
	e := Expr{Text: s}
	rest := s
	for first := true; ; first = false {
		c, more, ok := CutCall(rest)
		if !ok {
			e.Bad = true
			return e
		}
		if first {
			e.Fetch = c
		} else if c.Name != "" {
			e.Convs = append(e.Convs, c)
		}
		if more == "" {
			return e
		}
		if more[0] != ',' {
			e.Bad = true
			return e
		}
		rest = more[1:]
	}
}

// CutCall reads one name and its parenthesis.
func CutCall(s string) (c Call, rest string, ok bool) {
	i := 0
	for i < len(s) && (IsName(s[i]) || s[i] == '.' || s[i] == '-') {
		i++
	}
	c.Name, rest = s[:i], s[i:]
	if !strings.HasPrefix(rest, "(") {
		return c, rest, true
	}
	end := closing(rest)
	if end < 0 {
		return c, rest, false
	}
	c.Args = splitArgs(rest[1:end])
	return c, rest[end+1:], true
}

// closing finds the parenthesis that closes the one that s begins with, quotes and escapes respected.
func closing(s string) int {
	quote := byte(0)
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\\':
			i++
		case c == '\'' || c == '"':
			quote = c
		case c == ')':
			return i
		}
	}
	return -1
}

// splitArgs cuts arguments at commas outside of quotes, and takes the quotes off.
func splitArgs(s string) []string {
	var list []string
	var b strings.Builder
	quote := byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			} else {
				b.WriteByte(c)
			}
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case c == '\'' || c == '"':
			quote = c
		case c == ',':
			list = append(list, b.String())
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	return append(list, b.String())
}

func (c Call) Arg(i int) string {
	if i >= len(c.Args) {
		return ""
	}
	return c.Args[i]
}
