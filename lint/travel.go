package lint

import (
	"cmp"
	"net"
	"net/netip"
	"slices"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

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
