package lint

import (
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A run is one Check, Trace or audit: what was loaded, and the steps that follow.
type run struct {
	*loaded
	declared *declaredPaths
	finder   *finder
	judge    *judge
	result   *Result
}

// newRun reads everything that the input names.
func newRun(in Input) (*run, error) {
	if err := in.complete(); err != nil {
		return nil, err
	}
	l := newLoad(&in, Readers())
	if err := l.everything(); err != nil {
		return nil, err
	}
	return l.run(), nil
}

// run begins with what was loaded.
func (l *load) run() *run {
	result := &Result{
		Findings: slices.Clone(l.problems), Unknown: l.unknown, Debug: l.debug,
		Incomplete: l.incomplete || len(l.unreadable) > 0, Files: l.files.count,
		Source: l.files.masked, files: l.files, Read: l.read, NotRead: l.notRead,
		Versions: l.versions,
	}
	t := traffic{ping: l.in.Ping, usual: l.in.Config.Keepalive, kernel: l.kernel}
	return &run{
		loaded: l.loaded, result: result, judge: newJudge(l.in, result, l.stopped),
		declared: &declaredPaths{l.loaded, t, result, map[*hop.Path]bool{}},
		finder:   &finder{l.loaded, t, l.loaded.beside(), newWiring(l.loaded)},
	}
}

// check finds the paths and has them judged.
func (r *run) check() {
	if r.in.Changed != nil {
		r.askStray()
	}
	declared := r.declared.all()
	r.result.Endpoints = len(r.in.Config.Paths)
	for _, cases := range declared {
		if cases[0].Browser == Browsers[0] {
			r.result.Declared = append(r.result.Declared, cases[0])
		}
	}
	places := r.finder.discover(declared)
	r.result.Proxied, r.result.Next = places.proxied, places.next(r.in.Args)
	for _, at := range places.found {
		r.result.Endpoints += places.count(at.endpoints) + at.more
		if r.in.Changed != nil || r.apart {
			r.judge.judged.endpoints[at.source] = len(at.endpoints)
		}
	}
	followed := places
	if r.in.Changed != nil {
		followed = r.finder.near(places)
	}
	found := r.judge.run(r.judge.whole(func(yield func(rules.Subject) bool) {
		for _, cases := range declared {
			r.judge.unknowns(cases)
			passAll(cases, func(p *hop.Path) bool { return r.declared.balanced[p] })
			if !yield(rules.Subject{Cases: cases}) {
				return
			}
		}
		for s, subject := range r.finder.follow(followed) {
			if subject.Itself == nil {
				r.heard(s, subject.Cases)
			}
			if !yield(subject) {
				return
			}
		}
	}))
	r.result.Findings = append(r.result.Findings, places.oncePerServer(found)...)
	r.result.Findings = append(r.result.Findings, rules.Misfits(r.in.Rules, r.misfits)...)
	r.result.sort()
}

// heard takes down what else than findings there is to say of the cases of a path that was found at a source.
func (r *run) heard(s hop.Source, cases []*hop.Path) {
	r.judge.unknowns(cases)
	if r.in.Changed != nil {
		r.judge.judged.way(s, cases)
	}
	if _, ok := s.(balancer); ok {
		passAll(cases, everyCase)
	}
}
