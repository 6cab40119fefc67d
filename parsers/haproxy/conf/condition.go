package conf

import (
	"slices"
	"strings"
)

// A Condition is what follows if or unless: ACLs that must all hold, "or" between alternatives.
type Condition struct {
	Proxy  *Proxy
	Unless bool

	suites  [][]Term
	missing bool
}

// Condition splits the words of a rule behind its first n at if or unless; cond is nil without either.
func (r Rule) Condition(n int) (args []Word, cond *Condition) {
	words := r.Line.Rest(n)
	for i, w := range words {
		if r.Line.isGuard(n + i) {
			return words[:i], newCondition(r.Proxy, false, words[i:])
		}
		if (w.Value != "if" && w.Value != "unless") || w.Why != "" {
			continue
		}
		if c := r.Line.cond; c != nil && r.Line.ifAt == n+i {
			return words[:i], c
		}
		return words[:i], newCondition(r.Proxy, w.Value == "unless", words[i+1:])
	}
	return words, nil
}

// isGuard reports whether word i of a line is a condition that a template puts there as a whole, for want of anything
// else that could stand there.
func (l *Line) isGuard(i int) bool {
	if i != 2 || len(l.Words) != 3 || !l.Words[2].FilledIn() {
		return false
	}
	return l.Is("use_backend") || l.Is("http-request") && slices.Contains([]string{"deny", "reject", "silent-drop",
		"tarpit"}, l.Arg(1))
}

func newCondition(p *Proxy, unless bool, words []Word) *Condition {
	c := &Condition{Proxy: p, Unless: unless}
	c.suites, c.missing = terms(words)
	return c
}

// predefined are the ACLs that HAProxy brings along.
var predefined = map[string][]string{
	"TRUE": {"always_true"}, "FALSE": {"always_false"}, "WAIT_END": {"always_true"},
	"HTTP": {
		"req.proto_http",
	}, "HTTP_1.0": {"req.ver", "1.0"}, "HTTP_1.1": {"req.ver", "1.1"}, "HTTP_2.0": {"req.ver", "2.0"},
	"HTTP_CONTENT": {"req.hdr_val(content-length)", "gt", "0"}, "HTTP_URL_ABS": {"url_reg", "^[^/:]*://"},
	"HTTP_URL_SLASH": {"url_beg", "/"}, "HTTP_URL_STAR": {"url", "*"}, "LOCALHOST": {"src", "127.0.0.1/8", "::1"},
	"METH_CONNECT": {"method", "CONNECT"}, "METH_DELETE": {"method", "DELETE"}, "METH_GET": {"method", "GET", "HEAD"},
	"METH_HEAD": {"method", "HEAD"}, "METH_OPTIONS": {"method", "OPTIONS"}, "METH_POST": {"method", "POST"},
	"METH_PUT": {"method", "PUT"}, "METH_TRACE": {"method", "TRACE"}, "RDP_COOKIE": {"req.rdp_cookie_cnt", "gt", "0"},
	"REQ_CONTENT": {"req.len", "gt", "0"},
}

// A Term is one ACL of a condition: a name, or an expression in braces.
type Term struct {
	Negated bool
	Name    Word
	Inline  *Test // for { … }
}

// Terms are the alternatives of a condition, of which each is a list of terms. missing is set when a brace does not
// close.
func (c *Condition) Terms() (suites [][]Term, missing bool) { return c.suites, c.missing }

func terms(words []Word) (suites [][]Term, missing bool) {
	var suite []Term
	negated := false
	for i := 0; i < len(words); i++ {
		w := words[i]
		name := strings.TrimLeft(w.Value, "!")
		negated = negated != ((len(w.Value)-len(name))%2 == 1)
		switch {
		case name == "":
			continue
		case strings.EqualFold(name, "or") || name == "||":
			suites, suite = append(suites, suite), nil
		case name == "{":
			end := slices.IndexFunc(words[i:], func(w Word) bool { return w.Value == "}" })
			if end < 0 {
				return nil, true
			}
			inline := newTest(nil, words[i+1:i+end])
			suite = append(suite, Term{Negated: negated, Inline: &inline})
			i += end
		default:
			w.Value = name
			suite = append(suite, Term{Negated: negated, Name: w})
		}
		negated = false
	}
	return append(suites, suite), false
}

func WordsOf(values []string) []Word {
	list := make([]Word, len(values))
	for i, v := range values {
		list[i].Value = v
	}
	return list
}
