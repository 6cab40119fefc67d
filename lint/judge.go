package lint

import (
	"cmp"
	"iter"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A judge is the third step of a run: it applies the rules to paths, and notes what could not be concluded and what
// the rules saw.
type judge struct {
	in      *Input
	result  *Result
	stopped map[string]bool // files at which their program stops
	judged  judged
}

// A judged says what the rules saw, so that somebody can tell what they would have found.
type judged struct {
	// hadNeeds are the rules that need more than a path and met one that has it.
	hadNeeds map[*rules.Rule]bool
	// met are the names of the paths, and the files and resources that these go through.
	met map[string]bool
	// endpoints counts what each source has that no declared path is.
	endpoints map[hop.Source]int
	// ways are the files of the hops that the handshakes for each of these get to, be they another source's.
	ways map[hop.Source]map[string]bool
}

// way notes what the handshakes of an endpoint of s get to.
func (j *judged) way(s hop.Source, cases []*hop.Path) {
	if j.ways[s] == nil {
		j.ways[s] = map[string]bool{}
	}
	for _, p := range cases {
		for i := range p.Hops {
			j.ways[s][p.Hops[i].Pos.File] = true
		}
	}
}

func newJudge(in *Input, result *Result, stopped map[string]bool) *judge {
	return &judge{in, result, stopped, judged{
		map[*rules.Rule]bool{}, map[string]bool{}, map[hop.Source]int{}, map[hop.Source]map[string]bool{},
	}}
}

// run applies the rules to the cases of paths.
func (j *judge) run(subjects iter.Seq[rules.Subject]) []rules.Finding {
	return rules.RunAlike(j.in.Rules, func(yield func(rules.Subject) bool) {
		for s := range subjects {
			if len(s.Cases) > 0 {
				j.looks(s.Cases[0])
			}
			if !yield(s) {
				return
			}
		}
	}, j.in.Routes)
}

// whole leaves out the cases that go through files which are broken.
func (j *judge) whole(subjects iter.Seq[rules.Subject]) iter.Seq[rules.Subject] {
	return func(yield func(rules.Subject) bool) {
		for s := range subjects {
			if s.Itself == nil {
				s.Cases = slices.DeleteFunc(slices.Clone(s.Cases), j.broken)
				if len(s.Cases) == 0 {
					continue
				}
				first := s.Cases[0]
				j.result.First = cmp.Or(j.result.First, first.Name)
				j.result.Unpinged = j.result.Unpinged || len(first.Pings) == 0 && !first.NoPings
			}
			if !yield(s) {
				return
			}
		}
	}
}

// broken reports whether p goes through a file at which its program stops: a missing semicolon makes it say what nobody
// meant.
func (j *judge) broken(p *hop.Path) bool {
	return slices.ContainsFunc(p.Hops, func(h hop.Hop) bool { return j.stopped[h.Pos.File] })
}

// looks notes which rules have on p what they need, and what it goes through.
func (j *judge) looks(p *hop.Path) {
	j.judged.met[p.Name] = true
	for i := range p.Hops {
		j.judged.met[p.Hops[i].Pos.File] = true
		j.judged.met[p.Hops[i].Name] = true // the address of a resource
	}
	for _, x := range j.in.Rules {
		if x.Needs != nil && !j.judged.hadNeeds[x] && x.Needs(p) {
			j.judged.hadNeeds[x] = true
		}
	}
}
