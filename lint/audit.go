package lint

import (
	"net"
	"slices"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
)

// An Inventory is load balancers that were asked for, instead of read from files: those that run somewhere.
type Inventory interface {
	// Resources are all of them, as paths name them.
	Resources() []parsers.Resource
	// Owns reports whether a hop of a path is one that would be among them: "alb/prod-web".
	Owns(hop string) bool
	// Absent says what it means that none of them has this name.
	Absent(hop string) hop.Absence
	// Remedy is what changes the setting that a finding is about; nothing where it is about a file.
	Remedy(f *rules.Finding) []string
	// Extent says how much of what was asked for was read.
	Extent() *Extent
	// Texts are all that was read, for the secrets in it.
	Texts() [][]byte
}

// An Extent says how much of running infrastructure was read.
type Extent struct {
	Summary string // the sentence without which no audit may say that it found nothing
	Taken   time.Time
	Parts   []Part
	Missing []string // what was asked for and is not there, a sentence each
	Whole   bool     // nothing is missing in Parts
}

// A Part is one account and region.
type Part struct {
	Account, Region string // "" for the organisation, and for a whole account
	Status          string // complete, partial, unread or skipped
	Listed, Read    int    // load balancers
	Faults          []Fault
}

// A Fault is why something could not be read, and how often.
type Fault struct {
	Class, API string
	Count      int
	Message    string
	Text       string // all of it in a line
}

// An Audit is load balancers to judge, and what is known of the connections that they carry.
type Audit struct {
	Inventory
	// Named says that the load balancers were picked one by one: they are then taken to carry WebSockets.
	Named bool
	App   string // the application behind all of them; "" when that is not said
	// AllowPartial makes an audit that could not read everything a complete one.
	AllowPartial bool
}

// JudgeAudit judges load balancers that run somewhere: those that paths of the configuration file name, with the
// paths, and all others by themselves, or with the configurations of in.Args behind them.
func JudgeAudit(in Input, a Audit) (*Result, error) {
	r, err := newAudit(in, a)
	if err != nil {
		return nil, err
	}
	r.incomplete = r.incomplete || !r.result.Extent.Whole && !a.AllowPartial
	for _, why := range r.result.Extent.Missing {
		r.incomplete = true
		r.result.unknown(hop.Pos{}, why)
	}
	r.check()
	return r.result, r.filter()
}

// An audit is a run over an Inventory.
type audit struct {
	*run
	Audit
}

// newAudit is newRun for an audit: the current directory does not matter, and of the declared paths only those
// through the inventory do.
func newAudit(in Input, a Audit) (*audit, error) {
	if err := in.complete(); err != nil {
		return nil, err
	}
	l := newLoad(&in, Readers())
	in.Config.Paths = a.live(in.Config.Paths)
	in.Config.Paths = slices.DeleteFunc(in.Config.Paths, func(d Declared) bool {
		return !slices.ContainsFunc(d.Through, func(e Element) bool { return a.Owns(e.Kind) })
	})
	if err := l.arguments(in.Args, nil); err != nil {
		return nil, err
	}
	if err := l.paths(); err != nil {
		return nil, err
	}
	if err := l.resolve(a.Resources()); err != nil {
		return nil, err
	}
	r := &audit{l.run(), a}
	r.result.Extent = a.Extent()
	r.files.named = append(r.files.named, a.Texts()...)
	r.absent()
	return r, nil
}

// live are declared paths with the load balancers of the inventory in the place of what files said of them: "aws:
// lbs.json#alb/prod-web" is the one that is running. What the inventory has not, or has several of, stays the file's.
func (a Audit) live(paths []Declared) []Declared {
	paths = slices.Clone(paths)
	for i := range paths {
		through := slices.Clone(paths[i].Through)
		for j, e := range through {
			if name := e.Resource(); e.isFile() && a.Owns(name) && a.has(name) {
				through[j] = Element{Kind: name, Pos: e.Pos}
			}
		}
		paths[i].Through = through
	}
	return paths
}

// has reports whether there is one of a name in the inventory.
func (a Audit) has(hop string) bool {
	found := 0
	for _, x := range a.Resources() {
		if hasName(x, hop) || isCalled(x, hop) {
			found++
		}
	}
	return found == 1
}

