package check

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// A locationName is a location as nginx reads its arguments.
type locationName struct {
	at   placeKind
	name string // what nginx calls it: the prefix, the pattern, or "@name"
}

type placeKind uint8

const (
	byPrefix placeKind = iota
	byExact
	byRegex
	byName
)

// readPlace reads the arguments of a location; text says why nginx does not take them.
func readPlace(d *conf.Directive) (p *locationName, text string) {
	if len(d.Args) == 2 {
		p = &locationName{name: d.Arg(1)}
		switch d.Arg(0) {
		case "=":
			p.at = byExact
		case "^~":
		case "~", "~*":
			p.at = byRegex
		default:
			return nil, fmt.Sprintf(`invalid location modifier "%s"`, d.Arg(0))
		}
		return p, ""
	}
	name := d.Arg(0)
	switch {
	case strings.HasPrefix(name, "="):
		return &locationName{byExact, name[1:]}, ""
	case strings.HasPrefix(name, "^~"):
		return &locationName{byPrefix, name[2:]}, ""
	case strings.HasPrefix(name, "~"):
		return &locationName{byRegex, strings.TrimPrefix(name[1:], "*")}, ""
	case strings.HasPrefix(name, "@"):
		return &locationName{byName, name}, ""
	}
	return &locationName{byPrefix, name}, ""
}

// location checks the arguments of d and its place in l, and tells the inner level where it is.
func (c *checker) location(d *conf.Directive, l, inner *level) {
	inner.place = nil
	if templated(d) {
		return
	}
	p, text := readPlace(d)
	if p == nil {
		c.argument(d, 0, text)
		return
	}
	if p.at == byRegex {
		if text := brokenRegex(p.name); text != "" {
			c.argument(d, len(d.Args)-1, text)
		}
	}
	if text := nesting(p, l, c.flavour()); text != "" {
		c.misplaced(d, text, unclosed(d)...)
		return
	}
	inner.place = p
	if p.at == byPrefix || p.at == byExact {
		key := p.name
		if p.at == byExact {
			key = "=" + key
		}
		if first := l.locations[key]; first != nil {
			if l.owner == c.tree.Main && !c.together(first, d) {
				return
			}
			c.problem(d.Name.Pos(), fmt.Sprintf(`duplicate location "%s"`, p.name), firstHere(first))
			return
		}
		l.locations[key] = d
	}
}

// nesting says why a location cannot stand inside the location that l belongs to; "" when it can.
func nesting(p *locationName, l *level, flavour string) string {
	if l.in != conf.InLocation || l.place == nil || !l.owner.Is("location") {
		return ""
	}
	switch outer := l.place; {
	case outer.at == byExact:
		return fmt.Sprintf(`location "%s" cannot be inside the exact location "%s"`, p.name, outer.name)
	case outer.at == byName:
		return fmt.Sprintf(`location "%s" cannot be inside the named location "%s"`, p.name, outer.name)
	case p.at == byName:
		return fmt.Sprintf(`named location "%s" can be on the server level only`, p.name)
	case outer.at == byRegex && flavour == "angie": // which asks no more there
	case p.at != byRegex && !strings.HasPrefix(p.name, outer.name):
		return fmt.Sprintf(`location "%s" is outside location "%s"`, p.name, outer.name)
	}
	return ""
}

const noURIPart = `"proxy_pass" cannot have URI part in location given by regular expression, or inside ` +
	`named location, ` +
	`or inside "if" statement, or inside "limit_except" block`

// proxyPass checks the URL of a proxy_pass of http.
func (c *checker) proxyPass(d *conf.Directive, l *level) {
	url := d.Arg(0)
	if strings.Contains(url, "$") {
		return // with variables nginx reads the URL only when a request comes
	}
	rest, ok := cutPrefixFold(url, "http://")
	if !ok {
		rest, ok = cutPrefixFold(url, "https://")
	}
	if !ok {
		c.argument(d, 0, "invalid URL prefix")
		return
	}
	u, text := readURL(rest, true)
	if text != "" {
		c.argument(d, 0, fmt.Sprintf(`%s in upstream "%s"`, text, rest))
		return
	}
	if up := c.facts.upstreams[family(false, u.host)]; up != nil && u.port != 0 {
		c.argument(d, 0, fmt.Sprintf(`upstream "%s" may not have port %d`, u.host, u.port), firstUpstream(up))
		return
	}
	unnamed := l.owner.Is("if") || l.owner.Is("limit_except")
	if u.uri != "" && (unnamed || l.place != nil && (l.place.at == byRegex || l.place.at == byName)) {
		c.argument(d, 0, noURIPart)
	}
}

// cutPrefixFold is strings.CutPrefix regardless of case.
func cutPrefixFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// An address is a URL without its scheme.
type address struct {
	host string
	port int // 0 when none is written
	uri  string
	unix bool
}

// readURL reads an address the way nginx does when it does not listen on it; text says what is wrong with it.
func readURL(s string, mayHaveURI bool) (u address, text string) {
	if rest, ok := cutPrefixFold(s, "unix:"); ok {
		if mayHaveURI {
			rest, u.uri, _ = strings.Cut(rest, ":")
		}
		if rest == "" {
			return u, "no path in the unix domain socket"
		}
		u.host, u.unix = rest, true
		return u, ""
	}
	if i := strings.IndexAny(s, "/?"); i >= 0 && !strings.HasPrefix(s, "[") {
		if !mayHaveURI {
			return u, "invalid host"
		}
		s, u.uri = s[:i], s[i:]
	}
	if strings.HasPrefix(s, "[") {
		return u, "" // an IPv6 address: left alone
	}
	host, port, hasPort := strings.Cut(s, ":")
	if hasPort {
		n, ok := conf.ParseNumber(port)
		if !ok || n < 1 || n > 65535 {
			return u, "invalid port"
		}
		u.port = int(n)
	}
	if host == "" {
		return u, "no host"
	}
	u.host = host
	return u, ""
}
