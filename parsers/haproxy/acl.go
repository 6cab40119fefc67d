package haproxy

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// match compares an expression with its patterns; pos is where it is written.
func (r *run) match(words []conf.Word, pos hop.Pos) truth {
	if len(words) == 0 {
		return sure(false)
	}
	if words[0].Why != "" {
		return r.asked(
			conf.ACL{Expr: conf.Expr{Text: strings.Join(conf.Values(words), " ")}, Method: "bool"},
			sample{},
			doubt(words[0].Why),
			pos,
		)
	}
	a := conf.ParseACL(words)
	s := unknownSample("the expression " + a.Expr.Text + " cannot be read")
	if !a.Expr.Bad {
		s = r.eval(a.Expr)
	}
	t := r.matchSample(a, s)
	if t.why == "" && s.about == "" {
		return t
	}
	return r.asked(a, s, t, pos)
}

// matchSample compares a value with the patterns.
func (r *run) matchSample(a conf.ACL, s sample) truth {
	m := a.Method
	if m == "" {
		m = byKind(s.kind)
	}
	switch {
	case s.why != "":
		return doubt(s.why)
	case m == "found":
		return sure(len(s.values) > 0)
	case s.anyCase && !a.Fold && m != "len":
		return doubt("the case of " + a.Expr.Text + " is up to the application")
	case len(s.values) == 0:
		return sure(false)
	case m == "bool" && len(a.Patterns) == 0:
		return sure(s.low != 0)
	case m == "bool":
		return doubt("a boolean is compared with a pattern in " + a.Expr.Text)
	}
	return r.compare(a, s, m)
}

// matchOne compares one value with one pattern. Of a text that is compared with integers the leading digits count; an
// empty one is none.
func (r *run) matchOne(a conf.ACL, s sample, m conf.Method, v, pattern string) (ok bool, why string) {
	switch {
	case (s.kind == numberKind || s.kind == boolKind) && v == "":
		return inRange(s.low, s.high, pattern)
	case s.kind == numberKind || m == "int" && v != "":
		n := leadingNumber(v)
		return inRange(n, n, pattern)
	case m == "int":
		return false, ""
	}
	return r.matchText(m, a.Fold || s.kind == methodKind, v, pattern)
}

// compare tries every pattern on every value.
func (r *run) compare(a conf.ACL, s sample, m conf.Method) truth {
	patterns, why := r.patterns(a)
	operator := ""
	for _, p := range patterns {
		if p.Why != "" {
			why = p.Why
			continue
		}
		if m == "int" || m == "len" {
			if slices.Contains(conf.Operators, p.Value) {
				operator = p.Value
				continue
			}
			p.Value = operatorRange(operator, p.Value)
		}
		for _, v := range s.values {
			ok, w := r.matchOne(a, s, m, v, p.Value)
			if w != "" {
				why = w
			} else if ok {
				return sure(true)
			}
		}
	}
	return truth{why: why}
}

// patterns are those of the expression and of the files that it names; why says which of those was not read.
func (r *run) patterns(a conf.ACL) (list []conf.Word, why string) {
	list = a.Patterns
	for _, f := range a.Files {
		lines, ok := r.c.List(f.Value)
		if !ok {
			why = "what " + f.Value + " lists is not known"
		}
		list = slices.Concat(list, conf.WordsOf(lines))
	}
	return list, why
}
