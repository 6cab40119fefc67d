package conf

import (
	"slices"
	"strings"
)

// A Condition is what follows if or unless: ACLs that must all hold, "or" between alternatives.
type Condition struct {
	Proxy  *Proxy
	words  []Word
	Unless bool
}

// Predefined are the ACLs that HAProxy brings along.
var Predefined = map[string][]string{
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
	Inline  []Word // for { … }
}

// Terms cuts a condition into alternatives of terms. missing is set when a brace does not close.
func (c *Condition) Terms() (suites [][]Term, missing bool) {
	var suite []Term
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
			suite = append(suite, Term{Negated: negated, Inline: c.words[i+1 : i+end]})
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

// FindACL finds the acl lines of a name; a named defaults section has its own for its own rules.
func (p *Proxy) FindACL(name string) []*Line { return p.ACLs[name] }
