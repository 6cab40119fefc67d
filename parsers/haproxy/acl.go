package haproxy

import (
	"slices"

	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// match evaluates a test; at is the line that it is written in.
func (r *run) match(x conf.Test, at *conf.Line) truth {
	switch {
	case x.Never():
		return sure(false)
	case x.Why != "":
		return r.asked(x.ACL, sample{}, unknownTruth(x.Why), at.Pos())
	}
	s := unknownSample("the expression " + x.ACL.Expr.Text + " cannot be read")
	if !x.ACL.Expr.Bad {
		s = r.eval(x.ACL.Expr)
	}
	t := r.matchSample(x.ACL, s)
	if t.why == "" && s.about == "" {
		return t
	}
	return r.asked(x.ACL, s, t, at.Pos())
}

// matchSample compares a value with the patterns.
func (r *run) matchSample(a conf.ACL, s sample) truth {
	m := a.Method
	if m == "" {
		m = byKind(s.kind)
	}
	switch {
	case s.why != "":
		return unknownTruth(s.why)
	case m == "found":
		return sure(len(s.values) > 0)
	case s.anyCase && !a.Fold && m != "len":
		return unknownTruth("the case of " + a.Expr.Text + " is up to the application")
	case len(s.values) == 0:
		return sure(false)
	case m == "bool" && len(a.Patterns) == 0:
		return sure(s.low != 0)
	case m == "bool":
		return unknownTruth("a boolean is compared with a pattern in " + a.Expr.Text)
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
		file := r.c.List(f.Value)
		switch {
		case file == nil:
			why = "what " + f.Value + " lists is not known"
		case list == nil:
			list = file.Patterns
		default:
			list = slices.Concat(list, file.Patterns)
		}
	}
	return list, why
}
