package haproxy

import (
	"iter"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// AnyPath yields handshakes for whatever may be asked of the frontends, for somebody who saw an answer and not where it
// comes from: for the hosts and paths that their rules and those of their backends speak of, and for a host and paths
// that none does. None is left out for others that fare alike.
func (c *Config) AnyPath() iter.Seq2[hop.Endpoint, int] {
	return func(yield func(hop.Endpoint, int) bool) {
		for _, f := range c.Proxies {
			if mode, why := f.Mode(); !f.Frontend() || mode != "http" && why == "" {
				continue // it answers nothing
			}
			for at := range c.anyPlace(f) {
				for _, q := range c.waysIn(f, at) {
					e := hop.Endpoint{
						Name: nameOf(q), Pos: f.Pos(), Server: f.Pos(), Requests: []hop.Request{q},
						Confidence: hop.Unlikely, Why: "is a path of the frontend",
					}
					if !yield(e, 0) {
						return
					}
				}
			}
		}
	}
}

// waysIn are handshakes for a place at the first listener with TLS and the first without.
func (c *Config) waysIn(f *conf.Proxy, at place) (list []hop.Request) {
	for _, b := range f.Binds {
		if b.Open {
			b = b.WithTLS(false)
		}
		if enterable(f, b) && !slices.ContainsFunc(list, func(q hop.Request) bool { return q.TLS == b.TLS }) {
			list = append(list, request(b, at.host, at.target, false))
		}
	}
	return list
}

// anyPlace yields the places that a frontend and its backends speak of, each once, and two that they do not.
func (c *Config) anyPlace(f *conf.Proxy) iter.Seq[place] {
	return func(yield func(place) bool) {
		told, ended := map[place]bool{}, false
		tell := func(list []place) bool {
			for _, at := range list {
				if !ended && !told[at] {
					told[at] = true
					ended = !yield(at)
				}
			}
			return !ended
		}
		if !c.ruled(f, place{}, tell) {
			return
		}
		for _, w := range c.ways(f) {
			places := w.places(c)
			if !tell(places) || w.to != f && !c.ruled(w.to, places[0], tell) {
				return
			}
		}
		tell([]place{{"localhost", "/ws"}, {"localhost", "/"}})
	}
}

// ruled tells the places that the rules of a section speak of, which answer there or send elsewhere. Those of a backend
// are told of the way that leads to it, where they say nothing else.
func (c *Config) ruled(p *conf.Proxy, by place, tell func([]place) bool) bool {
	conditions := make([]*conf.Condition, 0, len(p.Requests.List))
	for _, rl := range p.Requests.List {
		conditions = append(conditions, rl.Cond)
	}
	for _, rl := range p.Rules("redirect") {
		_, cond := rl.Condition(1)
		conditions = append(conditions, cond)
	}
	for _, cond := range conditions {
		for i := range alternatives(cond) {
			places := way{to: p, cond: cond, alternative: i}.places(c)
			for i := range places {
				if by.host != "" && places[i].host == "localhost" {
					places[i].host = by.host
				}
				if by.target != "" && places[i].target == "/" {
					places[i].target = by.target
				}
			}
			if !tell(places) {
				return false
			}
		}
	}
	return true
}
