package lint

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
)

// maxHops ends the journey of a handshake that goes round in circles.
const maxHops = 16

// join sends r to the first source and follows it: as long as it is passed on to an address that one of known listens on, that
// one serves it next. A handshake that never leaves ends in a hop whose answer is unknown.
func join(first hop.Source, r hop.Request, known []hop.Source) []hop.Hop {
	var hops []hop.Hop
	for s := first; s != nil; {
		h := s.Serve(r)
		if len(hops) == maxHops {
			h.Answer = hop.Unknown[hop.Answer](h.Answer.Name, h.Pos, fmt.Sprintf("the handshake goes on in circles: %s passes it on, the %dth time that it is passed on", h.Name, maxHops))
			return append(hops, h)
		}
		hops = append(hops, h)
		a, sure := h.Answer.Get()
		if !sure || a.Kind != hop.PassedOn {
			return hops
		}
		r = h.Next
		if !local(r.Addr) {
			return hops
		}
		s = listener(s, r, known)
	}
	return hops
}

// local reports whether addr is sure to be on the machine that passes a request on: a listener on every address does not make
// "app:80" or 10.0.0.1:80 its own.
func local(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return strings.HasPrefix(addr, "unix:")
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// listener is the source that r arrives at: the one that passed it on, by its own listeners, before all others; nil for the
// application.
func listener(from hop.Source, r hop.Request, known []hop.Source) hop.Source {
	if r.Addr == "" {
		return nil
	}
	if from != nil && from.Listens(r) {
		return from
	}
	for _, s := range known {
		if s.Listens(r) {
			return s
		}
	}
	return nil
}

// A leg is one hop of a declared path.
type leg struct {
	source hop.Source
	// station is source where no configuration says what it does; nil for one that is read from files.
	station *catalog.Station
}

// serve is what the leg makes of r: more than one hop where a configuration passes a handshake on to itself.
func (l leg) serve(r hop.Request) []hop.Hop {
	if l.station != nil {
		return []hop.Hop{l.station.Serve(r)}
	}
	return join(l.source, r, nil)
}

// forms lists how r, which left the leg, may arrive at the next one.
func (l leg) forms(r hop.Request) []hop.Request {
	if l.station != nil {
		return l.station.Forms(r)
	}
	return []hop.Request{r}
}

// travel serves r by the legs in their order. Where it is not known how a request arrives, it is taken to arrive as suits the hop.
func travel(legs []leg, r hop.Request) []hop.Hop {
	var hops []hop.Hop
	forms := []hop.Request{r}
	for i, l := range legs {
		var found []hop.Hop
		for _, f := range forms {
			if i > 0 && !l.source.Listens(f) {
				// It is declared to arrive there; under which address only the operator's network knows.
				f.Addr = ""
			}
			if h := l.serve(f); found == nil || luck(h) > luck(found) {
				found = h
				if i > 0 {
					hops[len(hops)-1].Next = f
				}
			}
		}
		hops = append(hops, found...)
		last := hops[len(hops)-1]
		if a, sure := last.Answer.Get(); !sure || a.Kind != hop.PassedOn {
			return hops
		}
		forms = l.forms(last.Next)
	}
	return hops
}

// luck orders what may become of a request whose form is not known.
func luck(hops []hop.Hop) int {
	a, sure := hops[len(hops)-1].Answer.Get()
	switch {
	case sure && a.Kind == hop.PassedOn:
		return 3
	case !sure:
		return 2
	case a.Kind == hop.Answered:
		return 1
	}
	return 0
}

// behind is r as it may arrive behind something unknown, likeliest form first: anywhere, with or without TLS, and with whatever
// headers that adds. What the browser sends is assumed to come through.
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

// loopbackOnly reports whether q, which is for a name, arrives at a listener that only programs on the same machine reach: it is not
// the browser that connects to it.
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
		r.ProxyProtocol = true
		requests = append(requests, r)
	}
	return requests
}

// best serves the requests in turn and returns the path that gets furthest, of several the first.
func best(requests []hop.Request, serve func(hop.Request) *hop.Path) *hop.Path {
	var found *hop.Path
	least := -1
	for _, r := range requests {
		p := serve(r)
		if far := reach(p); far > least {
			found, least = p, far
		}
		if least == opens {
			break
		}
	}
	return found
}

// opens is the reach of a path whose handshake opens.
const opens = 3

// reach orders paths by how far their handshake gets: it is not even understood, a hop answers, the application gets it, it opens.
func reach(p *hop.Path) int {
	o := p.Handshake()
	switch {
	case o.Kind == hop.Open || o.Kind == hop.Depends:
		return opens
	case o.By == len(p.Hops):
		return 2
	case o.By == 0 && len(p.Hops) > 0:
		switch a, _ := p.Hops[0].Answer.Get(); a.Cause {
		case hop.PROXYHeader, hop.WrongScheme, hop.HTTP2Only:
			return 0
		}
	}
	return 1
}

// covered reports whether one of the paths ends up in the block at pos.
func covered(paths []*hop.Path, pos hop.Pos) bool {
	return slices.ContainsFunc(paths, func(p *hop.Path) bool {
		return slices.ContainsFunc(p.Hops, func(h hop.Hop) bool { return h.Pos == pos })
	})
}
