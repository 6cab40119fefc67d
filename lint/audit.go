package lint

import (
	"fmt"
	"slices"
	"strings"
	"time"

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

// JudgeAudit judges load balancers of AWS: those that paths of the configuration file name, with the paths, and all others by
// themselves, or with the nginx configurations of in.Args behind them.
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
	return r.result, r.filter()
}

// newAudit is newRun for an audit: the current directory does not matter, and of the declared paths only those through AWS do, or through
// the load balancers that were picked.
func newAudit(in Input, a Audit) (*run, error) {
	if in.Config != nil {
		c := *in.Config
		c.Paths = slices.DeleteFunc(slices.Clone(c.Paths), func(d Declared) bool {
			return !slices.ContainsFunc(d.Through, func(e Element) bool { return e.isAWS() && (len(a.Filters) == 0 || len(named(a.Snapshot, e.Kind)) > 0) })
		})
		in.Config = &c
	}
	if err := in.complete(); err != nil {
		return nil, err
	}
	l := newLoad(&in, Readers())
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
	return r, nil
}

// audit is judge for load balancers.
func (r *run) audit(a Audit) {
	declared := r.declaredPaths()
	r.result.Endpoints = len(r.in.Config.Paths)
	paths := func(yield func(*hop.Path) bool) {
		for _, p := range declared {
			r.looks(p)
			if r.unknowns(p); !yield(p) {
				return
			}
		}
		for i := range a.Snapshot.LoadBalancers {
			lb := &a.Snapshot.LoadBalancers[i]
			if covered(declared, lb.Pos) {
				continue
			}
			for _, e := range lb.Endpoints() {
				for _, p := range r.balancer(a, lb, e) {
					if r.looks(p); !yield(p) {
						return
					}
				}
			}
		}
	}
	found := rules.Run(r.in.Rules, paths)
	for i := range found {
		r.remedy(&found[i], a.Snapshot)
	}
	r.result.Findings = append(r.result.Findings, found...)
}

// balancer is the paths through one listener. A load balancer does not say what it is for: a declared keepalive says that those in
// scope carry WebSockets. One that surely passes none on is left out unless it was picked by name, but for Classic ELBs: theirs is the
// fault that nobody sees.
func (r *run) balancer(a Audit, lb *awscheck.LoadBalancer, e hop.Endpoint) (paths []*hop.Path) {
	silent := r.in.Ping == nil && r.in.Config.Keepalive == nil && a.App == ""
	for _, browser := range Browsers {
		p := r.chain(lb, e, browser)
		r.keepalive(p, nil)
		r.app(p, Declared{App: a.App})
		if last := p.Last(); len(p.Hops) == 1 && !a.Named {
			// Nobody says what is directly behind it: it may be a proxy that sees to sessions.
			last.Upstream = nil
		}
		switch k := p.Handshake().Kind; {
		case k == hop.OutcomeUnknown:
			r.unknowns(p)
			p.Hops = passing(p)
			fallthrough
		case k == hop.Open || k == hop.Depends:
			if !silent || a.Named {
				p.Confidence, p.Why = hop.Declared, "a keepalive is declared for the load balancers in scope"
			}
		case a.Named:
			p.Confidence = hop.Declared
		case lb.Kind != awscheck.Classic:
			return nil
		}
		paths = append(paths, p)
	}
	r.result.Endpoints++
	return paths
}

// chain is the path through a listener, and through the nginx behind it if one is given and reached.
func (r *run) chain(lb *awscheck.LoadBalancer, e hop.Endpoint, browser string) *hop.Path {
	path := func(q hop.Request, name string, legs ...leg) *hop.Path {
		q = dress(q, browser)
		return &hop.Path{Name: name, Pos: e.Pos, Browser: browser, Request: q, Hops: travel(legs, q), Confidence: hop.Possible, Why: e.Why}
	}
	for _, s := range r.sources {
		for _, inner := range s.Endpoints() {
			p := best(inner.Requests, func(q hop.Request) *hop.Path {
				q = q.Clone()
				q.Addr, q.TLS, q.Client, q.ProxyProtocol = e.Requests[0].Addr, e.Requests[0].TLS, e.Requests[0].Client, false
				return path(q, e.Name+", then "+inner.Name, leg{source: lb}, leg{source: s})
			})
			if p != nil && len(p.Hops) > 1 {
				return p
			}
		}
	}
	return best(e.Requests, func(q hop.Request) *hop.Path { return path(q, e.Name, leg{source: lb}) })
}

// passing is the hops of a path as they are for whatever handshake passes: when nobody knows whether one does, the timers still hold.
func passing(p *hop.Path) []hop.Hop {
	hops := slices.Clone(p.Hops)
	for i := range hops {
		if _, known := hops[i].Answer.Get(); !known && len(hops[i].Idle) > 0 {
			hops[i].Answer = hop.Written("whatever passes", hop.Answer{}, hops[i].Answer.Pos)
			hops[i].Next = p.Got(i)
		}
	}
	return hops
}

// remedy adds what helps at a live load balancer, for a timer the command that changes it. wslint does not run it: it never writes to AWS.
func (r *run) remedy(f *rules.Finding, s *awscheck.Snapshot) {
	if f.Rule == rules.UpgradeNotForwarded && len(named(s, f.Pos.File)) == 1 {
		f.Notes = append(f.Notes, hop.Note{Text: "what helps: a TCP or SSL listener, which passes everything on, or an Application Load Balancer"})
		return
	}
	var command string
	switch f.Rule {
	case rules.NoSessionAffinity:
		command = s.KeepSessions(f.Pos.File)
	case rules.DrainClosesAtOnce:
		command = s.GiveTime(f.Pos.File)
	}
	if command != "" {
		f.Notes = append(f.Notes, hop.Note{Text: command})
	}
	if !strings.HasPrefix(f.Rule.Name, "idle-timeout-") {
		return
	}
	to := time.Hour
	k := r.in.Ping
	if k == nil {
		k = r.in.Config.Keepalive
	}
	if k != nil && k.Every > 0 {
		to = 2*k.Every + 10*time.Second
	}
	if command := s.Remedy(f.Pos.File, to); command != "" {
		f.Notes = append(f.Notes, hop.Note{Text: command})
	}
}
