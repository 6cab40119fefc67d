package haproxy

import (
	"fmt"
	"slices"
	"strings"
)

// A reference is a name that a sample or a rule means something by.
type reference struct {
	kind string // "table", "be", "fe", "srv" or the kind of a section
	name string
	k    checker // where it stands
}

// refer remembers a reference, which only the whole configuration can resolve.
func (k *checker) refer(kind, name string) {
	if k.p != nil && k.p.kind != "defaults" && !k.done {
		k.c.references = append(k.c.references, reference{kind, name, *k})
	}
}

// resolve looks up all references. A configuration that another file may complete is left alone.
func (c *configuration) resolve() {
	for _, r := range c.references {
		if bad := c.badReference(r); bad != "" && c.whole {
			r.k.fail("%s", bad)
		}
	}
}

// badReference is what is wrong with a reference.
func (c *configuration) badReference(r reference) string {
	p := r.k.p
	switch r.kind {
	case "be":
		if r.name == "" && !p.backend() {
			return fmt.Sprintf("'%s' : %s '%s' has no backend capability", r.k.title(), p.kind, p.name)
		}
		if r.name != "" && c.find(r.name) == nil && !c.beside(r.name, "backend", "listen") {
			return fmt.Sprintf("'%s' : unable to find backend '%s'", r.k.title(), r.name)
		}
	case "fe":
		isIt := func(o *proxy) bool { return o.name == r.name && o.frontend() }
		if r.name != "" && !slices.ContainsFunc(c.proxies, isIt) && !c.beside(r.name, "frontend", "listen") {
			return fmt.Sprintf("'%s' : unable to find frontend '%s'", r.k.title(), r.name)
		}
	case "srv":
		return c.badServerReference(r)
	case "table":
		return c.badTable(r)
	default:
		isIt := func(s *section) bool { return s.kind == r.kind && s.name == r.name }
		if !slices.ContainsFunc(c.sections, isIt) && !c.beside(r.name, r.kind) && r.name != "default" {
			return fmt.Sprintf("'%s' : unable to find %s '%s'", r.k.title(), r.kind, r.name)
		}
	}
	return ""
}

func (c *configuration) badServerReference(r reference) string {
	p, name := r.k.p, r.name
	if backend, server, ok := strings.Cut(r.name, "/"); ok {
		if p, name = c.find(backend), server; p == nil {
			if c.beside(backend, "backend", "listen") {
				return ""
			}
			return fmt.Sprintf("'%s' : unable to find proxy '%s'", r.k.title(), backend)
		}
	}
	if !slices.ContainsFunc(p.servers, func(s *server) bool { return s.name == name || s.many }) {
		return fmt.Sprintf("'%s' : unable to find server '%s' in proxy '%s'", r.k.title(), name, p.name)
	}
	return ""
}

// badTable looks for the stick table of a proxy; those of peers sections have a slash in their names.
func (c *configuration) badTable(r reference) string {
	has := func(p *proxy) bool {
		return slices.ContainsFunc(p.lines, func(l *line) bool { return l.is("stick-table") })
	}
	switch {
	case strings.Contains(r.name, "/"):
		return ""
	case r.name == "":
		if !has(r.k.p) {
			return fmt.Sprintf("'%s' : %s '%s' has no stick-table", r.k.title(), r.k.p.kind, r.k.p.name)
		}
		return ""
	}
	if !slices.ContainsFunc(c.proxies, func(p *proxy) bool { return p.name == r.name && has(p) }) && !c.beside(r.name, "backend", "listen", "frontend") {
		return fmt.Sprintf("'%s' : unable to find table '%s'", r.k.title(), r.name)
	}
	return ""
}
