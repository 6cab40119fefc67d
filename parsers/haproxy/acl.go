package haproxy

import (
	"slices"
	"strings"
)

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
	return r.matchSample(a, r.eval(a.e))
}

// matchSample compares a value with the patterns.
func (r *run) matchSample(a aclExpr, s sample) truth {
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
