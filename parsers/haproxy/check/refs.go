package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// A reference is a name that a sample or a rule means something by.
type reference struct {
	kind string // "table", "be", "fe", "srv" or the kind of a section
	name string
	k    checker // where it stands
}

// refer remembers a reference, which only the whole configuration can resolve.
func (k *checker) refer(kind, name string) {
	if k.p != nil && k.p.Kind != "defaults" && !k.done {
		k.c.references = append(k.c.references, reference{kind, name, *k})
	}
}

// resolve looks up all references. A configuration that another file may complete is left alone.
func (c *configuration) resolve() {
	for _, r := range c.references {
		if bad := c.badReference(r); bad != "" && c.Whole {
			r.k.fail("%s", bad)
		}
	}
}

// badReference is what is wrong with a reference.
func (c *configuration) badReference(r reference) string {
	p := r.k.p
	switch r.kind {
	case "be":
		if r.name == "" && !p.Backend() {
			return fmt.Sprintf("'%s' : %s '%s' has no backend capability", r.k.title(), p.Kind, p.Name)
		}
		if r.name != "" && c.Find(r.name) == nil && !c.Beside(r.name, "backend", "listen") {
			return fmt.Sprintf("'%s' : unable to find backend '%s'", r.k.title(), r.name)
		}
	case "fe":
		isIt := func(o *conf.Proxy) bool { return o.Name == r.name && o.Frontend() }
		if r.name != "" && !slices.ContainsFunc(c.Proxies, isIt) && !c.Beside(r.name, "frontend", "listen") {
			return fmt.Sprintf("'%s' : unable to find frontend '%s'", r.k.title(), r.name)
		}
	case "srv":
		return c.badServerReference(r)
	case "table":
		return c.badTable(r)
	default:
		isIt := func(s *conf.Section) bool { return s.Kind == r.kind && s.Name == r.name }
		if !slices.ContainsFunc(c.Sections, isIt) && !c.Beside(r.name, r.kind) && r.name != "default" {
			return fmt.Sprintf("'%s' : unable to find %s '%s'", r.k.title(), r.kind, r.name)
		}
	}
	return ""
}

func (c *configuration) badServerReference(r reference) string {
	p, name := r.k.p, r.name
	if backend, server, ok := strings.Cut(r.name, "/"); ok {
		if p, name = c.Find(backend), server; p == nil {
			if c.Beside(backend, "backend", "listen") {
				return ""
			}
			return fmt.Sprintf("'%s' : unable to find proxy '%s'", r.k.title(), backend)
		}
	}
	if !slices.ContainsFunc(p.Servers, func(s *conf.Server) bool { return s.Name == name || s.Many }) {
		return fmt.Sprintf("'%s' : unable to find server '%s' in proxy '%s'", r.k.title(), name, p.Name)
	}
	return ""
}

// badTable looks for the stick table of a proxy; those of peers sections have a slash in their names.
func (c *configuration) badTable(r reference) string {
	has := func(p *conf.Proxy) bool {
		return slices.ContainsFunc(p.Lines, func(l *conf.Line) bool { return l.Is("stick-table") })
	}
	switch {
	case strings.Contains(r.name, "/"):
		return ""
	case r.name == "":
		if !has(r.k.p) {
			return fmt.Sprintf("'%s' : %s '%s' has no stick-table", r.k.title(), r.k.p.Kind, r.k.p.Name)
		}
		return ""
	}
	if !slices.ContainsFunc(c.Proxies, func(p *conf.Proxy) bool { return p.Name == r.name && has(p) }) &&
		!c.Beside(r.name, "backend", "listen", "frontend") {
		return fmt.Sprintf("'%s' : unable to find table '%s'", r.k.title(), r.name)
	}
	return ""
}
