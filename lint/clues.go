package lint

import (
	"fmt"
	"iter"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// Clues are what there is to say to somebody who saw how WebSockets fail, and looks for the reason.
type Clues struct {
	// Paths are the handshakes that are declared or that seem meant to be carried, in one browser's form, each in all its
	// cases.
	Paths [][]*hop.Path
	// Elsewhere are handshakes for other paths that a source answers itself in one of the cases, as was asked for: one for
	// each place that does so, the first maxElsewhere of them. More is how many further places there are.
	Elsewhere [][]*hop.Path
	More      int
	// Findings are all that Check finds, ignored or not: that somebody ignores it does not say that it is not the reason.
	Findings []rules.Finding
	Result   *Result
}

const (
	// maxElsewhere is how many places outside of the paths are kept: nobody reads more, and each takes its memory.
	maxElsewhere = 100
	// maxAsked is how many handshakes are followed to find them, which takes a few seconds: servers that are alike are
	// asked once, so that only many thousands of different ones reach it.
	maxAsked = 50_000
)

// FindClues looks through everything that the input names. answers says which answers of proxies are looked for outside
// of the paths; nil for none.
func FindClues(in Input, answers func(hop.Outcome) bool) (*Clues, error) {
	in.everyFinding()
	if err := in.complete(); err != nil {
		return nil, err
	}
	l := newLoad(&in, Readers())
	if err := l.everything(); err != nil {
		return nil, err
	}
	checked := l.run()
	checked.check()
	if err := checked.filter(); err != nil {
		return nil, err
	}
	in.EachServer = true // here it is the paths that count, and not what is found on them
	r := l.run()
	r.dropFaulty()
	c := &Clues{Findings: checked.result.Findings, Result: r.result}
	if answers != nil {
		all := false // which leaves much to collect: before there is much to keep
		if c.Elsewhere, c.More, all = r.finder.answering(answers); !all {
			r.result.unknown(hop.Pos{}, fmt.Sprintf("what answers beyond the first %d paths: --url asks about one", maxAsked))
		}
	}
	if c.Paths = r.paths(); answers == nil {
		c.Paths = append(c.Paths, r.forwarding(c.Paths)...)
	}
	r.hideSecrets(slices.Concat(c.Paths, c.Elsewhere)...)
	return c, nil
}

// forwarding are further paths on which WebSockets would open without anybody having asked for it, so that nothing but
// their timers shows: those of other backends of a server that has an endpoint.
func (r *run) forwarding(paths [][]*hop.Path) (list [][]*hop.Path) {
	has := covered(paths)
	for _, s := range r.sources {
		for _, e := range everywhere(s) {
			if e.Forwards && !has[e.Pos] {
				e = counted(e, hop.Unlikely, "forwards WebSockets, if there are any")
				list = inFirstForm(list, r.finder.endpoint(s, e))
			}
		}
	}
	return list
}

// TraceClues looks at what Trace follows, and at nothing else.
func TraceClues(in Input, h Handshake) (*Clues, error) {
	in.everyFinding()
	cases, result, err := Trace(in, h)
	if err != nil {
		return nil, err
	}
	c := &Clues{Findings: result.Findings, Result: result}
	if cases != nil {
		c.Paths = [][]*hop.Path{cases}
		c.Findings = append(slices.Clone(c.Findings), rules.Run(in.Rules, slices.Values(c.Paths))...)
	}
	return c, nil
}

// everyFinding lets nothing be left out that is known, or that somebody does not want to hear of.
func (in *Input) everyFinding() { in.NoIgnores, in.Baseline, in.NewFrom = true, nil, nil }

// A source with anyPath gives handshakes for whatever may be asked of it, each with how many places fare alike that it
// leaves out.
type anyPath interface {
	AnyPath() iter.Seq2[hop.Endpoint, int]
}

// answering follows handshakes for whatever may be asked of the sources, within each: what one passes on to another is
// asked of that one, too. It keeps those that are answered as is looked for, one for each place that answers, and says
// how many further places there are; all is false where there were too many to ask all of them.
func (f *finder) answering(answers func(hop.Outcome) bool) (list [][]*hop.Path, more int, all bool) {
	asked := 0
	told := map[answerPlace]bool{}
	for _, s := range f.sources {
		any, ok := s.(anyPath)
		if !ok {
			continue
		}
		for batch := range batches(any.AnyPath()) {
			if asked += len(batch); asked > maxAsked || f.in.stopped() {
				return list, more, false
			}
			i := -1
			serve := func(i int) answered { return answeredBy(servedBy(s, batch[i].e), answers) }
			for found := range inOrder(len(batch), serve) {
				switch i++; {
				case !found.fresh(told):
				case len(list) == maxElsewhere:
					more += 1 + batch[i].alike
				default:
					list = append(list, found.cases)
					more += batch[i].alike
				}
			}
		}
	}
	return list, more, true
}

// An asking is a handshake for a path, and how many places fare alike.
type asking struct {
	e     hop.Endpoint
	alike int
}

// batches takes together as many as are followed at once.
func batches(all iter.Seq2[hop.Endpoint, int]) iter.Seq[[]asking] {
	return func(yield func([]asking) bool) {
		batch := make([]asking, 0, atOnce)
		for e, alike := range all {
			if batch = append(batch, asking{e, alike}); len(batch) == atOnce {
				if !yield(batch) {
					return
				}
				batch = batch[:0]
			}
		}
		yield(batch)
	}
}

// servedBy is the path of a handshake that goes no further than one source, in all its cases.
func servedBy(s hop.Source, e hop.Endpoint) []*hop.Path {
	q := dress(e.Requests[0], Browsers[0])
	var routes []route
	for _, k := range s.Serve(q) {
		routes = append(routes, route{}.with(k))
	}
	return cases(hop.Path{
		Name: e.Name, Pos: e.Pos, Browser: Browsers[0], Request: q, Confidence: e.Confidence, Why: e.Why,
	}, routes)
}

// An answered is a handshake in all its cases, and the places that give an answer that is looked for.
type answered struct {
	cases []*hop.Path
	by    []answerPlace
}

// An answerPlace is a place that answers, and how.
type answerPlace struct {
	pos    hop.Pos
	kind   hop.OutcomeKind
	status int
}

// answeredBy finds the places that give a handshake an answer that is looked for.
func answeredBy(cases []*hop.Path, answers func(hop.Outcome) bool) (a answered) {
	for _, p := range cases {
		if o := p.Handshake(); o.By < len(p.Hops) && answers(o) {
			a.cases = cases
			a.by = append(a.by, answerPlace{p.Hops[o.By].Answer.Pos, o.Kind, o.Status})
		}
	}
	return a
}

// fresh notes the places, and reports whether one of them is new.
func (a *answered) fresh(told map[answerPlace]bool) (fresh bool) {
	for _, at := range a.by {
		fresh = fresh || !told[at]
		told[at] = true
	}
	return fresh
}
