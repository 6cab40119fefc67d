package haproxy

import (
	"slices"
	"strings"
)

// holds evaluates a condition; a rule without one always holds.
func (r *run) holds(rl rule, c *condition) bool {
	if rl.l.maybe != "" && !r.w.Choose(rl.l.maybe, rl.l.maybe+" decides") {
		return false
	}
	if c == nil {
		return true
	}
	suites, _ := c.terms()
	is := slices.ContainsFunc(suites, func(s []term) bool {
		return len(s) > 0 && !slices.ContainsFunc(s, func(t term) bool { return r.term(c.p, t) == t.negated })
	})
	return is != c.unless
}

// surely evaluates a condition without choosing: what hangs on something unknown is doubt.
func (r *run) surely(c *condition) truth {
	suites, _ := c.terms()
	all := sure(false)
	for _, s := range suites {
		if len(s) == 0 {
			continue
		}
		one := sure(true)
		for _, t := range s {
			// What is false decides, whatever else is not known.
			if v := r.surelyTerm(c.p, t); v.why == "" && v.is == t.negated {
				one = sure(false)
				break
			} else if v.why != "" && one.why == "" {
				one = doubt(v.why)
			}
		}
		if one.why == "" && one.is {
			return sure(!c.unless)
		}
		if one.why != "" {
			all = one
		}
	}
	if all.why == "" {
		all.is = c.unless
	}
	return all
}

// surelyTerm evaluates one ACL without choosing.
func (r *run) surelyTerm(p *proxy, t term) truth {
	var lists [][]Word
	switch {
	case t.inline != nil:
		lists = [][]Word{t.inline}
	case t.name.Why != "":
		return doubt(t.name.Why)
	default:
		for _, l := range p.findACL(t.name.Value) {
			if l.maybe != "" {
				return doubt(l.maybe + " decides")
			}
			lists = append(lists, l.rest(2))
		}
		if lists == nil && predefined[t.name.Value] != nil {
			lists = [][]Word{wordsOf(predefined[t.name.Value])}
		}
	}
	if lists == nil {
		return doubt("the ACL " + t.name.Value + " is not defined")
	}
	out := sure(false)
	for _, words := range lists {
		v := r.match(words)
		if v.why == "" && v.is {
			return v
		}
		if v.why != "" {
			out = v
		}
	}
	return out
}

// term evaluates one ACL. A name stands for all its acl lines, any of which is enough.
func (r *run) term(p *proxy, t term) bool {
	if t.inline != nil {
		return r.decide(t.inline)
	}
	if t.name.Why != "" {
		return r.w.Choose(t.name.Value, t.name.Why)
	}
	lines := p.findACL(t.name.Value)
	if lines == nil {
		if words, ok := predefined[t.name.Value]; ok {
			return r.decide(wordsOf(words))
		}
		return r.w.Choose(t.name.Value, "the ACL "+t.name.Value+" is not defined")
	}
	return slices.ContainsFunc(lines, func(l *line) bool {
		if l.maybe != "" && !r.w.Choose(l.maybe, l.maybe+" decides") {
			return false
		}
		return r.decide(l.rest(2))
	})
}

// decide evaluates one ACL expression, and chooses where it is not known.
func (r *run) decide(words []Word) bool {
	t := r.match(words)
	if t.why == "" {
		return t.is
	}
	return r.w.Choose(strings.Join(values(words), " "), t.why)
}
