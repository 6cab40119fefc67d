package haproxy

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// Machines that serve thousands of sites have thousands of backends that one program wrote: they differ in names, in
// the hosts that lead to them and in the addresses of their servers. Distinct finds the ways to backends that differ
// in nothing that decides what becomes of a handshake, so that one of them can be judged for all.
//
// The shape of a way is the text of its condition and of its sections, less those words, and what else the same host
// may lead to. A way has none where one of the words may decide something: a rule reads the host, or the Origin that
// browsers make of it.

// worthShapes is from how many ways and listeners on shapes are looked for, and fewAlike from how many of one shape on
// it pays to judge one of them for all.
const (
	worthShapes = 64
	fewAlike    = 4
)

// Distinct is what Endpoints finds, less the endpoints whose handshakes fare as those of another backend do of which
// clean says that there is nothing to be said: more is how many those are. Where something is, the others are twins of
// it, if that can be. others gives what Everywhere finds in frontends that have no endpoint; those that fare as others
// do of which there is nothing to be said are without requests.
func (c *Config) Distinct(judge hop.Judge) (list []hop.Endpoint, others func(hop.Judge) []hop.Endpoint, more int) {
	entries := c.entries()
	x := newShapes(c, entries, judge)
	has := map[*conf.Proxy]bool{} // the frontends with an endpoint
	f := newFurther(c, x)
	walk(entries, false, func(e *entry, rejected bool) bool {
		found, spared := x.find(e, false, rejected)
		if spared {
			more++ // those of one backend are at one place
		} else {
			list = append(list, found...)
		}
		has[e.from] = has[e.from] || len(found) > 0
		f.first(e, len(found) > 0)
		return len(found) > 0
	}, func(e *entry) {
		if !f.otherwise(e) {
			return
		}
		found, spared := x.find(e, false, false)
		if !spared {
			list = append(list, found...)
		}
		has[e.from] = has[e.from] || len(found) > 0
	})
	return list, func(judge hop.Judge) []hop.Endpoint {
		x.one = judge
		others := make([]hop.Endpoint, 0, len(entries))
		walk(entries, true, func(e *entry, rejected bool) bool {
			found, _ := x.find(e, true, rejected)
			if !has[e.from] {
				others = append(others, found...)
			}
			return len(found) > 0
		}, nil)
		return others
	}, more
}

// shapes knows the ways that were looked at, by their shape.
type shapes struct {
	c      *Config
	one    hop.Judge
	known  map[string]*shape
	texts  map[string]int // a number for each text that is part of shapes
	fronts map[*conf.Proxy]*frontShape
	backs  map[*conf.Proxy]*sectionShape
	// named are the hosts that something else than the conditions of use_backend lines and servers have.
	named map[string]bool
	// servers and frontends say that something goes by the names of servers, and by the names or ports of frontends.
	servers, frontends bool
	several            bool // there are several frontends

	key []byte
}

// A shape is that of several ways.
type shape struct {
	model // the first
	way   *wayShape
	ways  int
	asked bool
	clean bool // there is nothing to be said of those found
	// models are ways that others may be twins of, one for each way in which they are laid out.
	models []*model
}

// A model is a way, and what was found on it.
type model struct {
	entry *entry
	found []hop.Endpoint
	text  *wayText
}

// maxModels bounds what each way is held against.
const maxModels = 8

// maxRoutes is how many routes of one host are looked at: with more, each way is found by itself, which costs less.
const maxRoutes = 64

// newShapes looks for none where there are few ways and listeners.
func newShapes(c *Config, entries []entry, judge hop.Judge) *shapes {
	x := &shapes{c: c, one: judge}
	if len(entries)+len(c.Listeners) < worthShapes {
		return x
	}
	x.known, x.texts, x.named = map[string]*shape{}, map[string]int{}, map[string]bool{}
	x.fronts, x.backs = map[*conf.Proxy]*frontShape{}, map[*conf.Proxy]*sectionShape{}
	for _, s := range c.Sections {
		for _, l := range s.Lines {
			x.note(l)
		}
	}
	for _, e := range entries {
		x.several = x.several || e.from != entries[0].from
	}
	return x
}

// note notes the hosts that a line has, and whether it goes by names of servers or frontends.
func (x *shapes) note(l *conf.Line) {
	first := l.Arg(0)
	if first == "server" {
		return
	}
	x.servers = x.servers || first == "use-server"
	for _, w := range l.Words {
		x.servers = x.servers || strings.Contains(w.Value, "srv")
		x.frontends = x.frontends || strings.Contains(w.Value, "dst_port") || strings.Contains(w.Value, "fe_name")
		x.named["localhost"] = x.named["localhost"] || strings.Contains(w.Value, "localhost")
		if first == "acl" || first == "use_backend" || strings.IndexByte(w.Value, '.') < 0 {
			continue
		}
		for part := range strings.FieldsFuncSeq(w.Value, func(r rune) bool { return strings.ContainsRune(`/:"' ;,`, r) }) {
			if part = strings.ToLower(part); parsers.IsHostName(part) {
				x.named[part] = true
			}
		}
	}
}