// check is that of a run, for load balancers.
func (r *audit) check() {
	declared := r.declared.all()
	r.result.Endpoints = len(r.in.Config.Paths)
	fleet, through := r.newFleet(), covered(declared)
	ids := map[string]bool{}
	for _, x := range fleet.all {
		ids[x.ID] = true
	}
	found := r.judge.run(func(yield func(rules.Subject) bool) {
		for _, cases := range declared {
			r.judge.unknowns(cases)
			if slices.ContainsFunc(cases, func(p *hop.Path) bool { return ids[p.Last().Pos.File] }) {
				passAll(cases, everyCase) // by whatever rule or target group it gets through, the load balancer's timer holds
			}
			if !yield(rules.Subject{Cases: cases}) {
				return
			}
		}
		for h := range inOrder(len(fleet.all), func(i int) (h hearing) {
			if !through[hop.Pos{File: fleet.all[i].ID}] {
				h = fleet.hear(i)
			}
			return h
		}) {
			r.result.Endpoints += h.endpoints
			r.result.Unknown = append(r.result.Unknown, h.unknown...)
			for _, s := range h.subjects {
				if !yield(s) {
					return
				}
			}
		}
	})
	for i := range found {
		for _, text := range r.Remedy(&found[i]) {
			found[i].Notes = append(found[i].Notes, hop.Note{Text: text})
		}
	}
	r.result.Findings = append(r.result.Findings, found...)
}

// balancer hears the paths through one listener: through it and each endpoint of the configurations that may be behind
// it, and through it alone unless a connection opens on one of those that is as sure to carry WebSockets as the
// listener itself.
func (r *audit) balancer(h *hearing, lb balancer, e hop.Endpoint) {
	if r.Named {
		e.Confidence, e.Why = hop.Certain, "the load balancer was picked by name"
	} else {
		e.Confidence = r.finder.sureness(lb, e.Confidence)
	}
	surest, sure, behind := hop.Possible, false, 0
	for _, s := range r.sources {
		for _, inner := range s.Endpoints() {
			for _, browser := range Browsers {
				found := r.finder.joined(lb, e, s, inner, browser)
				if found == nil {
					break
				}
				r.declare(h, found, lb)
				behind++
				if p := found[0]; reach(p) == opens {
					surest, sure = max(surest, p.Confidence), true
				}
			}
		}
	}
	h.endpoints += behind / len(Browsers)
	if sure && surest >= e.Confidence {
		return
	}
	alone := r.finder.alone(r.Named, lb, e)
	if len(alone) > 0 {
		h.endpoints++
	}
	for _, found := range alone {
		r.declare(h, found, lb)
	}
}

// declare puts what is declared for all load balancers in scope on the cases of a path, and has them judged.
func (r *audit) declare(h *hearing, cases []*hop.Path, lb balancer) {
	for _, p := range cases {
		r.finder.traffic.keepalive(p, nil)
		r.finder.traffic.app(p, Declared{App: r.App})
	}
	if slices.ContainsFunc(cases, unpredicted) || !lb.Lacking() {
		h.unknown = append(h.unknown, unknownNotes(cases)...) // what was not read is in the coverage already
	}
	passAll(cases, everyCase)
	h.add(r.in.Rules, cases)
}

// absent takes out the declared paths through load balancers that were not found. One whose timeouts somebody declared
// needs none.
func (r *audit) absent() {
	var kept []Declared
	for _, d := range r.in.Config.Paths {
		e, gone := r.firstAbsent(d)
		if !gone {
			kept = append(kept, d)
			continue
		}
		absence := r.Absent(e.Kind)
		found, unknown := missing(d, e, e.Kind, absence)
		r.result.Findings, r.result.Unknown = append(r.result.Findings, found...), append(r.result.Unknown, unknown...)
		r.result.Incomplete = r.result.Incomplete || absence.Failed && !r.AllowPartial
	}
	r.in.Config.Paths = kept
}

// firstAbsent is the first hop of a path that the inventory should have and has not.
func (r *audit) firstAbsent(d Declared) (e Element, gone bool) {
	for _, e := range d.Through {
		if s, _ := r.in.Config.station(e); r.Owns(e.Kind) && r.step(e) == nil && s.IdleAt.IsZero() {
			return e, true
		}
	}
	return e, false
}

// joined is the cases of the path through a listener and an endpoint of a configuration that may be behind it; nil
// when it is not. What the browser types is not known: that its Host has the listener's port where that is not a
// usual one is assumed.
func (f *finder) joined(lb balancer, e hop.Endpoint, s hop.Source, inner hop.Endpoint, browser string) []*hop.Path {
	var requests []hop.Request
	for _, q := range inner.Requests {
		for _, outer := range e.Requests {
			requests = append(requests, typedAt(q, outer))
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
func listensBehind(lb hop.Source, s hop.Source, p *hop.Path) bool {
	next := lb.Serve(p.Request)[0].Hop.Next
	return next.Addr != "" && s.Listens(next)
}

// misfits reports whether a hop does not even understand the handshake: whoever sends it so is not in front of it.
func misfits(h hop.Hop) bool {
	a, known := h.Answer.Get()
	return known && (a.Cause == hop.PROXYHeader || a.Cause == hop.WrongScheme || a.Cause == hop.HTTP2Only)
}
