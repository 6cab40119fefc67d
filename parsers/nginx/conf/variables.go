package conf

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed variables.txt
var variableTable string

// A nameSet is a set of names, and of families of names that begin alike.
type nameSet struct {
	names    map[string]bool
	families []string
}

func (s *nameSet) add(name string) {
	if f, ok := strings.CutSuffix(name, "*"); ok {
		s.families = append(s.families, f)
		return
	}
	s.names[name] = true
}

func (s *nameSet) Has(name string) bool {
	if s.names[name] {
		return true
	}
	for _, f := range s.families {
		if len(name) >= len(f) && strings.EqualFold(name[:len(f)], f) {
			return true
		}
	}
	return false
}

// Variables holds the table of variables by its first column. It reads the table when first asked, once.
var Variables = sync.OnceValue(func() map[string]*nameSet {
	m := map[string]*nameSet{}
	for line := range strings.Lines(variableTable) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		if m[f[0]] == nil {
			m[f[0]] = &nameSet{names: map[string]bool{}}
		}
		for _, name := range f[1:] {
			m[f[0]].add(name)
		}
	}
	return m
})

// FixedVariable reports whether name is a variable of nginx's own that nothing may define.
func FixedVariable(name string) bool { return Variables()["fixed"].Has(strings.ToLower(name)) }

// A Part is a piece of a string with variables: literal text, or the name of a variable ("1" to "9" for captures).
type Part struct {
	Lit      string
	Variable string
}

// Parts splits a value as nginx's script compiler does: $name, ${name} and $1; a $ before anything else is literal.
func Parts(value string) []Part {
	var list []Part
	for value != "" {
		i := strings.IndexByte(value, '$')
		if i < 0 || i == len(value)-1 {
			return append(list, Part{Lit: value})
		}
		if i > 0 {
			list = append(list, Part{Lit: value[:i]})
		}
		name, rest := variableName(value[i+1:])
		if name == "" {
			list = append(list, Part{Lit: "$"})
			value = value[i+1:]
			continue
		}
		list = append(list, Part{Variable: strings.ToLower(name)})
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
	for i < len(s) && IsNameByte(s[i]) {
		i++
	}
	return s[:i], s[i:]
}

// HasVariable reports whether nginx would compile value as one with variables.
func HasVariable(value string) bool {
	i := strings.IndexByte(value, '$')
	return i >= 0
}

// IsNameByte reports whether b may stand in the name of a variable.
func IsNameByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_'
}
