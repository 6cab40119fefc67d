package lint

import (
	"cmp"
	"iter"
	"net"
	"net/url"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A finder follows the handshakes that nobody declared: those of the places where sources seem meant to carry
// WebSockets.
type finder struct {
	*loaded
	traffic traffic
	beside  around // the sources as each reaches the others undeclared
	wiring  *wiring
}

// endpoint is the paths of a place that nobody declared, the cases of each browser's. The handshake stays within its
// source: that another configuration of the same repository listens on the address it is passed on to proves nothing,
// unless only programs of the same machine reach that, or files say who is reached by the name. So the text may say
// what is in front, load balancers or other servers of the machine: the handshake then comes through these.
func (f *finder) endpoint(s hop.Source, e hop.Endpoint) [][]*hop.Path {
	if lb, ok := s.(balancer); ok {
		return f.listener(lb, e)
	}
	paths, whole := f.through(s, e)
	if whole {
		return paths
	}
	inner, e, whole := f.inner(s, e)
	if paths = append(paths, inner...); whole {
		return paths
	}
	for i, browser := range Browsers {
		if i == 1 && e.Alike && !f.leaves(paths) {
			break
		}
		serve := func(q hop.Request) []*hop.Path {
			q = dress(q, browser)
			p := hop.Path{
				Name:       e.NameOf(q),
				Pos:        e.Pos,
				Browser:    browser,
				Request:    q,
				Confidence: f.sureness(s, e.Confidence),
				Why:        e.Why,
			}
			return cases(p, f.beside.join(s, q))
		}
		found := best(e.Requests, serve)
		if len(found) > 0 && e.Otherwise != nil && hangsOnPath(found[0]) {
			if other := best(e.Otherwise(), serve); len(other) > 0 && reach(other[0]) > reach(found[0]) {
				found = other
			}
		}
		if q, ok := meantForTLS(s, found); ok {
			found = best([]hop.Request{found[0].Request, q}, serve)
		}
		for _, p := range found {
			f.traffic.keepalive(p, nil)
			f.traffic.app(p, Declared{Pos: e.Pos})
		}
		if len(found) > 0 {
			paths = append(paths, found)
		}
	}
	return paths
}

// leaves reports whether one of the paths may go on to another source, which may tell browsers apart.
func (f *finder) leaves(paths [][]*hop.Path) bool {
	further := func(p *hop.Path) bool { return len(p.Hops) > 1 }
	return len(f.sources) > 1 && slices.ContainsFunc(slices.Concat(paths...), further)
}

// hangsOnPath reports whether what becomes of a handshake may be another thing for another path: something on the way
// answers it, or a map gave it a header.
func hangsOnPath(p *hop.Path) bool {
	mapped := func(h hop.Hop) bool { return len(h.Mapped) > 0 }
	return reach(p) == 1 || reach(p) == 2 && slices.ContainsFunc(p.Hops, mapped)
}

// meantForTLS is the handshake that a redirect to https says to make instead, where the source takes it.
func meantForTLS(s hop.Source, cases []*hop.Path) (q hop.Request, ok bool) {
	if len(cases) == 0 || len(cases[0].Hops) == 0 || !cases[0].TurnedAway() {
		return q, false
	}
	a, _ := cases[0].Last().Answer.Get()
	u, err := url.Parse(a.Location)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" {
		return q, false
	}
	q = cases[0].Request.Clone()
	port := cmp.Or(u.Port(), "443")
	host, _, err := net.SplitHostPort(q.Addr)
	if err != nil {
		return q, false
	}
	q.Host, q.TLS, q.Target, q.Addr = u.Hostname(), true, u.RequestURI(), net.JoinHostPort(host, port)
	set(&q, "Host", authority(q.Host, port, "443"))
	delete(q.Header, "Origin")
	return q, s.Listens(q)
}

// sureness is the confidence that an endpoint which no declared path reaches carries WebSockets: where somebody says
// which paths there are, that others carry some too is merely possible.
func (f *finder) sureness(s hop.Source, c hop.Confidence) hop.Confidence {
	if _, ok := s.(balancer); ok && f.scoped {
		return hop.Possible
	}
	return c
}

// listener is the paths through a listener that files describe. Nothing in them says that it is for WebSockets: without
// a keepalive that somebody declares for what is linted, that is merely possible where an idle timer was given another
// length than the usual one, and nothing but a question where all is as it is made.
func (f *finder) listener(lb balancer, e hop.Endpoint) [][]*hop.Path {
	e.Confidence = f.sureness(lb, e.Confidence)
	switch {
	case f.traffic.declared(), e.Confidence >= hop.Certain:
	case lb.Tuned():
		e.Confidence = hop.Possible
	default:
		e.Confidence = hop.Unlikely
	}
	paths := f.alone(false, lb, e)
	for _, cases := range paths {
		for _, p := range cases {
			f.traffic.keepalive(p, nil)
		}
	}
	return paths
}

// alone is the path through a listener by itself, in the cases of each browser, or of one where all fare alike. One
// that surely passes no WebSocket on is left out unless it was picked by name, or nobody would see that fault.
func (f *finder) alone(picked bool, lb balancer, e hop.Endpoint) (paths [][]*hop.Path) {
	for i, browser := range Browsers {
		if i == 1 && lb.Alike() && !f.in.EachServer {
			break
		}
		found := best(e.Requests, func(q hop.Request) []*hop.Path {
			q = dress(q, browser)
			p := hop.Path{Name: e.Name, Pos: e.Pos, Browser: browser, Request: q, Confidence: e.Confidence, Why: e.Why}
			return cases(p, travel([]leg{{source: lb}}, q))
		})
		for _, p := range found {
			if !picked {
				// Nobody says what is directly behind it: it may be a proxy that sees to sessions.
				p.Last().Upstream = nil
			}
		}
		switch k := found[0].Handshake().Kind; {
		case k == hop.Open || k == hop.Depends || k == hop.OutcomeUnknown:
		case picked:
			for _, p := range found {
				p.Confidence = hop.Declared // that it answers itself does not hang on what the browser types
			}
		case !lb.FailsUnseen() && e.Confidence < hop.Certain:
			return nil
		}
		paths = append(paths, found)
	}
	return paths
}

// follow yields what is to be judged of all places that were found, and the source that each place is of.
func (f *finder) follow(places discovery) iter.Seq2[hop.Source, rules.Subject] {
	return func(yield func(hop.Source, rules.Subject) bool) {
		for _, at := range places.found {
			one := func(i int) []rules.Subject {
				if f.in.stopped() {
					return nil
				}
				return f.subjects(&at, at.endpoints[i])
			}
			for subjects := range inOrder(len(at.endpoints), one) {
				for _, s := range subjects {
					if !yield(at.source, s) {
						return
					}
				}
			}
		}
	}
}

// subjects are what is to be judged of an endpoint.
func (f *finder) subjects(at *enterable, e hop.Endpoint) (list []rules.Subject) {
	if t := e.Twin; t != nil && t.Move == nil {
		if judged := at.judged[t.Of]; judged != nil {
			return judged
		}
		e = t.Itself()
	} else if t != nil {
		itself := func() [][]*hop.Path { return f.endpoint(at.source, t.Itself()) }
		if judged := at.moved(t); judged != nil {
			return []rules.Subject{{Judged: judged, Itself: itself}}
		}
		e = t.Itself()
	}
	for _, cases := range f.endpoint(at.source, e) {
		list = append(list, rules.Subject{Cases: cases})
	}
	return list
}
