package haproxy

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// A place is where a browser may ask for what a way leads to.
type place struct{ host, target string }

// maxPlaces is how many places are made up for one way.
const maxPlaces = 8

// places makes up hosts and request targets from the patterns of the conditions and the entries of maps, the first
// ones first.
func (w way) places(c *Config) (list []place) {
	hosts, targets := c.keysFor(w)
	for t := range w.tests() {
		patterns := c.patternsOf(t)
		if len(patterns) == 0 {
			continue
		}
		switch name := t.Expr.Fetch.Name; {
		case asksForHost(t.Expr):
			hosts = sampleTexts(t.Method, patterns, "example", ".")
		case name == "path" || name == "url" || name == "pathq":
			targets = sampleTexts(t.Method, patterns, "x", "/")
		}
	}
	if len(hosts) == 0 {
		hosts = []string{"localhost"}
	}
	if len(targets) == 0 {
		targets = []string{"/"}
	}
	for _, target := range targets {
		for _, host := range hosts {
			if !strings.HasPrefix(target, "/") {
				target = "/" + target
			}
			if at := (place{strings.ToLower(host), target}); len(list) < maxPlaces && !slices.Contains(list, at) {
				list = append(list, at)
			}
		}
	}
	return list
}

// asksForHost reports whether an expression is the name that a browser connects to.
func asksForHost(e conf.Expr) bool {
	switch e.Fetch.Name {
	case "hdr", "req.hdr":
		return strings.EqualFold(e.Fetch.Arg(0), "Host")
	case "ssl_fc_sni", "req.ssl_sni", "req_ssl_sni":
		return true
	}
	return false
}

// patternsOf are the first patterns of a test that are known, its own and those of its files.
func (c *Config) patternsOf(a *conf.ACL) (list []string) {
	add := func(words []conf.Word) {
		for i := 0; i < len(words) && len(list) < maxPlaces; i++ {
			if words[i].Why == "" {
				list = append(list, words[i].Value)
			}
		}
	}
	add(a.Patterns)
	for _, f := range a.Files {
		if file := c.List(f.Value); file != nil {
			add(file.Patterns[:min(len(file.Patterns), maxPlaces)])
		}
	}
	return list
}

// byMap is a backend that a map chooses: "%[req.hdr(host),lower,map_dom(hosts.map,default)]".
var byMap = lazyregexp.New(`^(.*)%\[(?:(hdr|req\.hdr)\((?i:host)\)|(ssl_fc_sni|req\.ssl_sni|req_ssl_sni)|(path))` +
	`[^]]*?\bmap(?:_([a-z]+))?(?:_[a-z]+)?\(([^,)]+)[^]]*\](.*)$`)

// keysFor are the keys of the map by which a use_backend chooses the backend of a way, as hosts or as paths.
func (c *Config) keysFor(w way) (hosts, targets []string) {
	if w.line == nil {
		return nil, nil
	}
	m := byMap.FindStringSubmatch(w.line.Arg(1))
	if m == nil || c.List(m[6]) == nil {
		return nil, nil
	}
	value, begins := strings.CutPrefix(w.to.Name, m[1])
	value, ends := strings.CutSuffix(value, m[7])
	if !begins || !ends {
		return nil, nil
	}
	keys := c.List(m[6]).Keys(value, maxPlaces)
	if m[4] != "" {
		return nil, sampleTexts(conf.Method(m[5]), keys, "x", "/")
	}
	return sampleTexts(conf.Method(m[5]), keys, "example", "."), nil
}

// sampleTexts are values that the patterns of a method match.
func sampleTexts(m conf.Method, patterns []string, filler, between string) (list []string) {
	for _, p := range patterns {
		list = append(list, sampleText(m, p, filler, between))
	}
	return list
}

// sampleText is a value that a pattern of the method matches; a regular expression gives the literal text that it
// consists of, if it is that simple.
func sampleText(m conf.Method, pattern, filler, between string) string {
	switch m {
	case "beg":
		if begun, ok := strings.CutSuffix(pattern, "."); ok {
			return begun + between + filler
		}
	case "end":
		if strings.HasPrefix(pattern, between) {
			return filler + pattern
		}
	case "reg":
		s := strings.TrimSuffix(strings.TrimPrefix(pattern, "^"), "$")
		s = strings.ReplaceAll(strings.TrimSuffix(s, ".*"), `\.`, ".")
		return s
	}
	return pattern
}
