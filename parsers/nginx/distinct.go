package nginx

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/parallel"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// A model is what was found of a server for those of its shape.
type model struct {
	c     *Config
	of    *server
	judge hop.Judge
	found []string // at each endpoint
	// spared is how many places there are of which nothing is to be said.
	spared int
	// layouts are servers that others may be twins of, one for each way in which they are laid out.
	layouts []*layout
	// judged are the endpoints of servers that were judged by themselves.
	judged map[*server][]hop.Endpoint
	text   serverText // of the server in hand
}

// A layout is a server with its text.
type layout struct {
	s         *server
	endpoints []hop.Endpoint
	text      *serverText
}

// maxLayouts bounds what each server is held against.
const maxLayouts = 8

// Distinct is what Endpoints finds. Of servers that are alike, each endpoint of one is judged, on all processors: where
// nothing is to be said of it, those of the others are left out, and more is how many places those are. Else they are
// twins of it, or of one that is judged later, where that can be. others gives what Everywhere finds in servers that
// have no endpoint.
func (c *Config) Distinct(judge hop.Judge) (list []hop.Endpoint, others func(hop.Judge) []hop.Endpoint, more int) {
	groups, times := c.alike()
	found := make([]alikeEndpoints, len(c.servers))
	parallel.Each(len(groups), 1, func(i int) {
		if m := c.model(groups[i], times, judge); m != nil {
			for _, i := range groups[i] {
				found[i] = m.endpointsOf(c.servers[i])
			}
		}
	})
	paths := sync.OnceValue(func() *pathShaper { return newPathShaper(c) })
	left := map[hop.Pos]bool{} // places that were left out of servers with many
	var rest []hop.Endpoint
	for i, s := range c.servers {
		if !found[i].alike {
			e := &endpoints{c: c, s: s}
			if s.hasMany() {
				e.alike = paths().locations(s, judge, left)
			}
			found[i].list = e.found()
			if len(found[i].list) == 0 {
				rest = append(rest, c.endpointsOf(s, true)...)
			}
		}
		more += found[i].spared
	}
	n := 0
	for i := range found {
		n += len(found[i].list)
	}
	list = make([]hop.Endpoint, 0, n)
	for i := range found {
		list = append(list, found[i].list...)
		for _, e := range found[i].list {
			delete(left, e.Pos)
		}
	}
	return list, func(hop.Judge) []hop.Endpoint { return rest }, more + len(left)
}

// alikeEndpoints are the endpoints of a server that have to be looked at, and how many places need not.
type alikeEndpoints struct {
	list   []hop.Endpoint
	spared int
	alike  bool // it was judged as one of its shape
}

// model judges one of the servers of a shape; nil where that says nothing of the others.
func (c *Config) model(alike []int, times [][]time.Duration, judge hop.Judge) *model {
	of := c.servers[alike[0]]
	first := c.endpointsOf(of, false)
	if len(first) == 0 && len(c.endpointsOf(of, true)) > 0 {
		return nil // what these are depends on other servers
	}
	m := &model{c: c, of: of, judge: judge, judged: map[*server][]hop.Endpoint{of: first}}
	for i := range first {
		m.found = append(m.found, judge(&first[i]))
	}
	m.spared = c.spared(of, first, m.found)
	if !m.fits(extremes(alike, times)) {
		return nil
	}
	if m.dirty() > 0 {
		m.add(of, first)
	}
	return m
}

// spared counts the places of a server's endpoints at which nothing was found, but for those that other servers have,
// too.
func (c *Config) spared(of *server, list []hop.Endpoint, found []string) (n int) {
	seen := map[hop.Pos]bool{}
	of.included(of.scope.items, func(d *conf.Directive) {
		if c.shared()[d.Name.File] {
			seen[d.Pos()] = true
		}
	})
	for _, clean := range []bool{false, true} {
		for i, e := range list {
			if (found[i] == "") == clean {
				if clean && (e.Pos.IsZero() || !seen[e.Pos]) {
					n++
				}
				seen[e.Pos] = true
			}
		}
	}
	return n
}

// findShared finds the files with locations that several servers include.
func (c *Config) findShared() map[*conf.File]bool {
	by, shared := map[*conf.File]*server{}, map[*conf.File]bool{}
	for _, s := range c.servers {
		s.included(s.scope.items, func(d *conf.Directive) {
			f := d.Name.File
			if by[f] == nil {
				by[f] = s
			}
			shared[f] = shared[f] || by[f] != s
		})
	}
	return shared
}

// included calls f with the locations of a server that stand in another file than the server.
func (s *server) included(items []*conf.Directive, f func(*conf.Directive)) {
	for _, d := range items {
		if d.Name.File != s.scope.d.Name.File && d.Is("location") {
			f(d)
		}
		s.included(d.Block, f)
	}
}

