package haproxy

import (
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// holds evaluates a condition; a rule without one always holds.
func (r *run) holds(rl conf.Rule, c *conf.Condition) bool {
	if !r.maybe(rl.Line) {
		return false
	}
	if c == nil {
		return true
	}
	suites, _ := c.Terms()
	is := slices.ContainsFunc(suites, func(s []conf.Term) bool {
		return len(s) > 0 && !slices.ContainsFunc(s, func(t conf.Term) bool { return r.term(c.Proxy, t, rl.Line.Pos()) == t.Negated })
	})
	return is != c.Unless
}

// surely evaluates a condition without choosing: what hangs on something unknown is doubt.
func (r *run) surely(c *conf.Condition) truth {
	suites, _ := c.Terms()
	all := sure(false)
	for _, s := range suites {
		if len(s) == 0 {
			continue
		}
		one := sure(true)
		for _, t := range s {
			// What is false decides, whatever else is not known.
			if v := r.surelyTerm(c.Proxy, t); v.why == "" && v.is == t.Negated {
				one = sure(false)
				break
			} else if v.why != "" && one.why == "" {
				one = doubt(v.why)
			}
		}
		if one.why == "" && one.is {
			return sure(!c.Unless)
		}
		if one.why != "" {
			all = one
		}
	}
	if all.why == "" {
		all.is = c.Unless
	}
	return all
}

// surelyTerm evaluates one ACL without choosing.
func (r *run) surelyTerm(p *conf.Proxy, t conf.Term) truth {
	var lists [][]conf.Word
	switch {
	case t.Inline != nil:
		lists = [][]conf.Word{t.Inline}
	case t.Name.Why != "":
		return doubt(t.Name.Why)
	default:
		for _, l := range p.FindACL(t.Name.Value) {
			if l.Maybe != "" {
				return doubt(l.Maybe + " decides")
			}
			lists = append(lists, l.Rest(2))
		}
		if lists == nil && conf.Predefined[t.Name.Value] != nil {
			lists = [][]conf.Word{conf.WordsOf(conf.Predefined[t.Name.Value])}
		}
	}
	if lists == nil {
		return doubt("the ACL " + t.Name.Value + " is not defined")
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
func (r *run) term(p *conf.Proxy, t conf.Term, pos hop.Pos) bool {
	if t.Inline != nil {
		return r.decide(t.Inline, pos)
	}
	if t.Name.Why != "" {
		return r.decides(t.Name.Value, t.Name.Why, pos)
	}
	lines := p.FindACL(t.Name.Value)
	if lines == nil {
		if words, ok := conf.Predefined[t.Name.Value]; ok {
			return r.decide(conf.WordsOf(words), pos)
		}
		return r.decides(t.Name.Value, "the ACL "+t.Name.Value+" is not defined", pos)
	}
	return slices.ContainsFunc(lines, func(l *conf.Line) bool {
		return r.maybe(l) && r.decide(l.Rest(2), l.Pos())
	})
}
