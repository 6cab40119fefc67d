package haproxy

import "strings"

// An expr is a sample expression: a fetch with its arguments and the converters behind it.
type expr struct {
	text  string
	fetch call
	convs []call
	bad   bool // not an expression at all
}

// A call is a name with arguments: "hdr(host)".
type call struct {
	name string
	args []string
}

// parseExpr reads "req.hdr(Host),lower,field(1,:)".
func parseExpr(s string) expr {
	e := expr{text: s}
	rest := s
	for first := true; ; first = false {
		c, more, ok := cutCall(rest)
		if !ok {
			e.bad = true
			return e
		}
		if first {
			e.fetch = c
		} else if c.name != "" {
			e.convs = append(e.convs, c)
		}
		if more == "" {
			return e
		}
		if more[0] != ',' {
			e.bad = true
			return e
		}
		rest = more[1:]
	}
}

// cutCall reads one name and its parenthesis.
func cutCall(s string) (c call, rest string, ok bool) {
	i := 0
	for i < len(s) && (isName(s[i]) || s[i] == '.' || s[i] == '-') {
		i++
	}
	c.name, rest = s[:i], s[i:]
	if !strings.HasPrefix(rest, "(") {
		return c, rest, true
	}
	end := closing(rest)
	if end < 0 {
		return c, rest, false
	}
	c.args = splitArgs(rest[1:end])
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

func (c call) arg(i int) string {
	if i >= len(c.args) {
		return ""
	}
	return c.args[i]
}
