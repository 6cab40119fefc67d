package nginx

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// A model is what was found of a server for those of its shape.
type model struct {
	c     *Config
	judge hop.Judge
	found []string // at each endpoint
	// spared is how many places there are of which nothing is to be said.
	spared int
	// layouts are servers that others may be twins of, one for each way in which they are laid out.
	layouts []*layout
	text    serverText // of the server in hand
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
	var rest []hop.Endpoint
	of, twins := map[*server]*model{}, 0
	paths := sync.OnceValue(func() *pathShaper { return newPathShaper(c) })
	groups, times := c.alike()
	models := make([]*model, len(groups))
	parsers.ForEach(len(groups), func(i int) { models[i] = c.modelOf(groups[i], times, judge) })
	for i, m := range models {
		if m == nil {
			continue
		}
		for _, s := range groups[i][1:] {
			of[s] = m
			twins += m.dirty()
		}
	}
	list = make([]hop.Endpoint, 0, twins)
	for _, s := range c.servers {
		if m := of[s]; m != nil {
			own, spared := m.endpointsOf(s)
			list, more = append(list, own...), more+spared
			continue
		}
		e := &endpoints{c: c, s: s}
		if s.hasMany() {
			e.alike = paths().locations(s, judge)
		}
		found := e.found()
		more += e.alike.count()
		if list = append(list, found...); len(found) == 0 {
			rest = append(rest, c.endpointsOf(s, true)...)
		}
	}
	return list, func(hop.Judge) []hop.Endpoint { return rest }, more
}

// modelOf is what was found at the first of several servers for the others; nil where that cannot be told.
func (c *Config) modelOf(alike []*server, times map[*server][]time.Duration, judge hop.Judge) *model {
	first := c.endpointsOf(alike[0], false)
	if len(first) == 0 && len(c.endpointsOf(alike[0], true)) > 0 {
		return nil // what these are depends on other servers
	}
	m := &model{c: c, judge: judge}
	for i := range first {
		m.found = append(m.found, judge(&first[i]))
	}
	m.spared = spared(first, m.found)
	if !m.fits(extremes(alike, times)) {
		return nil
	}
	if m.dirty() > 0 {
		m.add(alike[0], first)
	}
	return m
}

// spared counts the places of endpoints at which nothing was found.
func spared(list []hop.Endpoint, found []string) (n int) {
	seen := map[hop.Pos]bool{}
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

// endpointsOf are the endpoints of another server that have to be looked at, and how many need not.
func (m *model) endpointsOf(s *server) (list []hop.Endpoint, spared int) {
	if m.dirty() == 0 {
		return nil, m.spared
	}
	text := m.text.read(m.c, s)
	if i := slices.IndexFunc(m.layouts, func(l *layout) bool { return l.text.matches(text) }); i >= 0 {
		if list, ok := m.twins(m.layouts[i], s, text); ok {
			return list, m.spared
		}
	}
	itself := m.c.endpointsOf(s, false)
	if len(itself) != len(m.found) {
		return itself, 0 // it is not alike, after all
	}
	added := len(m.layouts) < maxLayouts
	if added {
		m.add(s, itself)
	}
	for i := range itself {
		if m.found[i] == "" {
			continue
		}
		if added {
			m.judge(&itself[i])
		}
		list = append(list, itself[i])
	}
	return list, m.spared
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
	return e, named && placed && said
}

// itself is an endpoint of a server as it is judged by itself; the one given, of which nothing is known, where the
// server has other endpoints than those that it is alike.
func (m *model) itself(s *server, i int, e hop.Endpoint) hop.Endpoint {
	if list := m.c.endpointsOf(s, false); len(list) == len(m.found) {
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