// find finds the endpoints of a way. spared says that they are those of another one of its shape of which there is
// nothing to be said, but for the first one's name and place. It is found once what is there.
func (x *shapes) find(e *entry, all, rejected bool) (found []hop.Endpoint, spared bool) {
	if f := e.found[flag(rejected)]; f.done && all {
		return f.list[:min(len(f.list), 1)], f.spared
	}
	found, spared = x.look(e, all, rejected)
	e.found[flag(rejected)] = finding{true, spared, found}
	return found, spared
}

// A finding is what was found on a way.
type finding struct {
	done, spared bool
	list         []hop.Endpoint
}

func (x *shapes) look(e *entry, all, rejected bool) (found []hop.Endpoint, spared bool) {
	itself := func() []hop.Endpoint { return x.c.endpointsOf(e, all, rejected) }
	if x.known == nil {
		return itself(), false
	}
	w, ok := x.write(e, all, rejected)
	if !ok {
		return itself(), false
	}
	e.alike = w.front.alike
	s := x.known[string(x.key)]
	switch {
	case s == nil:
		s = &shape{model: model{entry: e, found: itself()}, way: w}
		x.known[string(x.key)] = s
		return s.found, false
	case len(s.found) == 0:
		return nil, false
	}
	if s.ways++; s.ways < fewAlike {
		return itself(), false
	}
	if !s.asked {
		s.asked, s.clean = true, x.judge(s.found)
		s.text, s.models = s.way.text(s.entry), []*model{&s.model}
	}
	if s.clean {
		if list, ok := x.as(e, &s.model, false); ok {
			return list, true
		}
		return itself(), false
	}
	text := w.text(e)
	i := slices.IndexFunc(s.models, func(m *model) bool { return m.text.matches(text) })
	if i >= 0 {
		if list, ok := x.twins(e, s.models[i], text, itself); ok {
			return list, false
		}
	}
	found = itself()
	if i < 0 && len(s.models) < maxModels && len(found) == len(s.found) {
		s.models = append(s.models, &model{e, found, text})
		x.judge(found)
	}
	return found, false
}

// judge reports whether there is nothing to be said of endpoints.
func (x *shapes) judge(found []hop.Endpoint) (clean bool) {
	clean = true
	for i := range found {
		clean = x.one(&found[i]) == "" && clean
	}
	return clean
}

// as are the endpoints of a way as a model has them, with their requests or without.
func (x *shapes) as(e *entry, m *model, requests bool) (list []hop.Endpoint, ok bool) {
	mine, theirs := e.places(x.c), m.entry.places(x.c)
	list = slices.Clone(m.found)
	for n := range list {
		f := &list[n]
		f.Requests = nil
		for i, q := range m.found[n].Requests {
			b, at, mapped, ok := translated(q, e.from, m.entry.from, mine, theirs)
			if !ok {
				return nil, false
			}
			if i == 0 {
				f.Name = urlOf(b.TLS, authority(b, at.host, mapped), at.target)
				f.Pos, f.Server = e.to.Pos(), e.from.Pos()
			}
			if !requests {
				break
			}
			f.Requests = append(f.Requests, request(b, at.host, at.target, mapped))
		}
	}
	return list, true
}

// twins are the endpoints of a way as twins of those of a model.
func (x *shapes) twins(e *entry, m *model, text *wayText, itself func() []hop.Endpoint) (list []hop.Endpoint, ok bool) {
	list, ok = x.as(e, m, false)
	for i := range list {
		f, name := &m.found[i], list[i].Name
		list[i].Twin = &hop.Twin{
			Of: f,
			Itself: func() hop.Endpoint {
				if list, ok := x.as(e, m, true); ok {
					return list[i]
				}
				return itself()[i]
			},
			Move: func() hop.Move {
				way := m.text.move(text)
				return hop.Move{
					Name: func(of string) (string, bool) { return name, of == f.Name },
					Text: way.say, Pos: way.place, Edit: way.edit,
				}
			},
		}
	}
	return list, ok
}

