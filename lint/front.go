package lint

import (
	"slices"

	"github.com/wslint/wslint/hop"
)

// A front is a load balancer with a listener of which files say that it leads to a source.
type front struct {
	lb    balancer
	entry hop.Endpoint // the listener
}

// leads reports whether a listener passes a handshake on to a source: files name both ends of the way.
func (a around) leads(lb balancer, q hop.Request, s hop.Source) bool {
	for _, k := range lb.Serve(q) {
		if answer, known := k.Hop.Answer.Get(); !known || answer.Kind != hop.PassedOn {
			continue
		}
		if next, _ := a.next(lb, k.Hop.Next); next == s {
			return true
		}
	}
	return false
}

// leading are the load balancers that may lead to a source: files say how it is reached, and whom these reach.
func (l *loaded) leading(s hop.Source) (list []balancer) {
	if len(l.machines) == 0 {
		return nil // and sources that are no keys of maps need not be any
	}
	if m := l.machines[s]; m == nil || m.Network == nil || len(m.Network.Services) == 0 {
		return nil
	}
	for _, x := range l.sources {
		if lb, ok := x.(balancer); ok && l.machines[x] != nil {
			list = append(list, lb)
		}
	}
	return list
}

// inFront are the ways to an endpoint of a source through load balancers that files put before it: the handshakes as
// browsers send them to these.
func (f *finder) inFront(s hop.Source, e hop.Endpoint) (list []front) {
	for _, lb := range f.leading(s) {
		entry := hop.Endpoint{}
		for _, listener := range everywhere(lb) {
			for _, outer := range listener.Requests {
				for _, q := range e.Requests {
					if q = typedAt(q, outer); f.beside.leads(lb, dress(q, Browsers[0]), s) {
						entry.Requests = append(entry.Requests, q)
					}
				}
			}
		}
		if len(entry.Requests) > 0 {
			entry.Name, entry.Pos, entry.Why, entry.Confidence = e.Name, e.Pos, e.Why, e.Confidence
			if why := doubt(lb); why != "" {
				entry.Confidence, entry.Why = min(e.Confidence, hop.Possible), why
			}
			list = append(list, front{lb, entry})
		}
	}
	return list
}

// isFront reports whether a source is a load balancer through which handshakes of endpoints come that show more
// intention than any of its listeners: it is judged with these.
func (f *finder) isFront(s hop.Source, found []enterable) bool {
	lb, ok := s.(balancer)
	return ok && slices.ContainsFunc(found, func(at enterable) bool {
		_, balances := at.source.(balancer)
		return !balances && slices.ContainsFunc(at.endpoints, func(e hop.Endpoint) bool {
			return e.Confidence > hop.Unlikely &&
				slices.ContainsFunc(f.inFront(at.source, e), func(x front) bool { return x.lb == lb })
		})
	})
}

// doubt is why it is not known whether a load balancer exists; "" when it does.
func doubt(lb balancer) string {
	if x, ok := lb.(interface{ Doubt() string }); ok {
		return x.Doubt()
	}
	return ""
}

// entered is where a handshake for a source enters: the only load balancer in front of it that is sure to be there and
// listens on the port, with the handshake as it arrives there; else the source itself.
func (l *loaded) entered(s hop.Source, q hop.Request) (first hop.Source, arrived hop.Request) {
	first, arrived = s, q
	for _, lb := range l.leading(s) {
		there := q.Clone()
		if there.Addr = lb.At(q.Addr); doubt(lb) != "" || !l.beside().leads(lb, there, s) {
			continue
		}
		if first != s {
			return s, q
		}
		first, arrived = lb, there
	}
	return first, arrived
}

// typedAt is a handshake as it arrives at the listener that another one arrives at.
func typedAt(q, outer hop.Request) hop.Request {
	q = q.Clone()
	q.Addr, q.TLS, q.Client, q.ProxyProtocol = outer.Addr, outer.TLS, outer.Client, false
	return asTyped(q)
}

// through follows the handshakes of an endpoint through the load balancers in front of it. whole says that every one
// of them is sure to be there: nothing else then leads to the endpoint.
func (f *finder) through(s hop.Source, e hop.Endpoint) (paths [][]*hop.Path, whole bool) {
	fronts := f.inFront(s, e)
	for _, x := range fronts {
		for _, browser := range Browsers {
			found := best(x.entry.Requests, func(q hop.Request) []*hop.Path {
				q = dress(q, browser)
				p := hop.Path{Name: e.Name, Pos: e.Pos, Browser: browser, Request: q,
					Confidence: f.sureness(s, x.entry.Confidence), Why: x.entry.Why}
				return cases(p, f.beside.join(x.lb, q))
			})
			for _, p := range found {
				f.traffic.keepalive(p, nil)
				f.traffic.app(p, Declared{Pos: e.Pos})
			}
			if len(found) > 0 {
				paths = append(paths, found)
			}
		}
	}
	sure := func(x front) bool { return x.entry.Confidence == e.Confidence }
	return paths, len(fronts) > 0 && !slices.ContainsFunc(fronts, func(x front) bool { return !sure(x) })
}
