package conf

import (
	"slices"
	"strings"
)

// A Test is what one or several acl lines of one name compare, or an expression in braces does.
type Test struct {
	Line *Line // the first of the acl lines; nil for braces and for an ACL that HAProxy brings along
	ACL  ACL
	Why  string // why the expression is not known; ACL then has its text alone

	first  string // the word that the expression is
	plain  bool   // it is nothing but patterns that are written out
	known  bool   // no pattern of it is open
	merged bool   // of several lines
}

// newTest takes a test apart. Without words it never holds.
func newTest(l *Line, words []Word) Test {
	t := Test{Line: l}
	switch {
	case len(words) == 0:
	case words[0].Why != "":
		t.Why = words[0].Why
		t.ACL = ACL{Expr: Expr{Text: strings.Join(Values(words), " ")}, Method: "bool"}
	default:
		t.first, t.ACL = words[0].Value, ParseACL(words)
	}
	has := func(is func(Word) bool) bool { return slices.ContainsFunc(t.ACL.Patterns, is) }
	t.plain = t.first != "" && len(t.ACL.Patterns) > 0 && len(t.ACL.Files) == 0 &&
		!has(func(p Word) bool { return slices.Contains(Operators, p.Value) })
	t.known = !has(func(p Word) bool { return p.Why != "" })
	return t
}

// Never reports a test without an expression, which does not hold.
func (t Test) Never() bool { return t.first == "" && t.Why == "" }

// Tests are what the ACL of a name compares in this section; nil where no line defines it.
func (p *Proxy) Tests(name string) []Test { return p.tests[name] }

// Predefined is a test that HAProxy brings along.
func Predefined(name string) (Test, bool) {
	words, ok := predefined[name]
	if !ok {
		return Test{}, false
	}
	return newTest(nil, WordsOf(words)), true
}

// addTest adds an acl line. Lines that compare the same sample in the same way are one test of all their patterns,
// where they have neither operators nor patterns in files.
func (p *Proxy) addTest(l *Line) {
	name, t := l.Arg(1), newTest(l, l.Rest(2))
	list := p.tests[name]
	i := slices.IndexFunc(list, func(o Test) bool {
		return t.plain && o.plain && o.first == t.first && o.ACL.Method == t.ACL.Method && o.ACL.Fold == t.ACL.Fold &&
			o.Line.Maybe == l.Maybe
	})
	if i < 0 {
		p.tests[name] = append(list, t)
		return
	}
	of := &list[i]
	if !of.merged { // its patterns are words of a line
		of.ACL.Patterns, of.merged = slices.Clone(of.ACL.Patterns), true
	}
	of.ACL.Patterns, of.known = append(of.ACL.Patterns, t.ACL.Patterns...), of.known && t.known
}
