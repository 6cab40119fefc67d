package nginx

import (
	"iter"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// AnyPath yields handshakes for whatever may be asked of the servers, for somebody who saw an answer and not where it
// comes from: each with how many further servers fare alike, which are left out. They are for the paths of locations,
// those with a slash more or less, those that rewrites and conditions speak of, one that nothing is made for, and "/".
func (c *Config) AnyPath() iter.Seq2[hop.Endpoint, int] {
	return func(yield func(hop.Endpoint, int) bool) {
		groups, _ := c.alike()
		more, left := map[int]int{}, map[int]bool{}
		for _, g := range groups {
			more[g[0]] = len(g) - 1
			for _, i := range g[1:] {
				left[i] = true
			}
		}
		for i, s := range c.servers {
			if left[i] {
				continue
			}
			for e := range (&endpoints{c: c, s: s}).anyPath() {
				if !yield(e, more[i]) {
					return
				}
			}
		}
	}
}

// anyPath yields handshakes for whatever may be asked of the server. Which of its names and listeners they come to
// makes a difference to its own rules at most, so that all of these are tried at two paths alone.
func (e *endpoints) anyPath() iter.Seq[hop.Endpoint] {
	return func(yield func(hop.Endpoint) bool) {
		tried := map[string]bool{}
		try := func(path string, everyWay bool) bool {
			target := escape(path, escapeURI)
			if !strings.HasPrefix(target, "/") || tried[target] {
				return true
			}
			tried[target] = true
			for _, q := range e.waysIn(target, everyWay) {
				at := hop.Endpoint{
					Name: urlOf(q), Pos: e.s.scope.pos(), Server: e.s.scope.pos(), Requests: []hop.Request{q},
					Confidence: hop.Unlikely, Why: "is a path of the server",
				}
				if !yield(at) {
					return false
				}
			}
			return true
		}
		for path := range e.spokenOf() {
			if !try(path, false) {
				return
			}
		}
		if path := e.unmade(); path != "" && !try(path, true) {
			return
		}
		try("/", true)
	}
}

// waysIn are requests for a target by every name and listener, or the first with TLS and the first without.
func (e *endpoints) waysIn(target string, every bool) (list []hop.Request) {
	all := e.requests(target)
	if every {
		return all
	}
	for _, q := range all {
		if !slices.ContainsFunc(list, func(x hop.Request) bool { return x.TLS == q.TLS }) {
			list = append(list, q)
		}
	}
	return list
}

// urlOf is the URL that a request is for.
func urlOf(q hop.Request) string {
	scheme := "ws://"
	if q.TLS {
		scheme = "wss://"
	}
	lines, _ := q.Lines("Host")
	return scheme + strings.Join(lines, "") + q.Target
}

// spokenOf are the paths that the text of the server speaks of.
func (e *endpoints) spokenOf() iter.Seq[string] {
	return func(yield func(string) bool) {
		e.speaksOf(e.s.locations(), yield)
		e.matched(e.s.null(), yield)
	}
}

func (e *endpoints) speaksOf(ls *locations, yield func(string) bool) bool {
	for _, group := range [][]*location{ls.static, ls.regex} {
		for _, loc := range group {
			if loc.scope.one("internal") != nil {
				continue
			}
			for path := range pathsOf(loc) {
				if !yield(path) {
					return false
				}
			}
			if !e.matched(loc, yield) || !e.speaksOf(&loc.inner, yield) {
				return false
			}
		}
	}
	return true
}

// pathsOf are the path that a location is for, and that with a slash more or less.
func pathsOf(loc *location) iter.Seq[string] {
	return func(yield func(string) bool) {
		path := loc.name
		if loc.re != nil {
			made, ok := sampleOf(loc.re)
			if !ok {
				return
			}
			path = made
		}
		other, slash := strings.CutSuffix(path, "/")
		if !slash {
			other += "/"
		}
		if yield(path) {
			yield(other)
		}
	}
}

// matched yields paths that the rewrites and the conditions of a location are for.
func (e *endpoints) matched(loc *location, yield func(string) bool) bool {
	scripts := [][]*conf.Directive{loc.scope.script}
	for _, d := range loc.scope.script {
		if inner := loc.blocks[d]; inner != nil {
			scripts = append(scripts, inner.script)
		}
	}
	for _, d := range slices.Concat(scripts...) {
		words := conditionWords(d)
		var p *pattern
		switch {
		case d.Is("rewrite") && len(d.Args) > 1:
			p = e.c.pattern(d.Arg(0), false)
		case d.Is("if") && len(words) == 3 && strings.Contains(words[1], "~") && ofPath(words[0]):
			p = e.c.pattern(words[2], strings.HasSuffix(words[1], "*"))
		default:
			continue
		}
		if path, ok := sampleOf(p); ok && !yield(path) {
			return false
		}
	}
	return true
}

// ofPath reports whether a variable holds the path of a request.
func ofPath(name string) bool {
	return name == "$request_uri" || name == "$uri" || name == "$document_uri"
}

// unmade is a path that no location is made for, but for one that takes all of them; "" where each of some has one.
func (e *endpoints) unmade() string {
	for _, path := range []string{"/ws", "/socket", "/other-path"} {
		found := e.s.locations().find(asWritten, path)
		if loc := found.loc; found.why == "" && !found.redirect && (loc == nil || loc.name == "/" && loc.re == nil) {
			return path
		}
	}
	return ""
}
