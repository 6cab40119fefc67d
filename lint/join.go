package lint

import (
	"fmt"
	"slices"

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
		s = listener(s, r, known)
	}
	return hops
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

// A leg is one hop of a declared path that can be followed.
type leg struct {
	source hop.Source
	// behind says what unknown thing is in front, so that nobody knows where and how the request arrives; "" when nothing is.
	behind string
	bare   bool // what is in front sends no PROXY protocol header
}

// travel serves r by the legs in their order.
func travel(legs []leg, r hop.Request) []hop.Hop {
	var hops []hop.Hop
	for i, l := range legs {
		switch {
		case i > 0 && l.behind != "":
			r = behind(r, l.behind)[0]
		case i > 0 && !l.source.Listens(r):
			// It is declared to arrive there; under which address only the operator's network knows.
			r.Addr = ""
		}
		hops = append(hops, join(l.source, r, nil)...)
		last := hops[len(hops)-1]
		if a, sure := last.Answer.Get(); !sure || a.Kind != hop.PassedOn {
			return hops
		}
		r = last.Next
	}
	return hops
}

// behind is r as it may arrive behind something unknown, likeliest form first: anywhere, with or without TLS, and with whatever
// headers that adds. What the browser sends is assumed to come through.
func behind(r hop.Request, why string) []hop.Request {
	r = r.Clone()
	r.Addr = ""
	r.Rest = why
	for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded"} {
		if _, sent := r.Header[name]; !sent {
			r.Header[name] = []hop.Setting[string]{hop.Unknown[string](name, hop.Pos{}, why)}
		}
	}
	plain, tls := r, r.Clone()
	plain.TLS, tls.TLS = false, true
	return []hop.Request{plain, tls}
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
		far := reach(p)
		if far > least {
			found, least = p, far
		}
		if far == opens {
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
