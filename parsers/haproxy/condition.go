package haproxy

import (
	"github.com/wslint/wslint/hop"
	"slices"
	"strings"
)

// A condition is what follows if or unless: ACLs that must all hold, "or" between alternatives.
type condition struct {
	p      *proxy
	words  []Word
	unless bool
}

// predefined are the ACLs that HAProxy brings along.
var predefined = map[string][]string{
	"TRUE": {"always_true"}, "FALSE": {"always_false"}, "WAIT_END": {"always_true"},
	"HTTP": {"req.proto_http"}, "HTTP_1.0": {"req.ver", "1.0"}, "HTTP_1.1": {"req.ver", "1.1"}, "HTTP_2.0": {"req.ver", "2.0"},
	"HTTP_CONTENT": {"req.hdr_val(content-length)", "gt", "0"}, "HTTP_URL_ABS": {"url_reg", "^[^/:]*://"},
	"HTTP_URL_SLASH": {"url_beg", "/"}, "HTTP_URL_STAR": {"url", "*"}, "LOCALHOST": {"src", "127.0.0.1/8", "::1"},
	"METH_CONNECT": {"method", "CONNECT"}, "METH_DELETE": {"method", "DELETE"}, "METH_GET": {"method", "GET", "HEAD"},
	"METH_HEAD": {"method", "HEAD"}, "METH_OPTIONS": {"method", "OPTIONS"}, "METH_POST": {"method", "POST"},
	"METH_PUT": {"method", "PUT"}, "METH_TRACE": {"method", "TRACE"}, "RDP_COOKIE": {"req.rdp_cookie_cnt", "gt", "0"},
	"REQ_CONTENT": {"req.len", "gt", "0"},
}

// A term is one ACL of a condition: a name, or an expression in braces.
type term struct {
	negated bool
	name    Word
	inline  []Word // for { … }
}

// terms cuts a condition into alternatives of terms. missing is set when a brace does not close.
func (c *condition) terms() (suites [][]term, missing bool) {
	var suite []term
	negated := false
	for i := 0; i < len(c.words); i++ {
		w := c.words[i]
		name := strings.TrimLeft(w.Value, "!")
		negated = negated != ((len(w.Value)-len(name))%2 == 1)
		switch {
		case name == "":
			continue
		case strings.EqualFold(name, "or") || name == "||":
			suites, suite = append(suites, suite), nil
		case name == "{":
			end := slices.IndexFunc(c.words[i:], func(w Word) bool { return w.Value == "}" })
			if end < 0 {
				return nil, true
			}
			suite = append(suite, term{negated: negated, inline: c.words[i+1 : i+end]})
			i += end
		default:
			w.Value = name
			suite = append(suite, term{negated: negated, name: w})
		}
		negated = false
	}
	return append(suites, suite), false
}

// holds evaluates a condition; a rule without one always holds.
func (r *run) holds(rl rule, c *condition) bool {
	if !r.maybe(rl.l) {
		return false
	}
	if c == nil {
		return true
	}
	suites, _ := c.terms()
	is := slices.ContainsFunc(suites, func(s []term) bool {
		return len(s) > 0 && !slices.ContainsFunc(s, func(t term) bool { return r.term(c.p, t, rl.l.pos()) == t.negated })
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

func wordsOf(values []string) []Word {
	list := make([]Word, len(values))
	for i, v := range values {
		list[i].Value = v
	}
	return list
}

// term evaluates one ACL. A name stands for all its acl lines, any of which is enough.
func (r *run) term(p *proxy, t term, pos hop.Pos) bool {
	if t.inline != nil {
		return r.decide(t.inline, pos)
	}
	if t.name.Why != "" {
		return r.decides(t.name.Value, t.name.Why, pos)
	}
	lines := p.findACL(t.name.Value)
	if lines == nil {
		if words, ok := predefined[t.name.Value]; ok {
			return r.decide(wordsOf(words), pos)
		}
		return r.decides(t.name.Value, "the ACL "+t.name.Value+" is not defined", pos)
	}
	return slices.ContainsFunc(lines, func(l *line) bool {
		return r.maybe(l) && r.decide(l.rest(2), l.pos())
	})
}

// findACL finds the acl lines of a name; a named defaults section has its own for its own rules.
func (p *proxy) findACL(name string) []*line { return p.acls[name] }
