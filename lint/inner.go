package lint

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/wslint/wslint/hop"
)

// A wired source says where it may pass connections on to, and how they come in.
type wired interface {
	hop.Source
	// Doors are connections at listeners that no endpoint is of.
	Doors() []hop.Request
	// Binds reports whether a listener has this very address: one for every address does not make any its own.
	Binds(addr string) bool
	// Loopback are the addresses of loopback that it has listeners of, port by port.
	Loopback() []string
	// Inward reports whether it has listeners that only programs of the same machine reach: unix sockets and those.
	Inward() bool
	// Targets are the addresses that it may pass connections on to.
	Targets() []string
}

// binds reports whether a source has a listener of this very address.
func binds(s hop.Source, addr string) bool {
	w, ok := s.(wired)
	return ok && w.Binds(addr)
}

// machineOnly reports whether only programs on the same machine reach an address that a source listens on.
func machineOnly(s hop.Source, addr string) bool {
	if hop.IsUnix(addr) {
		return true
	}
	at, err := netip.ParseAddrPort(addr)
	return err == nil && at.Addr().IsLoopback() && binds(s, addr)
}

// A wiring says which sources pass connections on to which, on one machine, and at which places they come in.
type wiring struct {
	beside around
	// into are the sources that may lead to one, itself included where it passes connections on to itself. It is made
	// when somebody asks for it.
	into func() map[hop.Source][]hop.Source
	mu   sync.Mutex
	open map[hop.Source][]door
	went map[entry]way
}

// A door is a connection at a listener of a source that leads on to a listener of the same machine.
type door struct {
	source hop.Source
	q      hop.Request
	inner  bool   // only programs on the same machine reach it
	alike  string // the same for doors whose requests differ in nothing but host and target
}

func newDoor(from hop.Source, q hop.Request, inner bool) door {
	bare := q.Clone()
	bare.Host, bare.Target = "", ""
	delete(bare.Header, "Host")
	return door{from, q, inner, fmt.Sprintf("%p %v", from, bare)}
}

// An entry is a handshake at a door.
type entry struct{ alike, host, header, target string }

// A way is where a handshake went: the places of the hops in each case, and how far it got in the best one, the first.
type way struct {
	places [][]hop.Pos
	reach  int
}

// maxWays bounds the ways that are kept: many endpoints ask for the same ones.
const maxWays = 20_000

func newWiring(l *loaded) *wiring {
	w := &wiring{beside: l.beside(), open: map[hop.Source][]door{}, went: map[entry]way{}}
	w.into = sync.OnceValue(func() map[hop.Source][]hop.Source {
		into := map[hop.Source][]hop.Source{}
		for _, from := range l.sources {
			x, ok := from.(wired)
			if !ok {
				continue
			}
			for _, addr := range x.Targets() {
				s := w.beside.onMachine(from, hop.Request{Addr: addr})
				if s != nil && !slices.Contains(into[s], from) {
					into[s] = append(into[s], from)
				}
			}
		}
		return into
	})
	return w
}

// leaves reports whether a source may lead to another one.
func (w *wiring) leaves(s hop.Source) bool {
	for _, from := range w.into() {
		if slices.Contains(from, s) {
			return true
		}
	}
	return false
}