// dirty counts the endpoints of each server of which there is something to be said.
func (m *model) dirty() (n int) {
	for _, found := range m.found {
		if found != "" {
			n++
		}
	}
	return n
}

func (m *model) add(s *server, endpoints []hop.Endpoint) {
	l := &layout{s, endpoints, newServerText(m.c, s, 0)}
	l.text.addIndex()
	m.layouts = append(m.layouts, l)
}

// own are the endpoints of the server that was judged.
func (m *model) own() []hop.Endpoint {
	first := m.judged[m.of]
	list := make([]hop.Endpoint, len(first))
	for i := range list {
		list[i] = judgedAlready(&first[i])
	}
	return list
}

// judgedAlready is an endpoint that was judged, which need not be done again.
func judgedAlready(of *hop.Endpoint) hop.Endpoint {
	e := *of
	e.Twin = &hop.Twin{Of: of, Itself: func() hop.Endpoint { return *of }}
	return e
}

// endpointsOf are the endpoints of a server of the shape.
func (m *model) endpointsOf(s *server) alikeEndpoints {
	if s == m.of {
		return alikeEndpoints{m.own(), 0, true}
	}
	if m.dirty() == 0 {
		return alikeEndpoints{nil, m.spared, true}
	}
	text := m.text.read(m.c, s)
	if i := slices.IndexFunc(m.layouts, func(l *layout) bool { return l.text.matches(text) }); i >= 0 {
		if list, ok := m.twins(m.layouts[i], s, text); ok {
			return alikeEndpoints{list, m.spared, true}
		}
	}
	itself := m.c.endpointsOf(s, false)
	if len(itself) != len(m.found) {
		return alikeEndpoints{itself, 0, true} // it is not alike, after all
	}
	var list []hop.Endpoint
	added := len(m.layouts) < maxLayouts
	if added {
		m.add(s, itself)
	}
	for i := range itself {
		if m.found[i] == "" {
			continue
		}
		e := itself[i]
		if added {
			m.judge(&itself[i])
			e = judgedAlready(&itself[i])
		}
		list = append(list, e)
	}
	return alikeEndpoints{list, m.spared, true}
}

// twins are the endpoints of another server of which there is something to be said.
func (m *model) twins(l *layout, s *server, text *serverText) (list []hop.Endpoint, ok bool) {
	parts := l.text.differences(text)
	move := l.move(s, text, parts)
	for i, found := range m.found {
		if found == "" {
			continue
		}
		e, ok := m.twin(l, s, i, &move)
		if !ok {
			return nil, false
		}
		e.Twin.Move = func() hop.Move { return l.move(s, newServerText(m.c, s, len(l.text.words)), parts) }
		list = append(list, e)
	}
	return list, true
}

// twin is an endpoint of another server, as the twin of that of the layout.
func (m *model) twin(l *layout, s *server, i int, move *hop.Move) (e hop.Endpoint, ok bool) {
	e = l.endpoints[i]
	name, named := move.Name(e.Name)
	pos, placed := move.Pos(e.Pos)
	why, said := move.Text(e.Why)
	e.Name, e.Pos, e.Server, e.Why, e.Requests, e.Otherwise = name, pos, s.scope.pos(), why, nil, nil
	e.Twin = &hop.Twin{
		Of:     &l.endpoints[i],
		Itself: func() hop.Endpoint { return m.itself(s, i, e) },
	}
	if itself := m.judged[s]; itself != nil {
		e.Twin.Judged = &itself[i]
	}
	return e, named && placed && said
}

// itself is an endpoint of a server as it is judged by itself; the one given, of which nothing is known, where the
// server has other endpoints than those that it is alike.
func (m *model) itself(s *server, i int, e hop.Endpoint) hop.Endpoint {
	list := m.judged[s]
	if list == nil {
		list = m.c.endpointsOf(s, false)
	}
	if len(list) == len(m.found) {
		return list[i]
	}
	return e
}

// move makes what is said of the server of the layout into what is to be said of another one: the same, unless it has
// one of the parts in which the two differ.
func (l *layout) move(s *server, text *serverText, parts []string) hop.Move {
	same := func(said string) bool {
		return !slices.ContainsFunc(parts, func(part string) bool { return holds(said, part) })
	}
	return hop.Move{
		Name: func(name string) (string, bool) {
			scheme, rest, _ := strings.Cut(name, "://")
			rest, ok := strings.CutPrefix(rest, l.s.names[0].text)
			return scheme + "://" + s.names[0].text + rest, ok && same(rest)
		},
		Text: func(said string) (string, bool) { return said, same(said) },
		Pos:  func(p hop.Pos) (hop.Pos, bool) { return l.text.place(p, text) },
		Edit: func(e hop.Edit) (hop.Edit, bool) {
			if !same(e.New) {
				return e, false
			}
			return l.text.edit(e, text)
		},
	}
}
