package rules

import (
	"iter"
	"reflect"
	"slices"

	"github.com/wslint/wslint/hop"
)

// A Subject is what is judged: the cases of a path in the form of one browser, or an endpoint that fares as another
// one does, which was judged for it.
type Subject struct {
	Cases []*hop.Path // with what was found on them in Judged, where somebody judged them already

	// What was found at the other one, carried over, a path and browser each, and what is found at this one itself, for
	// findings that are told with their route.
	Judged []Judged
	Itself func() [][]*hop.Path
}

// A Judged is what is found on one path, apart from other paths.
type Judged struct {
	path  *hop.Path // its first case
	found []Finding
	stays bool // on its endpoint's own place: no hop that a finding is told with lies elsewhere
}

// Routes says which routes of findings somebody looks at.
type Routes uint8

// The hops of every route, those of routes that lead to other places than that of their endpoint, or none.
const (
	AllRoutes Routes = iota
	LongRoutes
	NoRoutes
)

// Judge applies the rules to the cases of one path.
func Judge(rules []*Rule, cases []*hop.Path) Judged {
	j := &judgement{rules: rules, cases: cases, at: map[place]*fault{}}
	j.judge()
	found, stays := make([]Finding, len(j.list)), true
	for i, f := range j.list {
		found[i] = j.finding(f)
		for h := range found[i].Trace.Hops {
			stays = stays && found[i].Trace.Hops[h].Pos == found[i].Trace.Pos
		}
	}
	return Judged{cases[0], found, stays}
}

// Finds reports whether something was found.
func (j Judged) Finds() bool { return len(j.found) > 0 }

// Found are the names of the rules whose findings these are, each as often as there are some; "" where there are none.
func (j Judged) Found() (names string) {
	for _, f := range j.found {
		names += f.Rule.Name + " "
	}
	return names
}

// Moved carries what was found over to another endpoint; false where that cannot be done word by word.
func (j Judged) Moved(m *hop.Move) (Judged, bool) {
	name, ok := m.Name(j.path.Name)
	pos, there := m.Pos(j.path.Pos)
	if !ok || !there {
		return Judged{}, false
	}
	p := *j.path
	p.Name, p.Pos = name, pos
	found := make([]Finding, len(j.found))
	for i, f := range j.found {
		to := &p
		if f.Trace != j.path {
			other := *f.Trace
			other.Name, other.Pos = name, pos
			to = &other
		}
		if found[i], ok = f.moved(to, m); !ok {
			return Judged{}, false
		}
	}
	return Judged{&p, found, j.stays}, true
}

// moved carries a finding over to a path, which has the hops of the one that it was found on.
func (f Finding) moved(to *hop.Path, m *hop.Move) (Finding, bool) {
	var ok [6]bool
	f.Stations, ok[3] = movedStations(f.Stations, m)
	f.Pos, ok[0] = m.Pos(f.Pos)
	f.Message, ok[1] = m.Text(f.Message)
	f.Notes, ok[2] = m.Notes(f.Notes)
	f.When, ok[4] = m.Conditions(f.When)
	f.Gates, ok[5] = m.Conditions(f.Gates)
	if slices.Contains(ok[:], false) || f.Resource != "" {
		return f, false
	}
	f.Trace = to
	if f.Fix == nil {
		return f, true
	}
	title, ok1 := m.Text(f.Fix.Title)
	edits, ok2 := m.Edits(f.Fix.Edits)
	f.Fix = &Fix{Title: title, Safe: f.Fix.Safe, Edits: edits}
	return f, ok1 && ok2
}

func movedStations(list []Station, m *hop.Move) ([]Station, bool) {
	moved := make([]Station, len(list))
	for i, s := range list {
		name, named := m.Text(s.Name)
		pos, placed := m.Pos(s.Pos)
		if !named || !placed || s.Failing != nil {
			return nil, false
		}
		moved[i] = Station{Name: name, Pos: pos, CatchAll: s.CatchAll}
	}
	return moved, true
}

// Same reports whether both say the same, apart from the route.
func (j Judged) Same(as Judged) bool {
	return j.path.Name == as.path.Name && j.path.Pos == as.path.Pos && j.path.Browser == as.path.Browser &&
		j.path.Confidence == as.path.Confidence &&
		slices.EqualFunc(j.found, as.found, func(f, g Finding) bool {
			f.Trace, g.Trace = nil, nil
			if !slices.Equal(f.Notes, g.Notes) || !sameFix(f.Fix, g.Fix) ||
				!slices.EqualFunc(f.When, g.When, hop.Condition.Same) || !slices.EqualFunc(f.Gates, g.Gates, hop.Condition.Same) {
				return false
			}
			f.Notes, f.Fix, f.When, f.Gates = nil, nil, nil, nil
			g.Notes, g.Fix, g.When, g.Gates = nil, nil, nil, nil
			return reflect.DeepEqual(f, g)
		})
}

func sameFix(f, g *Fix) bool {
	if f == nil || g == nil {
		return f == g
	}
	return f.Title == g.Title && f.Safe == g.Safe && slices.Equal(f.Edits, g.Edits)
}

// RunAlike is Run where several endpoints may fare alike.
func RunAlike(rules []*Rule, subjects iter.Seq[Subject], routes Routes) []Finding {
	c := &collector{routes: routes, at: map[place]*entry{}, found: map[*entry]*hit{}}
	for s := range subjects {
		paths := [][]*hop.Path{s.Cases}
		brief := s.Itself != nil
		switch {
		case brief && !c.needsNoRoute(s.Judged):
			paths = s.Itself()
		case brief || len(s.Judged) > 0:
			for _, j := range s.Judged {
				c.judged(j, brief)
			}
			continue
		}
		for _, cases := range paths {
			c.judged(Judge(rules, cases), false)
		}
	}
	return c.findings()
}

// judged adds what was found on one path; brief says that its route is not that of the path.
func (c *collector) judged(j Judged, brief bool) {
	c.begin(j.path)
	for _, f := range j.found {
		c.add(j.path, f, brief)
	}
}

// needsNoRoute reports whether nothing of what was found is told with the route of its path, or in words that hang on
// it: those about one browser.
func (c *collector) needsNoRoute(judged []Judged) bool {
	if len(judged) == 1 && (c.routes == NoRoutes || c.routes == LongRoutes && judged[0].stays) {
		return true
	}
	return !slices.ContainsFunc(judged, func(j Judged) bool {
		return slices.ContainsFunc(j.found, func(f Finding) bool {
			e := c.at[place{f.Rule, f.Pos}]
			f = graded(j.path, f)
			return e == nil && len(c.list) < maxRoutes || e != nil && f.outdoes(e)
		})
	})
}

// findings are all that were found.
func (c *collector) findings() []Finding {
	c.end()
	list := make([]Finding, len(c.list))
	for i, e := range c.list {
		list[i] = e.Finding
		if e.only != "" {
			list[i].inOne(e.only, e.declined)
		}
	}
	return list
}
