package lint

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// An around is what a source may pass requests on to without anybody declaring it.
type around struct {
	known []hop.Source
	// machines are the containers of those that run in one.
	machines map[hop.Source]*parsers.Machine
	// loopback is what is known of addresses of loopback; nil where only what is declared counts.
	loopback func() loopback
}

// A loopback says, of addresses that only programs of one machine reach, which sources listen there and which may pass
// connections on to there.
type loopback struct {
	bound, targets map[netip.AddrPort][]hop.Source
}

// beside is what the sources of a run reach undeclared: unix sockets, loopback, and the containers of one network.
func (l *loaded) beside() around {
	return around{bySockets(l.sources), l.machines, sync.OnceValue(func() loopback { return loopbackOf(l.sources) })}
}

func loopbackOf(sources []hop.Source) loopback {
	x := loopback{map[netip.AddrPort][]hop.Source{}, map[netip.AddrPort][]hop.Source{}}
	add := func(to map[netip.AddrPort][]hop.Source, s hop.Source, addresses []string) {
		for _, addr := range addresses {
			at, err := netip.ParseAddrPort(addr)
			if err != nil || !at.Addr().IsLoopback() {
				continue
			}
			if n := len(to[at]); n == 0 || to[at][n-1] != s { // each source comes once
				to[at] = append(to[at], s)
			}
		}
	}
	for _, s := range sources {
		if w, ok := s.(wired); ok {
			add(x.bound, s, w.Loopback())
			add(x.targets, s, w.Targets())
		}
	}
	return x
}

// next is the source that a request arrives at which another one passed on, and the request as it arrives there; nil
// for the application.
func (a around) next(from hop.Source, r hop.Request) (s hop.Source, arrived hop.Request) {
	if local(r.Addr) || binds(from, r.Addr) {
		return a.onMachine(from, r), r
	}
	return a.neighbour(from, r)
}

// onMachine is the source that r, which another one passed on, arrives at on the same machine; nil for none.
func (a around) onMachine(from hop.Source, r hop.Request) hop.Source {
	if !local(r.Addr) && !binds(from, r.Addr) {
		return nil
	}
	if s := listener(from, r, a.known); s != nil || hop.IsUnix(r.Addr) {
		return s
	}
	return a.onLoopback(from, r)
}

// onLoopback is the source that listens on an address which only programs of its machine reach, where it is sure to be
// the machine of the one that passes r on: one configuration listens there, and one leads there.
func (a around) onLoopback(from hop.Source, r hop.Request) hop.Source {
	at, err := netip.ParseAddrPort(r.Addr)
	if _, ok := from.(wired); !ok || err != nil || a.loopback == nil {
		return nil
	}
	bound := a.loopback().bound[at]
	if len(bound) != 1 || bound[0] == from || a.inContainer(from) || a.inContainer(bound[0]) {
		return nil
	}
	if slices.ContainsFunc(a.loopback().targets[at], func(s hop.Source) bool { return s != from && s != bound[0] }) {
		return nil
	}
	return bound[0]
}

// inContainer reports whether a source runs in a container of its own.
func (a around) inContainer(s hop.Source) bool { return len(a.machines) > 0 && a.machines[s] != nil }

// machine is where a source runs; nil where that is not known.
func (l *loaded) machine(s hop.Source) *parsers.Machine {
	if len(l.machines) == 0 {
		return nil // and sources that are no keys of maps need not be any
	}
	return l.machines[s]
}

// neighbour is the container that another one of its network reaches by a name: a service of the same compose file, or
// a Service of Kubernetes.
func (a around) neighbour(from hop.Source, r hop.Request) (found hop.Source, arrived hop.Request) {
	if len(a.machines) == 0 {
		return nil, r
	}
	m := a.machines[from]
	host, port, err := net.SplitHostPort(r.Addr)
	if err != nil || m == nil || m.Network == nil {
		return nil, r
	}
	for s, other := range a.machines {
		at, ok := other.Network.Port(m.Network, host, port)
		if s == from || !ok {
			continue
		}
		if q := inside(r, at); s.Listens(q) {
			if found != nil {
				return nil, r // which of them answers nobody knows
			}
			found, arrived = s, q
		}
	}
	return found, arrived
}

// behind is r, which a source passes on, with the port of the server that it goes to, where a Service has another one.
func (a around) behind(from hop.Source, r hop.Request) hop.Request {
	if len(a.machines) == 0 {
		return r
	}
	host, port, err := net.SplitHostPort(r.Addr)
	if m := a.machines[from]; err == nil && m != nil {
		const name = "targetPort"
		if at, ok := m.Network.Behind(host, port); ok && at != "" {
			r.Behind = hop.Written(name, at, hop.Pos{})
		} else if ok {
			r.Behind = hop.Unknown[string](name, hop.Pos{}, "which port has that name is not among the files")
		}
	}
	return r
}

// withinContainer is an address of a container's own, of which nobody knows but the port: one that is kept for
// documentation (RFC 5737).
const withinContainer = "192.0.2.1"

// inside is a request as it arrives at a port of a container.
func inside(r hop.Request, port string) hop.Request {
	r.Addr = net.JoinHostPort(withinContainer, port)
	return r
}

// published is the source whose container has a port of the host, and the request as it arrives there; nil where no
// container has it.
func (l *loaded) published(q hop.Request) (found hop.Source, arrived hop.Request) {
	host, port, err := net.SplitHostPort(q.Addr)
	if err != nil || len(l.machines) == 0 {
		return nil, q
	}
	if len(l.machines) == 0 {
		return nil, q // and sources that are no keys of maps need not be any
	}
	for _, s := range l.sources {
		m := l.machines[s]
		if m == nil || m.Network == nil {
			continue
		}
		for _, p := range m.Network.Ports {
			if strconv.Itoa(p.From) != port || !sameHost(p.Host, host) {
				continue
			}
			if there := inside(q, strconv.Itoa(p.To)); s.Listens(there) {
				return s, there
			}
		}
	}
	return nil, q
}

// sameHost reports whether a port that is published on an address is reached by a host of a URL: names may lead to
// every address but those of loopback, which only names of the machine itself lead to.
func sameHost(published, host string) bool {
	if published == "" || published == "0.0.0.0" || published == "::" || published == host {
		return true
	}
	ip, err := netip.ParseAddr(published)
	if err != nil {
		return false
	}
	if _, named := netip.ParseAddr(host); named != nil {
		return host == "localhost" || !ip.IsLoopback()
	}
	return false
}
