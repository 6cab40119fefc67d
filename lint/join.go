package lint

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
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

// A leg is one hop of a declared path.
type leg struct {
	source hop.Source
	beside around // what the last hop reaches without being declared
	// machine is where the source runs, if files say how it reaches others and is reached.
	machine *parsers.Machine
	// station is source where no configuration says what it does; nil for one that is read from files.
	station *catalog.Station
}

// serve is what the leg makes of r: more than one hop where a configuration passes a handshake on to itself.
func (l leg) serve(r hop.Request) []route { return l.beside.join(l.source, r) }

// before is the hop that the leg was, and the request that leaves it, where it is known which hop comes next.
func (l leg) before(next leg, h hop.Hop, r hop.Request) (hop.Hop, hop.Request) {
	kind := ""
	if next.station != nil {
		kind = next.station.Name
	}
	if s, ok := l.source.(interface {
		Before(next hop.Source, kind string, h hop.Hop, r hop.Request) (hop.Hop, hop.Request)
	}); ok {
		return s.Before(next.source, kind, h, r)
	}
	return h, r
}

// anyForm reports whether what the leg passes on is the same in whatever form a request arrives.
func (l leg) anyForm() bool { return l.station != nil && l.station.Carries != catalog.Wire }

// forms lists how r, which left the leg, may arrive at the next one.
func (l leg) forms(next leg, r hop.Request) []hop.Request {
	if l.station != nil {
		return l.station.Forms(r)
	}
	return []hop.Request{l.landed(next, r)}
}

// landed is r as it arrives at the next leg by the name of a Service: at the port that this leads to there.
func (l leg) landed(next leg, r hop.Request) hop.Request {
	host, port, err := net.SplitHostPort(r.Addr)
	if err != nil || l.machine == nil || l.machine.Network == nil {
		return r
	}
	var at string
	var ok bool
	if next.machine != nil {
		at, ok = next.machine.Network.Port(l.machine.Network, host, port)
	}
	if !ok {
		at, ok = l.machine.Network.Behind(host, port)
	}
	switch {
	case ok && at != "":
		return inside(r, at)
	case ok:
		r.Addr = ""
	}
	return r
}

// travel serves r by the legs in their order. Where it is not known how a request arrives, it is taken to arrive as
// suits the hop; and where that fails further on, as suits the rest of the path, too: what passes TCP on takes every
// form, and says nothing of the one that it gets.
func travel(legs []leg, r hop.Request) []route {
	only := make([]int, len(legs))
	found := travelIn(legs, r, only)
	for i := 1; i < len(legs)-1; i++ { // at the last leg, the form was chosen by all that there is
		if legs[i].anyForm() {
			continue
		}
		kept := 0
		for n := range 2 * len(legs[i-1].forms(legs[i], r)) {
			if luck(found) == passes {
				return found
			}
			only[i] = n + 1
			if other := travelIn(legs, r, only); luck(other) > luck(found) {
				found, kept = other, n+1
			}
		}
		only[i] = kept
	}
	return found
}

// travelIn serves r by the legs, with the form in which it arrives at one, counted from 1, or where that is 0 the one
// that gets furthest there.
func travelIn(legs []leg, r hop.Request, only []int) []route {
	var done []route
	routes := arrive(legs[0], []hop.Request{r}, true)
	for i, l := range legs[1:] {
		var further []route
		for _, t := range routes {
			if !t.onward() {
				done = append(done, t)
				continue
			}
			t.hops = slices.Clone(t.hops)
			left, next := legs[i].before(l, *t.last(), t.next())
			*t.last() = left
			forms := atPort(r, l, legs[i].forms(l, next))
			if n := only[i+1]; n > 0 {
				forms = forms[min(n, len(forms))-1:][:1]
			}
			for _, n := range arrive(l, forms, false) {
				whole := route{
					hops: slices.Concat(t.hops, n.hops),
					when: slices.Concat(t.when, n.when),
					rest: cmp.Or(t.rest, n.rest),
				}
				whole.hops[len(t.hops)-1].Next = n.arrived
				further = append(further, whole)
			}
		}
		routes = bounded(further)
	}
	return bounded(append(routes, done...))
}

