package nginx

import "strings"

// A text is a string that may be unknown: why is then not empty.
type text struct {
	s   string
	why string
	of  string // what of the client's choice it is, for questions about it: "cookie sid"; s is then made up
}

func known(s string) text       { return text{s: s} }
func (t text) unknown() bool    { return t.why != "" }
func unknownText(w string) text { return text{why: w} }
func (t text) plus(u text) text {
	switch {
	case t == text{}:
		return u
	case u == text{}:
		return t
	case t.unknown():
		return t
	case u.unknown():
		return u
	}
	return text{s: t.s + u.s, of: ""}
}

// A part is a piece of a string with variables: literal text, or the name of a variable ("1" to "9" for captures).
type part struct {
	lit      string
	variable string
}

// parts splits a value as nginx's script compiler does: $name, ${name} and $1; a $ before anything else is literal.
func parts(value string) []part {
	var list []part
	for value != "" {
		i := strings.IndexByte(value, '$')
		if i < 0 || i == len(value)-1 {
			return append(list, part{lit: value})
		}
		if i > 0 {
			list = append(list, part{lit: value[:i]})
		}
		name, rest := variableName(value[i+1:])
		if name == "" {
			list = append(list, part{lit: "$"})
			value = value[i+1:]
			continue
		}
		list = append(list, part{variable: strings.ToLower(name)})
		value = rest
	}
	return list
}

// variableName reads the name that s begins with, s being what follows a $.
func variableName(s string) (name, rest string) {
	if s[0] >= '1' && s[0] <= '9' {
		return s[:1], s[1:]
	}
	if s[0] == '{' {
		if end := strings.IndexByte(s, '}'); end > 1 {
			return s[1:end], s[end+1:]
		}
		return "", s
	}
	i := 0
	for i < len(s) && isNameByte(s[i]) {
		i++
	}
	return s[:i], s[i:]
}

// hasVariable reports whether nginx would compile value as one with variables.
func hasVariable(value string) bool {
	i := strings.IndexByte(value, '$')
	return i >= 0
}
