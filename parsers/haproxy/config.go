// Package haproxy reads haproxy.cfg and serves handshakes by it, as HAProxy 2.6 does.
package haproxy

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// A Config is a configuration that serves handshakes. It implements hop.Source. It does not change once compiled.
type Config struct {
	File     *parsers.File
	Problems []parsers.Problem // what HAProxy refuses to start with
	Unread   []hop.Note        // what could not be read, and so makes predictions unknown

	global     []*line
	proxies    []*proxy
	listeners  []*listener
	whole      bool        // it has sections that a fragment of a configuration lacks
	near       neighbours  // files that may complete it
	references []reference // names to look up once all is read
}

// A proxy is one frontend, backend or listen section, or a defaults section.
type proxy struct {
	*section
	base     *proxy // the defaults in force; nil without any
	fragment bool   // what is in force may be set in the defaults section of another file: HAProxy takes several
	acls     map[string][]*line
	binds    []*listener
	servers  []*server
}

func (p *proxy) frontend() bool { return p.kind == "frontend" || p.kind == "listen" }
func (p *proxy) backend() bool  { return p.kind == "backend" || p.kind == "listen" }

// pos is the line that opens the section.
func (p *proxy) pos() hop.Pos { return p.head.pos() }

// title names the section in the operator's words: "backend ws".
func (p *proxy) title() string {
	if p.name == "" {
		return p.kind
	}
	return p.kind + " " + p.name
}

// compile links the sections. It never fails: what HAProxy would refuse is in the problems.
func compile(f *parsers.File, near neighbours, sections []*section, problems []parsers.Problem) *Config {
	c := &Config{File: f, Problems: problems, near: near}
	var last *proxy
	named, all := map[string]*proxy{}, map[*section]*proxy{}
	c.whole = slices.ContainsFunc(sections, func(s *section) bool { return s.kind == "global" || s.kind == "defaults" })
	for _, s := range sections {
		switch s.kind {
		case "global":
			c.global = append(c.global, s.lines...)
			continue
		case "defaults", "frontend", "backend", "listen":
		default:
			continue
		}
		p := &proxy{section: s, base: last, acls: map[string][]*line{}}
		all[s] = p
		from, hasFrom := fromName(s)
		if hasFrom {
			p.base = named[from]
			p.fragment = p.base == nil
		}
		if s.kind == "defaults" {
			if !hasFrom {
				p.base = nil
				if s.name == "from" {
					s.name = ""
				}
			}
			last = p
			if s.name != "" {
				named[s.name] = p
			}
			continue
		}
		p.fragment = p.fragment || p.base == nil && !c.whole
		c.addProxy(p)
	}
	c.check(sections, all)
	return c
}

// fromName finds "from NAME" in the head of a section.
func fromName(s *section) (name string, ok bool) {
	i := 2
	if s.kind == "defaults" && s.head.arg(1) == "from" {
		i, s.name = 1, ""
	}
	if s.head.arg(i) == "from" && s.head.arg(i+1) != "" {
		return s.head.arg(i + 1), true
	}
	return "", false
}

func (c *Config) addProxy(p *proxy) {
	c.proxies = append(c.proxies, p)
	for _, l := range p.lines {
		switch l.arg(0) {
		case "acl":
			if len(l.words) > 2 {
				p.acls[l.arg(1)] = append(p.acls[l.arg(1)], l)
			}
		case "bind":
			if p.frontend() {
				p.binds = append(p.binds, parseBind(p, l)...)
			}
		case "server", "server-template", "dispatch":
			if p.backend() {
				p.servers = append(p.servers, parseServer(p, l))
			}
		}
	}
	c.listeners = append(c.listeners, p.binds...)
}

// find is the proxy of that name with a backend's abilities.
func (c *Config) find(name string) *proxy {
	for _, p := range c.proxies {
		if p.name == name && p.backend() {
			return p
		}
	}
	return nil
}

// levels are the sections whose settings apply, the section itself first.
func (p *proxy) levels() []*proxy {
	var list []*proxy
	for l := p; l != nil; l = l.base {
		list = append(list, l)
	}
	return list
}

// setting finds the line in force that begins with the words given: the last one of the nearest section that has any. maybe says why
// another line may be in force instead.
func (p *proxy) setting(words ...string) (l *line, maybe string) {
	for _, level := range p.levels() {
		for _, x := range slices.Backward(level.lines) {
			if !x.is(words...) {
				continue
			}
			if x.maybe == "" {
				return x, maybe
			}
			maybe = x.maybe
		}
	}
	return nil, maybe
}

// option reports whether "option NAME" is on; maybe says why that is not certain.
func (p *proxy) option(name string) (on bool, l *line, maybe string) {
	l, maybe = p.setting("option", name)
	if l == nil || l.no || l.reset {
		return false, nil, maybe
	}
	return true, l, maybe
}

// otherFile is why a setting that a fragment lacks is not known.
const otherFile = "the defaults section in force is in another file"

// mode is "http" or "tcp", the latter by default.
func (p *proxy) mode() (mode, why string) {
	l, maybe := p.setting("mode")
	if l == nil && p.fragment {
		return "", otherFile
	}
	if l == nil {
		return "tcp", maybe
	}
	if w := l.rest(1); len(w) > 0 && w[0].Why != "" {
		return "", w[0].Why
	}
	return strings.ToLower(l.arg(1)), maybe
}

// rules are the lines of the section that begin with the words given, in order; those of a named defaults section come first.
func (p *proxy) rules(words ...string) []rule {
	var list []rule
	if p.base != nil && p.base.name != "" {
		list = p.base.rules(words...)
	}
	for _, l := range p.lines {
		if l.is(words...) {
			list = append(list, rule{p, l})
		}
	}
	return list
}

// A rule is one line that acts on traffic, and the section whose ACLs its condition means.
type rule struct {
	p *proxy
	l *line
}

// condition splits the words of a rule behind its first n at if or unless.
func (r rule) condition(n int) (args []Word, cond *condition) {
	words := r.l.rest(n)
	for i, w := range words {
		if (w.Value == "if" || w.Value == "unless") && w.Why == "" {
			return words[:i], &condition{p: r.p, words: words[i+1:], unless: w.Value == "unless"}
		}
	}
	return words, nil
}
