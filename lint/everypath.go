package lint

import (
	"slices"

	"github.com/wslint/wslint/hop"
)

// Paths follows all handshakes that the input declares or seems meant to carry, in one browser's form and all their
// cases: what Check judges, unjudged. Where nothing seems meant to carry any, it follows whatever is passed on:
// somebody says that WebSockets enter there.
func Paths(in Input) ([][]*hop.Path, *Result, error) {
	in.EachServer = true // of servers that are alike each has its own paths
	r, err := newRun(in)
	if err != nil {
		return nil, nil, err
	}
	paths := r.paths()
	return r.hideSecrets(paths...), r.result, nil
}

// paths are those of Paths, with what could not be concluded about them in the result.
func (r *run) paths() [][]*hop.Path {
	r.dropFaulty()
	declared := slices.DeleteFunc(r.declared.all(), r.faulty)
	paths, shown := inFirstForm(nil, declared), false
	for _, at := range r.finder.discover(declared).found {
		for _, e := range at.endpoints {
			shown = shown || e.Confidence >= hop.Possible
			paths = inFirstForm(paths, r.finder.endpoint(at.source, e))
		}
	}
	if len(declared) == 0 && !shown {
		var all [][]*hop.Path
		for _, s := range r.sources {
			for _, e := range everywhere(s) {
				all = inFirstForm(all, r.finder.endpoint(s, e))
			}
		}
		if len(all) > 0 {
			paths = all
		}
	}
	for _, cases := range paths {
		r.judge.unknowns(cases)
	}
	r.result.Endpoints = len(paths)
	r.result.sort()
	return paths
}

// inFirstForm adds those of the paths that are in the form of the first browser.
func inFirstForm(list, paths [][]*hop.Path) [][]*hop.Path {
	for _, cases := range paths {
		if cases[0].Browser == Browsers[0] {
			list = append(list, cases)
		}
	}
	return list
}
