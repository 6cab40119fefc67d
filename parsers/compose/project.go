// Package compose reads the files of docker compose: which containers with nginx or HAProxy they start, around which
// configuration, and how these containers reach each other.
//
// Forms and precedence: the Compose file reference (compose-spec, as of November 2026); what the entry point of the
// official nginx image does is package container's.
package compose

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
)

// A project is what one compose file starts, with the file that overrides it and those that it includes.
type project struct {
	*files
	file     string // as reports show it
	dir      string // of the project: relative paths start there
	services []*service
	byName   map[string]*service
	included int              // files that others include or extend
	absent   int              // those that were not found
	configs  map[string]entry // by name
	claims   []string         // other files that it read
	unknown  []hop.Note
	docs     map[string]*document.File
	beside   bool
}

// An entry is a value of a file, with what its variables are and where its relative paths start.
type entry struct {
	*document.Node
	dir string
	env *env
}

// A service is one of the file: what is said later of it counts more.
type service struct {
	name   string
	layers []entry
}

// newProject reads a compose file; nil where it is none.
func newProject(f parsers.Found, src []byte, o parsers.Options) (*project, error) {
	p := &project{
		files: &files{o: o}, file: f.Name, dir: filepath.Dir(f.Name), configs: map[string]entry{},
		docs: map[string]*document.File{}, byName: map[string]*service{}, beside: f.Beside,
	}
	e := &env{dir: p.dir, given: o.Define}
	e.values, _ = p.read(filepath.Join(p.dir, ".env"))
	if err := p.add(f.Name, src, e, 0); err != nil {
		return nil, err
	}
	if override := overrideOf(f.Name); override != "" {
		if src, err := o.ReadFile(override); err == nil {
			p.claims = append(p.claims, override)
			if err := p.add(override, src, e, 0); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// names are those that compose looks for, in its order.
var names = []string{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"}

// overrideOf is the file that compose reads with the one of the usual name; "" where it reads none.
func overrideOf(file string) string {
	dir, base := filepath.Split(file)
	if !slices.Contains(names, base) {
		return ""
	}
	stem, ext := strings.TrimSuffix(base, filepath.Ext(base)), filepath.Ext(base)
	return filepath.Join(dir, stem+".override"+ext)
}

// deepestInclude is how far files may include or extend others, and mostIncluded how often that may be done.
const deepestInclude, mostIncluded = 16, 500

// add adds what a file says.
func (p *project) add(name string, src []byte, e *env, depth int) error {
	d, err := p.parse(name, src)
	if err != nil || depth > deepestInclude {
		return err
	}
	for _, doc := range d.Docs {
		if in := doc.Get("include"); in != nil {
			for _, i := range in.Items {
				p.include(filepath.Dir(name), i, e, depth)
			}
		}
		if list := doc.Get("services"); list != nil {
			for _, pair := range list.Pairs {
				p.service(pair.Key.Value).layers = append(p.service(pair.Key.Value).layers,
					p.extended(entry{pair.Value, filepath.Dir(name), e}, name, depth)...)
			}
		}
		if list := doc.Get("configs"); list != nil {
			for _, pair := range list.Pairs {
				p.configs[pair.Key.Value] = entry{pair.Value, filepath.Dir(name), e}
			}
		}
	}
	return nil
}

func (p *project) parse(name string, src []byte) (*document.File, error) {
	if d := p.docs[name]; d != nil {
		return d, nil
	}
	d, err := document.Parse(name, src)
	if err != nil {
		return nil, err
	}
	p.docs[name] = d
	return d, nil
}

// include adds the files of an include: a name, or path, env_file and project_directory.
func (p *project) include(dir string, n *document.Node, e *env, depth int) {
	var list []*document.Node
	switch at := n.Get("path"); {
	case n.Kind == document.Scalar:
		list = []*document.Node{n}
	case at != nil && at.Kind == document.Sequence:
		list = at.Items
	case at != nil:
		list = []*document.Node{at}
	}
	for _, i := range list {
		v := e.of(i)
		file := beside(dir, v.text)
		if p.included++; p.included > mostIncluded {
			p.note(i.Pos(), "more files are included than are read")
			return
		}
		src, err := p.o.ReadFile(file)
		if !v.known() || err != nil {
			if p.absent++; p.absent == 1 { // of others of the same file nobody needs to hear
				p.note(i.Pos(), "the included file is not known or was not found: what it starts is not checked")
			}
			continue
		}
		inner := &env{dir: filepath.Dir(file), given: e.given}
		if values, ok := p.read(filepath.Join(inner.dir, ".env")); ok {
			inner.values = values
		} else {
			inner.values = e.values
		}
		p.claims = append(p.claims, file)
		if err := p.add(file, src, inner, depth+1); err != nil {
			p.note(i.Pos(), err.Error())
		}
	}
}

func (p *project) note(pos hop.Pos, text string) {
	p.unknown = append(p.unknown, hop.Note{Pos: pos, Text: text})
}

func (p *project) service(name string) *service {
	if s := p.byName[name]; s != nil {
		return s
	}
	s := &service{name: name}
	p.byName[name] = s
	p.services = append(p.services, s)
	return s
}

// extended are the layers of a service: those of what it extends first.
func (p *project) extended(of entry, file string, depth int) []entry {
	at := of.Get("extends")
	if at.IsNull() || depth > deepestInclude {
		return []entry{of}
	}
	if p.included++; p.included > mostIncluded {
		p.note(at.Pos(), "more services extend others than are read")
		return []entry{of}
	}
	name, from := at.Value, file
	if at.Kind == document.Mapping {
		name = of.env.of(at.Get("service")).text
		if other := at.Get("file"); !other.IsNull() {
			from = beside(of.dir, of.env.of(other).text)
		}
	}
	src, err := p.source(from, file)
	if err != nil {
		p.note(at.Pos(), "the file of the service that it extends was not found")
		return []entry{of}
	}
	d, err := p.parse(from, src)
	if err != nil {
		p.note(at.Pos(), err.Error())
		return []entry{of}
	}
	for _, doc := range d.Docs {
		if base := doc.Get("services").Get(name); base != nil {
			base := entry{base, filepath.Dir(from), of.env}
			return append(p.extended(base, from, depth+1), of)
		}
	}
	p.note(at.Pos(), "there is no service "+name+" in "+from)
	return []entry{of}
}

// source is the text of another file; of one that is parsed already it does not matter.
func (p *project) source(name, current string) ([]byte, error) {
	if name == current || p.docs[name] != nil {
		return nil, nil
	}
	return p.o.ReadFile(name)
}

// last is what the last layer says of a key.
func (s *service) last(key string) (entry, bool) {
	for _, l := range slices.Backward(s.layers) {
		if n := l.Get(key); !n.IsNull() {
			return entry{n, l.dir, l.env}, true
		}
	}
	return entry{}, false
}

// text is a single value of the service.
func (s *service) text(key string) value {
	if e, ok := s.last(key); ok {
		return e.env.of(e.Node)
	}
	return value{}
}

// each calls do for the items of a key in all layers.
func (s *service) each(key string, do func(e entry)) {
	for _, l := range s.layers {
		if n := l.Get(key); n != nil {
			for _, i := range n.Items {
				do(entry{i, l.dir, l.env})
			}
		}
	}
}
