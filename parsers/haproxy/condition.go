package haproxy

import (
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// An alternative is one of the acl lines that a name stands for.
type alternative struct {
	line *conf.Line // nil for an expression in braces and for an ACL that HAProxy brings along
	truth
}

// A literal is one ACL of a condition, of which any alternative is enough.
type literal struct {
	any     []alternative
	negated bool
}

// is reports what the literal comes to; known is false where something else decides.
func (l literal) is() (is, known bool) {
	open := false
	for _, a := range l.any {
		maybe := a.line != nil && a.line.Maybe != ""
		switch {
		case a.open() || a.truth.is && maybe:
			open = true
		case a.truth.is:
			return !l.negated, true
		}
	}
	return l.negated, !open
}

// resolve asks for what is open of a literal.
func (r *run) resolve(l literal) bool {
	return slices.ContainsFunc(l.any, func(a alternative) bool {
		if !a.open() && !a.truth.is {
			return false
		}
		return (a.line == nil || r.maybe(a.line)) && r.decide(a.truth)
	}) != l.negated
}

// holds answers a condition; a rule without one always holds. What is open is asked only where the answer matters: a
// rule of which it is known that it does not hold may be there or not.
func (r *run) holds(rl conf.Rule, c *conf.Condition) bool {
	if c == nil {
		return r.maybe(rl.Line)
	}
	if !r.mayCount(rl.Line) {
		return false
	}
	suites := r.literals(c, rl.Line)
	if is, known := settled(suites); known && is == c.Unless {
		return false
	}
	return r.maybe(rl.Line) && r.settle(c, suites)
}

// settle answers a condition, of which the literals are known.
func (r *run) settle(c *conf.Condition, suites [][]literal) bool {
	if is, known := settled(suites); known {
		return is != c.Unless
	}
	for _, suite := range suites {
		if refuted(suite) {
			continue
		}
		if !slices.ContainsFunc(suite, func(l literal) bool { return !r.resolve(l) }) {
			return !c.Unless
		}
	}
	return c.Unless
}

// refuted reports whether one literal of a suite is known not to hold.
func refuted(suite []literal) bool {
	return slices.ContainsFunc(suite, func(l literal) bool { is, known := l.is(); return known && !is })
}

// settled is what a condition comes to, "unless" aside, where nothing that is open matters.
func settled(suites [][]literal) (is, known bool) {
	known = true
	for _, suite := range suites {
		open := slices.ContainsFunc(suite, func(l literal) bool { _, known := l.is(); return !known })
		switch {
		case refuted(suite):
		case open:
			known = false
		default:
			return true, true
		}
	}
	return false, known
}

// literals evaluates the ACLs of a condition of a line without asking. One that is known not to hold stands for all of
// its suite.
func (r *run) literals(c *conf.Condition, at *conf.Line) [][]literal {
	terms, _ := c.Terms()
	var suites [][]literal
	for _, suite := range terms {
		if len(suite) == 0 {
			continue
		}
		list := make([]literal, 0, len(suite))
		for _, t := range suite {
			l := literal{r.alternatives(c.Proxy, t, at), t.Negated}
			if is, known := l.is(); known && !is {
				list = []literal{l}
				break
			}
			list = append(list, l)
		}
		suites = append(suites, list)
	}
	return suites
}

// alternatives evaluates one ACL of a line.
func (r *run) alternatives(p *conf.Proxy, t conf.Term, at *conf.Line) []alternative {
	if t.Inline != nil {
		return []alternative{{truth: r.match(*t.Inline, at)}}
	}
	name, why := t.Name.Value, t.Name.Why
	tests := p.Tests(name)
	if tests != nil {
		why = "" // an ACL is called by the same word
	} else if why == "" {
		if x, ok := conf.Predefined(name); ok {
			return []alternative{{truth: r.match(x, at)}}
		}
		why = "the ACL " + name + " is not defined"
	}
	if why != "" {
		return []alternative{{truth: truth{why: why, ask: &hop.Question{
			Key: "haproxy: ACL " + name, Yes: name + " holds", No: name + " does not hold (" + why + ")", Pos: at.Pos(),
		}}}}
	}
	list := make([]alternative, len(tests))
	for i, x := range tests {
		list[i] = alternative{x.Line, r.match(x, x.Line)}
	}
	return list
}
