package nginx

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// A model is a server that is judged for those of its shape.
type model struct {
	c         *Config
	s         *server
	endpoints []hop.Endpoint
	clean     []bool // of each endpoint: there is nothing to be said of it
	text      *serverText
}

// Distinct is what Endpoints finds. Of servers that are alike, each endpoint of one is given to clean, which says
// whether nothing is to be said of it: then those of the others are left out, and more is how many those are. Else they
// are twins of it where that can be. others is what Everywhere finds in servers that have no endpoint.
func (c *Config) Distinct(clean func(*hop.Endpoint) bool) (list, others []hop.Endpoint, more int) {
	of := map[*server]*model{}
	for _, alike := range c.alike() {
		m := &model{c: c, s: alike[0], endpoints: c.endpointsOf(alike[0], false)}
		if len(m.endpoints) == 0 && len(c.endpointsOf(alike[0], true)) > 0 {
			continue // what these are depends on other servers
		}
		for i := range m.endpoints {
			m.clean = append(m.clean, clean(&m.endpoints[i]))
		}
		if slices.Contains(m.clean, false) {
			m.text = newServerText(c, m.s)
			m.text.addIndex()
		}
		for _, s := range alike[1:] {
			of[s] = m
		}
	}
	for _, s := range c.servers {
		if m := of[s]; m != nil {
			own, spared := m.endpointsOf(s)
			list, more = append(list, own...), more+spared
			continue
		}
		found := c.endpointsOf(s, false)
		if list = append(list, found...); len(found) == 0 {
			others = append(others, c.endpointsOf(s, true)...)
		}
	}
	return list, others, more
}

// endpointsOf are the endpoints of another server that have to be looked at, and how many need not.
func (m *model) endpointsOf(s *server) (list []hop.Endpoint, spared int) {
	if !slices.Contains(m.clean, false) {
		return nil, len(m.clean)
	}
	move, moves := m.move(s)
	var itself []hop.Endpoint
	for i, clean := range m.clean {
		if clean {
			spared++
			continue
		}
		e, ok := hop.Endpoint{}, false
		if moves {
			e, ok = m.twin(s, i, &move)
		}
		if !ok {
			if itself == nil {
				itself = m.c.endpointsOf(s, false)
			}
			e = itself[i]
		}
		list = append(list, e)
	}
	return list, spared
}

// twin is an endpoint of another server, as the twin of the one of this server.
func (m *model) twin(s *server, i int, move *hop.Move) (e hop.Endpoint, ok bool) {
	e = m.endpoints[i]
	name, named := move.Name(e.Name)
	pos, placed := move.Pos(e.Pos)
	why, said := move.Text(e.Why)
	e.Name, e.Pos, e.Server, e.Why, e.Requests, e.Otherwise = name, pos, s.scope.pos(), why, nil, nil
	e.Twin = &hop.Twin{
		Of:     &m.endpoints[i],
		Itself: func() hop.Endpoint { return m.c.endpointsOf(s, false)[i] },
		Move: func() hop.Move {
			move, _ := m.move(s)
			return move
		},
	}
	return e, named && placed && said
}

// move makes what is said of the model into what is to be said of another server of its shape; ok is false where
// their texts are laid out differently, so that their places do not match.
func (m *model) move(s *server) (move hop.Move, ok bool) {
	to := newServerText(m.c, s)
	if !m.text.matches(to) {
		return move, false
	}
	return hop.Move{
		Name: func(name string) (string, bool) {
			scheme, rest, _ := strings.Cut(name, "://")
			rest, ok := strings.CutPrefix(rest, m.s.names[0].text)
			rest, said := m.text.say(rest, to)
			return scheme + "://" + s.names[0].text + rest, ok && said
		},
		Text: func(text string) (string, bool) { return m.text.say(text, to) },
		Pos:  func(p hop.Pos) (hop.Pos, bool) { return m.text.place(p, to) },
		Edit: func(e hop.Edit) (hop.Edit, bool) { return m.text.edit(e, to) },
	}, true
}