// doors are those of the sources that lead to one: what the outside reaches comes first.
func (w *wiring) doors(s hop.Source) []door {
	if _, ok := s.(wired); !ok || len(w.into()[s]) == 0 {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if list, known := w.open[s]; known {
		return list
	}
	var list []door
	seen := w.leading(s)
	for _, from := range seen {
		list = append(list, w.doorsOf(from)...)
	}
	slices.SortStableFunc(list, func(a, b door) int { return rank(a.inner) - rank(b.inner) })
	w.open[s] = list
	return list
}

func rank(last bool) int {
	if last {
		return 1
	}
	return 0
}

// leading are the sources that lead to one, be it through others.
func (w *wiring) leading(s hop.Source) (seen []hop.Source) {
	for todo := w.into()[s]; len(todo) > 0; todo = todo[1:] {
		if from := todo[0]; !slices.Contains(seen, from) {
			seen = append(seen, from)
			todo = slices.Concat(todo, w.into()[from])
		}
	}
	return seen
}

// maxDoors bounds the doors of one source that are tried.
const maxDoors = 64

// doorsOf are the doors of one source that lead on to the same machine; of those that pass everything on without
// looking at it, all.
func (w *wiring) doorsOf(from hop.Source) (list []door) {
	for _, e := range everywhere(from) {
		for _, q := range e.Requests {
			if len(list) < maxDoors && w.leadsOn(from, q) {
				list = append(list, newDoor(from, q, machineOnly(from, q.Addr)))
			}
		}
	}
	for _, q := range from.(wired).Doors() {
		list = append(list, newDoor(from, q, machineOnly(from, q.Addr)))
	}
	return list
}

// leadsOn reports whether a source passes a connection on to a listener of the same machine.
func (w *wiring) leadsOn(from hop.Source, q hop.Request) bool {
	return slices.ContainsFunc(from.Serve(dress(q, Browsers[0])), func(k hop.Case) bool {
		return hop.Is(k.Hop.Answer, hop.Answer{}) && w.beside.onMachine(from, k.Hop.Next) != nil
	})
}

// A chain is a way to an endpoint through what stands in front of it on the same machine.
type chain struct {
	source hop.Source
	q      hop.Request
	hops   string // the places of its hops
	reach  int
}

// maxTries bounds the handshakes that are tried for one endpoint, maxChains the ways that are kept.
const (
	maxTries  = 192
	maxChains = 8
)

// chains are the ways to an endpoint of s through other listeners of the machine. One way that opens is enough for
// the endpoint to work: of those that do not, one is kept where none does.
func (w *wiring) chains(s hop.Source, e hop.Endpoint) (list []chain) {
	if len(e.Requests) == 0 {
		return nil
	}
	doors := slices.DeleteFunc(slices.Clone(w.doors(s)), func(d door) bool {
		return slices.ContainsFunc(e.Requests, func(q hop.Request) bool { return q.Addr == d.q.Addr })
	})
	for _, inner := range []bool{false, true} {
		for _, suffix := range []bool{false, true} {
			tries, tried := 0, map[entry]bool{}
			for _, d := range doors {
				if d.inner != inner {
					continue
				}
				for _, a := range enter(d, e.Requests[0], suffix) {
					if tried[a.entry] || tries == maxTries {
						continue
					}
					tries++
					tried[a.entry] = true
					if c, ok := w.follow(d, a, e); ok {
						list = keepChain(list, c)
					}
				}
			}
			if len(list) > 0 {
				return working(list)
			}
		}
	}
	return nil
}

// follow is the way of a handshake at a door, if it leads to the place of an endpoint behind another hop.
func (w *wiring) follow(d door, a attempt, e hop.Endpoint) (c chain, ok bool) {
	went := w.way(d, a)
	i := slices.IndexFunc(went.places, func(hops []hop.Pos) bool {
		return slices.Contains(hops[1:], e.Pos) && hops[0] != e.Pos
	})
	if i < 0 {
		return c, false
	}
	c = chain{source: d.source, q: a.request(d.q), reach: went.reach}
	for _, at := range went.places[i] {
		c.hops += at.String() + " "
	}
	return c, true
}

// way is where a handshake at a door goes.
func (w *wiring) way(d door, a attempt) way {
	w.mu.Lock()
	known, ok := w.went[a.entry]
	w.mu.Unlock()
	if ok && len(a.own.When) == 0 {
		return known
	}
	paths := best([]hop.Request{a.request(d.q)}, func(q hop.Request) []*hop.Path {
		q = dress(q, Browsers[0])
		return cases(hop.Path{Request: q}, w.beside.join(d.source, q))
	})
	found := way{reach: reach(paths[0])}
	for _, p := range paths {
		var hops []hop.Pos
		for i := range p.Hops {
			h := &p.Hops[i]
			hops = append(hops, h.Pos)
		}
		found.places = append(found.places, hops)
	}
	if len(a.own.When) == 0 {
		w.mu.Lock()
		if len(w.went) < maxWays {
			w.went[a.entry] = found
		}
		w.mu.Unlock()
	}
	return found
}

// keepChain adds a way, unless one through the same places gets as far.
func keepChain(list []chain, c chain) []chain {
	i := slices.IndexFunc(list, func(x chain) bool { return x.hops == c.hops })
	switch {
	case i < 0 && len(list) < maxChains:
		return append(list, c)
	case i >= 0 && c.reach > list[i].reach:
		list[i] = c
	}
	return list
}

// working leaves the ways that open, or the one that gets furthest.
func working(list []chain) []chain {
	open := slices.DeleteFunc(slices.Clone(list), func(c chain) bool { return c.reach < opens })
	if len(open) > 0 {
		return open
	}
	slices.SortStableFunc(list, func(a, b chain) int { return b.reach - a.reach })
	return list[:1]
}

// An attempt is a handshake at a door that may lead to an endpoint.
type attempt struct {
	entry
	own    hop.Request // of the endpoint
	header hop.Setting[string]
}

// request is that of the attempt at a door.
func (a attempt) request(at hop.Request) hop.Request {
	q := at.Clone()
	q.Target, q.Host = a.target, a.host
	q.When = slices.Concat(at.When, a.own.When)
	q.Header["Host"] = []hop.Setting[string]{a.header}
	return q
}

// enter are attempts at a door: for the path of the endpoint, or for one below that of the door, for the host of the
// door and for its own.
func enter(d door, own hop.Request, suffix bool) (list []attempt) {
	hosts := []hop.Request{d.q, own}
	if d.q.Host == "localhost" {
		slices.Reverse(hosts) // it stands for any
	}
	targets := []string{own.Target}
	if suffix {
		targets = []string{d.q.Target}
		if path, _, _ := strings.Cut(d.q.Target, "?"); strings.HasSuffix(path, "/") {
			targets = append(targets, strings.TrimSuffix(path, "/")+own.Target)
		}
	}
	for _, target := range targets {
		for _, host := range hosts {
			header := hostAt(host, d.q)
			as := entry{d.alike, host.Host, fmt.Sprint(header.Get()), target}
			if !slices.ContainsFunc(list, func(x attempt) bool { return x.host == host.Host && x.target == target }) {
				list = append(list, attempt{as, own, header})
			}
		}
	}
	return list
}

// hostAt is the Host header of a request as it is at the address of another one.
func hostAt(q, at hop.Request) hop.Setting[string] {
	line := q.Header["Host"][0]
	_, port, err := net.SplitHostPort(at.Addr)
	if q.Addr == at.Addr || err != nil {
		return line
	}
	usual := "80"
	if at.TLS {
		usual = "443"
	}
	as := line.As
	line = hop.Written("Host", authority(q.Host, port, usual), hop.Pos{})
	line.As = as
	return line
}

// inner are the paths to an endpoint through what stands in front of it on the same machine, and the endpoint as it
// is reached besides: whole says that it is not.
func (f *finder) inner(s hop.Source, e hop.Endpoint) (paths [][]*hop.Path, besides hop.Endpoint, whole bool) {
	chains := f.wiring.chains(s, e)
	if len(chains) == 0 {
		return nil, e, false
	}
	besides = e
	inside := func(q hop.Request) bool { return machineOnly(s, q.Addr) }
	besides.Requests = slices.DeleteFunc(slices.Clone(e.Requests), inside)
	if whole = len(besides.Requests) == 0; !whole {
		e.Confidence = min(e.Confidence, hop.Possible) // browsers may not come this way
	}
	for _, c := range chains {
		for _, browser := range Browsers {
			found := best([]hop.Request{c.q}, func(q hop.Request) []*hop.Path {
				q = dress(q, browser)
				p := hop.Path{Name: nameOf(q), Pos: e.Pos, Browser: browser, Request: q, Why: e.Why,
					Confidence: f.sureness(s, e.Confidence)}
				return cases(p, f.beside.join(c.source, q))
			})
			for _, p := range found {
				f.traffic.keepalive(p, nil)
				f.traffic.app(p, Declared{Pos: e.Pos})
			}
			paths = append(paths, found)
		}
	}
	return paths, besides, whole
}

// nameOf is the URL of a handshake.
func nameOf(q hop.Request) string {
	scheme := "ws"
	if q.TLS {
		scheme = "wss"
	}
	lines, _ := q.Lines("Host")
	return fmt.Sprintf("%s://%s%s", scheme, strings.Join(lines, ""), q.Target)
}
