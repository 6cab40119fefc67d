package lint

import (
	"bytes"
	"fmt"
	"net"
	"slices"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// An Audit is load balancers to judge, and what is known of the connections that they carry.
type Audit struct {
	Snapshot *awscheck.Snapshot
	// Named says that the load balancers were picked one by one: they are then taken to carry WebSockets.
	Named bool
	// Filters are what they were picked by: one that picks none is nothing to be content with.
	Filters []awscheck.Filter
	App     string // the application behind all of them; "" when that is not said
	// AllowPartial makes an audit that could not read everything a complete one.
	AllowPartial bool
}

// JudgeAudit judges load balancers of AWS: those that paths of the configuration file name, with the paths, and all
// others by themselves, or with the nginx configurations of in.Args behind them.
func JudgeAudit(in Input, a Audit) (*Result, error) {
	s := a.Snapshot
	r, err := newAudit(in, a)
	if err != nil {
		return nil, err
	}
	r.result.Incomplete = r.result.Incomplete || s.Incomplete() && !a.AllowPartial
	for _, f := range s.Unmatched(a.Filters) {
		r.result.Incomplete = true
		r.unknown(hop.Pos{}, fmt.Sprintf("no load balancer that was read is %s", f))
	}
	r.audit(a)
	err = r.filter()
	r.hideSecrets()
	return r.result, err
}

// newAudit is newRun for an audit: the current directory does not matter, and of the declared paths only those
// through AWS do.
func newAudit(in Input, a Audit) (*run, error) {
	if err := in.complete(); err != nil {
		return nil, err
	}
	l := newLoad(&in, Readers())
	in.Config.Paths = slices.DeleteFunc(in.Config.Paths, func(d Declared) bool {
		return !slices.ContainsFunc(d.Through, Element.isAWS)
	})
	if err := l.arguments(in.Args, nil); err != nil {
		return nil, err
	}
	if err := l.paths(); err != nil {
		return nil, err
	}
	if err := l.resolve(a.Snapshot.Resources("")); err != nil {
		return nil, err
	}
	r := l.run()
	r.result.Audit = a.Snapshot
	var text bytes.Buffer
	if err := a.Snapshot.Write(&text); err != nil {
		return nil, err
	}
	r.files.named = append(r.files.named, text.Bytes())
	r.absent(a.Snapshot, a)
	return r, nil
}

// audit is judge for load balancers.
func (r *run) audit(a Audit) {
	declared := r.declaredPaths()
	r.result.Endpoints = len(r.in.Config.Paths)
	paths := func(yield func([]*hop.Path) bool) {
		for _, cases := range declared {
			r.looks(cases[0])
			if r.unknowns(cases); !yield(cases) {
				return
			}
		}
		for i := range a.Snapshot.LoadBalancers {
			lb := &a.Snapshot.LoadBalancers[i]
			if covered(declared, lb.Pos) {
				continue
			}
			for _, e := range lb.Endpoints() {
				for _, cases := range r.balancer(a, lb, e) {
					if r.looks(cases[0]); !yield(cases) {
						return
					}
				}
			}
		}
	}
	found := rules.Run(r.in.Rules, paths)
	for i := range found {
		remedy(&found[i], a.Snapshot)
	}
	r.result.Findings = append(r.result.Findings, found...)
}

// balancer is the paths through one listener: through it and each endpoint of the configurations that may be behind
// it, and through it alone unless a connection opens on one of those that is as sure to carry WebSockets as the
// listener itself.
func (r *run) balancer(a Audit, lb *awscheck.LoadBalancer, e hop.Endpoint) (paths [][]*hop.Path) {
	if a.Named {
		e.Confidence, e.Why = hop.Certain, "the load balancer was picked by name"
	} else {
		e.Confidence = r.sureness(lb, e.Confidence)
	}
	surest, sure := hop.Possible, false
	for _, s := range r.sources {
		for _, inner := range s.Endpoints() {
			for _, browser := range Browsers {
				found := r.joined(lb, e, s, inner, browser)
				if found == nil {
					break
				}
				r.declare(found, a, lb)
				paths = append(paths, found)
				if p := found[0]; reach(p) == opens {
					surest, sure = max(surest, p.Confidence), true
				}
			}
		}
	}
	r.result.Endpoints += len(paths) / len(Browsers)
	if sure && surest >= e.Confidence {
		return paths
	}
	alone := r.alone(a.Named, lb, lb, e)
	if len(alone) > 0 {
		r.result.Endpoints++
	}
	for _, found := range alone {
		r.declare(found, a, lb)
	}
	return append(paths, alone...)
}

// sureness is the confidence that an endpoint which no declared path reaches carries WebSockets: where somebody says
// which paths there are, that others carry some too is merely possible.
func (r *run) sureness(s hop.Source, c hop.Confidence) hop.Confidence {
	if balancerIn(s) != nil && r.scoped {
		return hop.Possible
	}
	return c
}

// declare puts what is declared for all load balancers in scope on the cases of a path.
func (r *run) declare(cases []*hop.Path, a Audit, lb *awscheck.LoadBalancer) {
	for _, p := range cases {
		r.keepalive(p, nil)
		r.app(p, Declared{App: a.App})
	}
	if slices.ContainsFunc(cases, unpredicted) || !lb.Lacking() {
		r.unknowns(cases) // what was not read is in the coverage already
	}
	for _, p := range cases {
		if unpredicted(p) {
			p.Hops = passing(p)
		}
	}
}

// unpredicted reports whether nobody knows what becomes of the handshake.
func unpredicted(p *hop.Path) bool { return p.Handshake().Kind == hop.OutcomeUnknown }

// joined is the cases of the path through a listener and an endpoint of a configuration that may be behind it; nil
// when it is not. What the browser types is not known: that its Host has the listener's port where that is not a
// usual one is assumed.
func (r *run) joined(
	lb *awscheck.LoadBalancer,
	e hop.Endpoint,
	s hop.Source,
	inner hop.Endpoint,
	browser string,
) []*hop.Path {
	var requests []hop.Request
	for _, q := range inner.Requests {
		for _, outer := range e.Requests {
			q := q.Clone()
			q.Addr, q.TLS, q.Client, q.ProxyProtocol = outer.Addr, outer.TLS, outer.Client, false
			requests = append(requests, asTyped(q))
		}
	}
	found := best(requests, func(q hop.Request) []*hop.Path {
		q = dress(q, browser)
		p := hop.Path{
			Name: e.Name + ", then " + inner.Name, Pos: e.Pos, Browser: browser, Request: q,
			Confidence: min(e.Confidence, inner.Confidence), Why: e.Why,
		}
		return cases(p, travel([]leg{{source: lb}, {source: s}}, q))
	})
	if len(found) == 0 || len(found[0].Hops) < 2 || !listensBehind(lb, s, found[0]) && misfits(found[0].Hops[1]) {
		return nil
	}
	return found
}

// asTyped is q with the Host that a browser sends which connects to q.Addr.
func asTyped(q hop.Request) hop.Request {
	_, port, err := net.SplitHostPort(q.Addr)
	if err != nil {
		return q
	}
	usual := "80"
	if q.TLS {
		usual = "443"
	}
	set(&q, "Host", authority(q.Host, port, usual))
	delete(q.Header, "Origin")
	return q
}

// listensBehind reports whether a source listens where the load balancer passes the handshake of p on to.
func listensBehind(lb *awscheck.LoadBalancer, s hop.Source, p *hop.Path) bool {
	next := lb.Serve(p.Request)[0].Hop.Next
	return next.Addr != "" && s.Listens(next)
}

// misfits reports whether a hop does not even understand the handshake: whoever sends it so is not in front of it.
func misfits(h hop.Hop) bool {
	a, known := h.Answer.Get()
	return known && (a.Cause == hop.PROXYHeader || a.Cause == hop.WrongScheme || a.Cause == hop.HTTP2Only)
}

// passing is the hops of a path as they are for whatever handshake passes: when nobody knows whether one does, or
// whether the application expects the PROXY protocol, the timers still hold.
func passing(p *hop.Path) []hop.Hop {
	hops := slices.Clone(p.Hops)
	for i := range hops {
		if _, known := hops[i].Answer.Get(); !known && len(hops[i].Idle) > 0 {
			hops[i].Answer = hop.Written("whatever passes", hop.Answer{}, hops[i].Answer.Pos)
			hops[i].Next = p.Got(i)
			hops[i].Next.Addr = "" // where it goes on to is not known either
		}
	}
	hops[len(hops)-1].Next.ProxyProtocol = false
	return hops
}