// atPort puts, before the forms of a request that arrives at an address that nobody knows, the same ones at the address
// that the browser connects to with r, where the hop listens there: several that do would else be one as likely as
// another. What arrives there comes likeliest with the browser's scheme: the port is the usual one of that.
func atPort(r hop.Request, l leg, forms []hop.Request) []hop.Request {
	addr := r.Addr
	if own, ok := l.source.(renamed); ok {
		addr = own.At(addr)
	}
	var there []hop.Request
	for _, f := range forms {
		if f.Addr == "" && addr != "" {
			if f.Addr = addr; l.source.Listens(f) {
				there = append(there, f)
			}
		}
	}
	slices.SortStableFunc(there, func(a, b hop.Request) int {
		return cmp.Or(rank(a.ProxyProtocol)-rank(b.ProxyProtocol), rank(a.TLS != r.TLS)-rank(b.TLS != r.TLS))
	})
	return append(there, forms...)
}

// arrive serves a request at a leg in the form in which it gets furthest there.
func arrive(l leg, forms []hop.Request, first bool) []route {
	var found []route
	for _, f := range forms {
		if !first && !l.source.Listens(f) {
			// It is declared to arrive there; under which address only the operator's network knows.
			f.Addr = ""
		}
		if routes := l.serve(f); found == nil || luck(routes) > luck(found) {
			found = routes
			for i := range found {
				found[i].arrived = f
			}
		}
	}
	return found
}

// luck is that of the luckiest case.
func luck(routes []route) int {
	most := 0
	for _, t := range routes {
		most = max(most, t.luck())
	}
	return most
}

// passes is the luck of a request that all hops pass on.
const passes = 3

// luck orders what may become of a request.
func (t route) luck() int {
	a, sure := t.last().Answer.Get()
	switch {
	case sure && a.Kind == hop.PassedOn:
		return passes
	case !sure:
		return 2
	case a.Kind == hop.Answered && !misunderstood(a):
		return 1
	}
	return 0
}

// misunderstood reports whether a handshake was turned away because it came in a form that the listener does not take.
func misunderstood(a hop.Answer) bool {
	return a.Cause == hop.PROXYHeader || a.Cause == hop.WrongScheme || a.Cause == hop.HTTP2Only
}

// behind is r as it may arrive behind something unknown, likeliest form first: anywhere, with or without TLS, and
// with whatever headers that adds. What the browser sends is assumed to come through.
func behind(r hop.Request, why string) []hop.Request {
	r = r.Clone()
	r.Addr = ""
	r.Rest = why
	for _, name := range catalog.Forwarded {
		if _, sent := r.Header[name]; !sent {
			r.Header[name] = []hop.Setting[string]{hop.Unknown[string](name, hop.Pos{}, why)}
		}
	}
	plain, tls := r, r.Clone()
	plain.TLS, tls.TLS = false, true
	return []hop.Request{plain, tls}
}

// loopbackOnly reports whether q, which is for a name, arrives at a listener that only programs on the same machine
// reach: it is not the browser that connects to it.
func loopbackOnly(l leg, q hop.Request) bool {
	_, port, err := net.SplitHostPort(q.Addr)
	if _, notName := netip.ParseAddr(q.Host); err != nil || notName == nil || q.Host == "localhost" || l.station != nil {
		return false
	}
	at := func(host string) bool {
		q.Addr = net.JoinHostPort(host, port)
		return l.source.Listens(q)
	}
	return (at("127.0.0.1") || at("::1")) && !at("192.0.2.1") && !at("2001:db8::1") // addresses for documentation
}

// withoutPort is q as it is when somebody in front writes the Host anew, as nginx's $host does.
func withoutPort(q hop.Request) hop.Request {
	q = q.Clone()
	set(&q, "Host", q.Host)
	return q
}

// withPROXY adds the same requests with a PROXY protocol header in front: what nobody wrote down may send one.
func withPROXY(requests []hop.Request) []hop.Request {
	for _, r := range requests {
		r.Announce(&r)
		r.Client = netip.AddrPort{}
		requests = append(requests, r)
	}
	return requests
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
