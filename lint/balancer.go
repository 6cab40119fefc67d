package lint

import (
	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
)

// balancerIn is the load balancer that a source is; nil when it is none.
func balancerIn(s hop.Source) *awscheck.LoadBalancer {
	if b, ok := s.(interface{ Balancer() *awscheck.LoadBalancer }); ok {
		return b.Balancer()
	}
	return nil
}

// listener is the paths through a listener that files describe. Nothing in them says that it is for WebSockets: without
// a keepalive that somebody declares for what is linted, that is merely possible where an idle timer was given another
// length than AWS's, and nothing but a question where all is as AWS has it.
func (r *run) listener(s hop.Source, lb *awscheck.LoadBalancer, e hop.Endpoint) [][]*hop.Path {
	e.Confidence = r.sureness(s, e.Confidence)
	switch {
	case r.saysWebSockets():
	case lb.Tuned():
		e.Confidence = hop.Possible
	default:
		e.Confidence = hop.Unlikely
	}
	paths := r.alone(false, s, lb, e)
	for _, cases := range paths {
		for _, p := range cases {
			r.keepalive(p, nil)
		}
	}
	return paths
}

// passAll lets the timers of a load balancer hold in the cases of which nobody knows what becomes of the handshake.
func passAll(cases []*hop.Path) {
	for _, p := range cases {
		if unpredicted(p) {
			p.Hops = passing(p)
		}
	}
}

// alone is the path through a listener by itself, in the cases of each browser. One that surely passes no WebSocket
// on is left out unless it was picked by name, but for Classic ELBs: theirs is the fault that nobody sees.
func (r *run) alone(picked bool, s hop.Source, lb *awscheck.LoadBalancer, e hop.Endpoint) (paths [][]*hop.Path) {
	for _, browser := range Browsers {
		found := best(e.Requests, func(q hop.Request) []*hop.Path {
			q = dress(q, browser)
			p := hop.Path{Name: e.Name, Pos: e.Pos, Browser: browser, Request: q, Confidence: e.Confidence, Why: e.Why}
			return cases(p, travel([]leg{{source: s}}, q))
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
		case lb.Kind != awscheck.Classic:
			return nil
		}
		paths = append(paths, found)
	}
	return paths
}
