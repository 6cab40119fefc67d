package lint

import (
	"slices"

	"github.com/wslint/wslint/hop"
)

// Paths follows all handshakes that the input declares or seems meant to carry, in one browser's form and all their
// cases: what Check judges, unjudged. Where nothing seems meant to carry any, it follows whatever is passed on:
// somebody says that WebSockets enter there.
func Paths(in Input) ([][]*hop.Path, *Result, error) {
	r, err := newRun(in)
	if err != nil {
		return nil, nil, err
	}
	r.dropFaulty()
	var paths [][]*hop.Path
	declared := slices.DeleteFunc(r.declared.all(), r.faulty)
	for _, cases := range declared {
		if cases[0].Browser == Browsers[0] {
			paths = append(paths, cases)
		}
	}
	covered := covered(declared)
	found := func(endpoints func(hop.Source) []hop.Endpoint) {
		for _, s := range r.sources {
			for _, e := range endpoints(s) {
				if e.Pos.IsZero() || !covered[e.Pos] {
					for _, cases := range r.finder.endpoint(s, e) {
						if cases[0].Browser == Browsers[0] {
							paths = append(paths, cases)
						}
					}
				}
			}
		}
	}
	found(hop.Source.Endpoints)
	if len(paths) == 0 {
		found(everywhere)
	}
	for _, cases := range paths {
		r.judge.unknowns(cases)
	}
	r.result.Endpoints = len(paths)
	r.result.sort()
	return r.hideSecrets(paths...), r.result, nil
}
