package haproxy

import (
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
			list := make([]Word, len(words))
			for i, w := range words {
				list[i].Value = w
			}
			return r.decide(list)
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

// findACL finds the acl lines of a name; a named defaults section has its own for its own rules.
func (p *proxy) findACL(name string) []*line { return p.acls[name] }

// decide evaluates one ACL expression, and chooses where it is not known.
func (r *run) decide(words []Word) bool {
	t := r.match(words)
	if t.why == "" {
		return t.is
	}
	return r.w.Choose(strings.Join(values(words), " "), t.why)
}

// An aclExpr is an ACL expression taken apart.
type aclExpr struct {
	e        expr
	method   method // "" for the one of the type
	fold     bool
	patterns []Word
	fromFile bool
}

// suffixes are the endings of ACL keywords that choose a matching method.
var suffixes = []string{"_beg", "_dir", "_dom", "_end", "_len", "_reg", "_sub"}

// parseACL takes an ACL expression apart.
func parseACL(words []Word) aclExpr {
	a := aclExpr{e: parseExpr(words[0].Value)}
	name := &a.e.fetch.name
	for _, s := range suffixes {
		base, ok := strings.CutSuffix(*name, s)
		if !ok || !hasSuffixes(base) {
			continue
		}
		*name = base
		if len(a.e.convs) == 0 {
			// Behind a converter its type decides.
			a.method = method(s[1:])
		}
	}
	i := 1
options:
	for ; i < len(words) && strings.HasPrefix(words[i].Value, "-"); i++ {
		switch words[i].Value {
		case "-i":
			a.fold = true
		case "-m":
			i++
			if i < len(words) {
				a.method = method(words[i].Value)
			}
		case "-f":
			a.fromFile = true
			i++
		case "-u":
			i++
		case "--":
			i++
			break options
		}
	}
	if i < len(words) {
		a.patterns = words[i:]
	}
	return a
}

// hasSuffixes reports whether a fetch has ACL keywords with a matching method at their end.
func hasSuffixes(fetch string) bool {
	return slices.Contains([]string{
		"hdr", "path", "url", "urlp", "url_param", "base", "cook", "req.hdr", "req.cook", "req.payload", "ssl_fc_sni", "req.ssl_sni",
		"req_ssl_sni", "payload", "method", "req.fhdr", "pathq", "query",
	}, fetch)
}

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
