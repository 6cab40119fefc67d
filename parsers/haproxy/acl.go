package haproxy

import (
	"slices"
)

// match compares an expression with its patterns.
func (r *run) match(words []Word) truth {
	if len(words) == 0 {
		return sure(false)
	}
	if words[0].Why != "" {
		return doubt(words[0].Why)
	}
	a := parseACL(words)
	if a.e.bad {
		return doubt("the expression " + a.e.text + " cannot be read")
	}
	s := r.eval(a.e)
	m := a.method
	if m == "" {
		m = byKind(s.kind)
	}
	switch {
	case s.why != "":
		return doubt(s.why)
	case m == "found":
		return sure(len(s.values) > 0)
	case s.anyCase && !a.fold && m != "len":
		return doubt("the case of " + a.e.text + " is up to the application")
	case len(s.values) == 0:
		return sure(false)
	case m == "bool" && len(a.patterns) == 0:
		return sure(s.low != 0)
	case m == "bool":
		return doubt("a boolean is compared with a pattern in " + a.e.text)
	}
	return a.compare(s, m)
}

// matchOne compares one value with one pattern. Of a text that is compared with integers the leading digits count; an empty one is none.
func (a aclExpr) matchOne(s sample, m method, v, pattern string) (ok bool, why string) {
	switch {
	case (s.kind == numberKind || s.kind == boolKind) && v == "":
		return inRange(s.low, s.high, pattern)
	case s.kind == numberKind || m == "int" && v != "":
		n := leadingNumber(v)
		return inRange(n, n, pattern)
	case m == "int":
		return false, ""
	}
	return matchText(m, a.fold || s.kind == methodKind, v, pattern)
}

// compare tries every pattern on every value.
func (a aclExpr) compare(s sample, m method) truth {
	why := ""
	if a.fromFile {
		why = "the patterns of " + a.e.text + " are in a file"
	}
	operator := ""
	for _, p := range a.patterns {
		if p.Why != "" {
			why = p.Why
			continue
		}
		if m == "int" || m == "len" {
			if slices.Contains(operators, p.Value) {
				operator = p.Value
				continue
			}
			p.Value = operatorRange(operator, p.Value)
		}
		for _, v := range s.values {
			ok, w := a.matchOne(s, m, v, p.Value)
			if w != "" {
				why = w
			} else if ok {
				return sure(true)
			}
		}
	}
	return truth{why: why}
}