// translated is a request to one frontend as another one of the same shape gets it.
func translated(
	q hop.Request, to, from *conf.Proxy, mine, theirs []place,
) (b *conf.Listener, at place, mapped, ok bool) {
	i := slices.IndexFunc(from.Binds, func(b *conf.Listener) bool { return b.TLS == q.TLS && addressOf(b) == q.Addr })
	for k, p := range theirs {
		if i < 0 || len(mine) != len(theirs) || p.host != q.Host || p.target != q.Target && below(p.target) != q.Target {
			continue
		}
		if at = mine[k]; p.target != q.Target {
			at.target = below(at.target)
		}
		lines, _ := q.Lines("Host")
		return to.Binds[i], at, strings.Join(lines, "") == q.Host, true
	}
	return nil, at, false, false
}

// number is that of a text.
func (x *shapes) number(text []byte) int {
	n, ok := x.texts[string(text)]
	if !ok {
		n = len(x.texts) + 1
		x.texts[string(text)] = n
	}
	return n
}

// add adds numbers to the key.
func (x *shapes) add(numbers ...int) {
	for _, n := range numbers {
		x.key = binary.AppendVarint(x.key, int64(n))
	}
}

// write writes the shape of a way; ok is false where it has none.
func (x *shapes) write(e *entry, all, rejected bool) (w *wayShape, ok bool) {
	f := x.front(e.from)
	if !f.ok || !e.http || e.alternative != 0 {
		return nil, false
	}
	x.key = x.key[:0]
	x.add(f.text, int(e.confidence), x.number([]byte(e.why)), flag(all)+2*flag(rejected))
	w = &wayShape{shapes: x, front: f, at: -1, backs: []*conf.Proxy{e.to}}
	own, hosts := &routeShape{}, []string{"localhost"} // as places makes it up for all that no route takes
	if e.line != nil && e.line.Is("use_backend") {
		if w.at, ok = f.at[e.line]; !ok {
			return nil, false
		}
		own, w.routes = &f.routes[w.at], []int{w.at}
		if hosts = own.hosts; own.mapped != nil {
			hosts = own.mapped.list.Keys(e.to.Name, maxPlaces)
		}
	}
	if len(hosts) == 0 || len(hosts) > maxPlaces || !w.backend(e.to) || f.byDefault != nil && !w.backend(f.byDefault) {
		return nil, false
	}
	for _, h := range hosts {
		if len(f.byHost[h])+len(f.open) > maxRoutes || x.named[h] || !w.host(h) {
			return nil, false
		}
	}
	x.add(-1, own.text)
	if w.exact || f.path || own.exact {
		x.add(x.number([]byte("path " + own.path)))
	}
	return w, true
}

func flag(is bool) int {
	if is {
		return 1
	}
	return 0
}

// A wayShape writes what hosts lead to.
type wayShape struct {
	*shapes
	front  *frontShape
	at     int           // the route that the way takes; -1 for none
	backs  []*conf.Proxy // those that were written, the way's own first
	routes []int         // those of its hosts alone, the way's own first
	exact  bool          // its path may decide something else than that it is taken
}

// backend writes a backend, by its place among those that were written; false where it has no shape.
func (w *wayShape) backend(p *conf.Proxy) bool {
	n := slices.Index(w.backs, p)
	if n < 0 {
		n = len(w.backs)
		w.backs = append(w.backs, p)
	}
	w.add(n)
	s := w.section(p)
	w.exact = w.exact || s.path
	w.add(s.text)
	return s.ok && (p.Kind == "backend" || p == w.front.proxy)
}

// host writes which routes a host may take; false where they have no shape.
func (w *wayShape) host(h string) bool {
	with := w.front.byHost[h]
	i, j := 0, 0
	open := w.front.open
	for i < len(with) || j < len(open) {
		var n int
		if j == len(open) || i < len(with) && with[i] < open[j] {
			if n, i = with[i], i+1; !slices.Contains(w.routes, n) {
				w.routes = append(w.routes, n)
			}
		} else {
			n, j = open[j], j+1
		}
		if n != w.at {
			w.exact = true
			w.add(w.number([]byte("path " + w.front.routes[n].path)))
		}
		if w.add(w.front.routes[n].text); !w.leads(&w.front.routes[n], h) {
			return false
		}
	}
	w.add(-2)
	return true
}

// leads writes where a route leads a host.
func (w *wayShape) leads(r *routeShape, h string) bool {
	if r.mapped == nil {
		return r.to != nil && w.backend(r.to)
	}
	name, found := r.mapped.list.Get(h)
	if !found {
		name = r.mapped.otherwise
	}
	for _, name := range []string{name, r.mapped.otherwise} {
		p := w.c.Find(name)
		if w.add(flag(p != nil)); p != nil && !w.backend(p) {
			return false
		}
	}
	return true
}
