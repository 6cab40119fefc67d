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

// listener is the paths through a listener that files describe. Nothing in them says that it is for WebSockets: without a keepalive that
// somebody declares for what is linted that is merely possible.
func (r *run) listener(s hop.Source, lb *awscheck.LoadBalancer, e hop.Endpoint) []*hop.Path {
	e.Confidence = r.sureness(s, e.Confidence)
	if r.in.Ping == nil && r.in.Config.Keepalive == nil {
		e.Confidence = hop.Possible
	}
	paths := r.alone(false, s, lb, e)
	for _, p := range paths {
		r.keepalive(p, nil)
	}
	return paths
}

// alone is the path through a listener by itself. One that surely passes no WebSocket on is left out unless it was picked by name, but
// for Classic ELBs: theirs is the fault that nobody sees.
func (r *run) alone(picked bool, s hop.Source, lb *awscheck.LoadBalancer, e hop.Endpoint) (paths []*hop.Path) {
	for _, browser := range Browsers {
		p := best(e.Requests, func(q hop.Request) *hop.Path {
			q = dress(q, browser)
			return &hop.Path{
				Name: e.Name, Pos: e.Pos, Browser: browser, Request: q, Hops: travel([]leg{{source: s}}, q),
				Confidence: e.Confidence, Why: e.Why,
			}
		})
		if !picked {
			// Nobody says what is directly behind it: it may be a proxy that sees to sessions.
			p.Last().Upstream = nil
		}
		switch k := p.Handshake().Kind; {
		case k == hop.Open || k == hop.Depends || k == hop.OutcomeUnknown:
		case picked:
			p.Confidence = hop.Declared // that it answers itself does not hang on what the browser types
		case lb.Kind != awscheck.Classic:
			return nil
		}
		paths = append(paths, p)
	}
	return paths
}
