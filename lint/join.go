package lint

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/wslint/wslint/hop"
)

// maxRoutes bounds how many cases of one handshake are followed over all hops.
const maxRoutes = 64

// A route is one way of a handshake, in one case.
type route struct {
	hops []hop.Hop
	when []hop.Condition
	rest string // why there are further cases; "" when there are none

	arrived hop.Request // what the first hop got
}

// with is the route one hop further.
func (t route) with(k hop.Case) route {
	if len(t.hops) == 0 {
		t.hops = k.Way()
	} else {
		t.hops = append(slices.Clip(t.hops), *k.Hop)
	}
	if len(t.when) == 0 {
		t.when = slices.Clip(k.When)
	} else if len(k.When) > 0 {
		t.when = slices.Concat(t.when, k.When)
	}
	if t.rest == "" {
		t.rest = k.Rest
	}
	return t
}

func (t route) last() *hop.Hop { return &t.hops[len(t.hops)-1] }

// onward reports whether the request is passed on.
func (t route) onward() bool { return hop.Is(t.last().Answer, hop.Answer{}) }

// next is the request that leaves the route, with what is known of the way.
func (t route) next() hop.Request {
	r := t.last().Next
	r.When, r.Sender = t.when, t.last().Name
	return r
}

// bounded keeps the cases that get furthest.
func bounded(routes []route) []route {
	if len(routes) <= maxRoutes {
		return routes
	}
	slices.SortStableFunc(routes, func(a, b route) int { return b.luck() - a.luck() })
	routes = routes[:maxRoutes]
	for i := range routes {
		routes[i].rest = fmt.Sprintf("there are so many cases that only %d of them are followed", maxRoutes)
	}
	return routes
}

// join sends r to the first source and follows it: as long as it is passed on to an address that one of those around
// listens on, that one serves it next. A handshake that never leaves ends in a hop whose answer is unknown.
func (a around) join(first hop.Source, r hop.Request) []route {
	type traveller struct {
		route
		at hop.Source
		r  hop.Request
	}
	var done []route
	before := len(r.When)
	for open := []traveller{{route{when: r.When}, first, r}}; len(open) > 0; open = open[1:] {
		t := open[0]
		for _, k := range t.at.Serve(t.r) {
			n := t.with(k)
			if len(n.hops) > hop.LongestWay && n.onward() {
				n.hops = hop.Looped(n.hops)
			}
			next := n.next()
			if n.onward() && len(done)+len(open) < 4*maxRoutes {
				if s, arrived := a.next(t.at, next); s != nil {
					open = append(open, traveller{n, s, arrived})
					continue
				}
			}
			if next = a.behind(t.at, next); next.Behind.Name != "" && n.onward() {
				n.hops = slices.Clone(n.hops)
				n.last().Next.Behind = next.Behind
			}
			done = append(done, n)
		}
	}
	for i := range done {
		done[i].when = done[i].when[before:]
	}
	return bounded(done)
}

// local reports whether addr is sure to be on the machine that passes a request on: a listener on every address does
// not make "app:80" or 10.0.0.1:80 its own.
func local(addr string) bool {
	if hop.IsUnix(addr) {
		return true
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// A bySocket is a source that others reach at its unix sockets only: who opens a file to listen there is the one who
// is meant by those who connect to it, while that a port is the same proves nothing.
type bySocket struct{ hop.Source }

func (s bySocket) Listens(r hop.Request) bool { return hop.IsUnix(r.Addr) && s.Source.Listens(r) }

// bySockets are sources as others reach them without being declared to.
func bySockets(sources []hop.Source) []hop.Source {
	list := make([]hop.Source, len(sources))
	for i, s := range sources {
		list[i] = bySocket{s}
	}
	return list
}

// listener is the source that r arrives at: the one that passed it on, by its own listeners, before all others; nil
// for the application, and where several open the same file: which of them runs there nobody knows.
func listener(from hop.Source, r hop.Request, known []hop.Source) (found hop.Source) {
	if r.Addr == "" {
		return nil
	}
	if from != nil && from.Listens(r) {
		return from
	}
	if len(known) > 0 && !hop.IsUnix(r.Addr) {
		if _, unix := known[0].(bySocket); unix { // and so are all
			return nil
		}
	}
	for _, s := range known {
		if !s.Listens(r) {
			continue
		}
		by, unix := s.(bySocket)
		switch {
		case !unix:
			return s
		case found != nil:
			return nil
		}
		found = by.Source
	}
	return found
}

// best serves the requests in turn and returns the cases of the one that gets furthest, of several the first; the
// case that gets furthest comes first.
func best(requests []hop.Request, serve func(hop.Request) []*hop.Path) []*hop.Path {
	var found []*hop.Path
	least := -1
	for _, r := range requests {
		cases := serve(r)
		slices.SortStableFunc(cases, func(a, b *hop.Path) int { return cmp.Or(reach(b)-reach(a), demands(a)-demands(b)) })
		if far := reach(cases[0]); far > least {
			found, least = cases, far
		}
		if least == opens {
			break
		}
	}
	return found
}

// demands is how many conditions p rests on that no script in a browser can fulfil by itself.
func demands(p *hop.Path) (n int) {
	for _, c := range p.When {
		if c.Beyond && c.Holds || c.Foreign() {
			n++
		}
	}
	return n
}

// cases are the paths that the routes of one handshake make of p.
func cases(p hop.Path, routes []route) []*hop.Path {
	list := make([]*hop.Path, len(routes))
	for i, t := range routes {
		q := p
		q.Hops, q.When, q.Rest = t.hops, t.when, t.rest
		list[i] = &q
	}
	return list
}

// opens is the reach of a path whose handshake opens.
const opens = 3

// reach orders paths by how far their handshake gets: it is not even understood, a hop answers, the application gets
// it, it opens.
func reach(p *hop.Path) int {
	o := p.Handshake()
	switch {
	case o.Kind == hop.Open || o.Kind == hop.Depends:
		return opens
	case o.By == len(p.Hops):
		return 2
	case o.By == 0 && len(p.Hops) > 0:
		if a, _ := p.Hops[0].Answer.Get(); misunderstood(a) {
			return 0
		}
	}
	return 1
}

// covered are the places of the hops of all cases of some paths.
func covered(paths [][]*hop.Path) map[hop.Pos]bool {
	at := map[hop.Pos]bool{}
	for _, cases := range paths {
		for _, p := range cases {
			for i := range p.Hops {
				at[p.Hops[i].Pos] = true
			}
		}
	}
	return at
}
