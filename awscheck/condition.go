package awscheck

import (
	"net/netip"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/spelling"
)

// match is what is known of a condition.
type match uint8

const (
	no match = iota
	yes
	unsure
)

// matches reports whether all conditions of the rule apply to r, and why that is not known.
func (rule *Rule) matches(r hop.Request) (m match, why string) {
	m = yes
	for i := range rule.Conditions {
		switch one, reason := rule.Conditions[i].matches(r); one {
		case no:
			return no, ""
		case unsure:
			if m = unsure; why == "" {
				why = reason
			}
		}
	}
	return m, why
}

// matches is one condition: application/rule-condition-types.html.
func (c *Condition) matches(r hop.Request) (match, string) {
	if c.Unknown != "" {
		return unsure, c.Unknown
	}
	path, query, _ := strings.Cut(r.Target, "?")
	switch c.Field {
	case "host-header":
		lines, why := r.Lines("Host")
		if why != "" {
			return unsure, why
		}
		for i, l := range lines {
			lines[i] = withoutPort(l)
		}
		return c.oneOf(lines, true)
	case "path-pattern":
		return c.oneOf([]string{path}, false)
	case "http-header":
		lines, why := r.Lines(textproto.CanonicalMIMEHeaderKey(c.Header))
		if why != "" {
			return unsure, why
		}
		return c.oneOf(lines, true)
	case "http-request-method":
		return known(slices.Contains(c.Values, r.Method)), ""
	case "query-string":
		return c.query(query), ""
	case "source-ip":
		return c.source(r)
	}
	return unsure, "conditions on " + c.Field + " are not known"
}

func known(ok bool) match {
	if ok {
		return yes
	}
	return no
}

// oneOf compares texts with the patterns of c: with wildcards, or as regular expressions.
func (c *Condition) oneOf(texts []string, foldCase bool) (match, string) {
	m, why := no, ""
	for _, t := range texts {
		for _, p := range c.Values {
			if foldCase && glob(strings.ToLower(p), strings.ToLower(t)) || !foldCase && glob(p, t) {
				return yes, ""
			}
		}
		for _, p := range c.Regex {
			switch one := search(p, t, foldCase); one {
			case yes:
				return yes, ""
			case unsure:
				m, why = unsure, "whether the regular expression "+p+" matches "+t+" is not known"
			}
		}
	}
	return m, why
}

// glob matches * and ? as rules of an ALB do: application/rule-condition-types.html. A backslash escapes them.
func glob(pattern, s string) bool {
	re, err := regexp.Compile("(?s)^" + spelling.Wildcards(pattern, albWildcards[:]...) + "$")
	return err == nil && re.MatchString(s)
}

var albWildcards = [...]spelling.Wildcard{
	{Text: `\*`, As: `\*`}, {Text: `\?`, As: `\?`}, {Text: `\\`, As: `\\`}, {Text: "*", As: ".*"}, {Text: "?", As: "."},
}

// search applies a regular expression. AWS does not say whether it has to match the whole text: where that matters,
// and where Go does not know the syntax, the result is unknown.
func search(pattern, s string, foldCase bool) match {
	flags := ""
	if foldCase {
		flags = "(?i)"
	}
	part, err := regexp.Compile(flags + "(?:" + pattern + ")")
	whole, err2 := regexp.Compile(flags + "^(?:" + pattern + ")$")
	switch {
	case err != nil || err2 != nil:
		return unsure
	case whole.MatchString(s):
		return yes
	case part.MatchString(s) && !strings.HasPrefix(pattern, "^") && !strings.HasSuffix(pattern, "$"):
		return unsure
	}
	return known(part.MatchString(s))
}

// query compares parameters, without regard to case; a pair without a key matches any parameter's value.
func (c *Condition) query(query string) match {
	for part := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(part, "=")
		for _, p := range c.Query {
			if (p.Key == "" || glob(strings.ToLower(p.Key), strings.ToLower(unescape(key)))) &&
				glob(strings.ToLower(p.Value), strings.ToLower(unescape(value))) {
				return known(query != "")
			}
		}
	}
	return no
}

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// source compares the address that the connection comes from with CIDR blocks.
func (c *Condition) source(r hop.Request) (match, string) {
	if !r.Client.IsValid() {
		return unsure, "the client's address is not known"
	}
	for _, v := range c.Values {
		block, err := netip.ParsePrefix(v)
		if err != nil {
			return unsure, v + " is not understood as an address block"
		}
		if block.Contains(r.Client.Addr().Unmap()) {
			return yes, ""
		}
	}
	return no, ""
}

func withoutPort(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		return host[:i]
	}
	return host
}
