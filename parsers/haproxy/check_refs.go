package haproxy

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
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
func (c *Config) resolve(sections []*section) {
	for _, r := range c.references {
		if bad := c.badReference(r, sections); bad != "" && c.whole {
			r.k.fail("%s", bad)
		}
	}
}

// badReference is what is wrong with a reference.
func (c *Config) badReference(r reference, sections []*section) string {
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
		if !slices.ContainsFunc(sections, isIt) && !c.beside(r.name, r.kind) && r.name != "default" {
			return fmt.Sprintf("'%s' : unable to find %s '%s'", r.k.title(), r.kind, r.name)
		}
	}
	return ""
}

func (c *Config) badServerReference(r reference) string {
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
func (c *Config) badTable(r reference) string {
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

// neighbours are the files near a configuration.
type neighbours struct {
	dir  string // "" for a configuration that is no file
	read func(name string) ([]byte, error)
}

// mostBeside bounds how many files are read for one configuration.
const mostBeside = 100

// beside reports whether a file near the configuration has a section of that name: HAProxy takes several files as one.
func (c *Config) beside(name string, kinds ...string) bool {
	if c.near.dir == "" {
		return false
	}
	var files []string
	for _, pattern := range []string{"*.cfg", "*/*.cfg", "../*.cfg", "../*/*.cfg"} {
		found, _ := filepath.Glob(filepath.Join(c.near.dir, pattern))
		files = append(files, found...)
	}
	for _, f := range files[:min(mostBeside, len(files))] {
		info, err := os.Stat(f)
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxFile || filepath.Clean(f) == filepath.Clean(c.File.Name) {
			continue
		}
		src, err := c.near.read(f)
		if err != nil {
			continue
		}
		for text := range bytes.Lines(src) {
			if w := strings.Fields(string(text)); len(w) > 1 && w[1] == name && slices.Contains(kinds, w[0]) {
				return true
			}
		}
	}
	return false
}
