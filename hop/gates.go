package hop

import "slices"

// Admitted reports whether everything on the way surely passes the handshake on, so that the application gets it.
func (p *Path) Admitted() bool {
	return !p.some(func(h *Hop) bool { return h.distance() != 0 })
}

// TurnedAway reports whether something on the way surely answers the handshake itself, or drops it, be it that it
// denies the client the answer of the application.
func (p *Path) TurnedAway() bool {
	return len(p.Hops) > 0 && p.Last().distance() == 2 || p.some(func(h *Hop) bool {
		return slices.ContainsFunc(
			h.Reply.Instead,
			func(s Setting[Answer]) bool { a, known := s.Get(); return known && a.Cause.Denies() },
		)
	})
}

// Broken reports whether a handshake that is turned away fails: nobody wrote down that it is to be, but what it is to
// be passed on to is not there.
func (p *Path) Broken() bool {
	if len(p.Hops) == 0 {
		return false
	}
	a, known := p.Last().Answer.Get()
	failed := a.Cause == NoCause && (a.Status == 500 || a.Status == 502)
	return known && a.Kind == Answered && (a.Cause == NoResolver || failed)
}

// some reports whether something is so at one of the hops. A hop is large, so none is copied.
func (p *Path) some(is func(h *Hop) bool) bool {
	for i := range p.Hops {
		if is(&p.Hops[i]) {
			return true
		}
	}
	return false
}

// Fronted reports whether p takes something in front that adds headers, of which nothing says that it is there.
func (p *Path) Fronted() bool {
	return slices.ContainsFunc(p.When, func(c Condition) bool { return c.Foreign() })
}

// Rare reports whether p takes something that is hardly ever so.
func (p *Path) Rare() bool {
	return slices.ContainsFunc(p.When, func(c Condition) bool { return c.question().Rare && c.Holds })
}

// Takes reports whether p takes a condition as c does; asked is false when p never meets it.
func (p *Path) Takes(c Condition) (same, asked bool) {
	i := slices.IndexFunc(p.When, func(d Condition) bool { return d.Key == c.Key })
	return i >= 0 && p.When[i].Holds == c.Holds, i >= 0
}

// Apart are the fewest conditions of p that tell it apart from other cases.
func (p *Path) Apart(others []*Path) []Condition {
	if len(others) == 0 {
		return nil
	}
	needed := slices.Clone(p.When)
	for i := 0; i < len(needed); {
		fewer := slices.Delete(slices.Clone(needed), i, i+1)
		if slices.ContainsFunc(others, func(q *Path) bool { return q.agrees(fewer) }) {
			i++
		} else {
			needed = fewer
		}
	}
	return needed
}

// agrees reports whether p takes none of the conditions the other way.
func (p *Path) agrees(conditions []Condition) bool {
	return !slices.ContainsFunc(conditions, func(c Condition) bool { same, asked := p.Takes(c); return asked && !same })
}

// Deciding are the conditions of p on which it hangs what becomes of the handshake and of a quiet connection.
func (p *Path) Deciding(cases []*Path) []Condition {
	mine := p.Handshake()
	return p.Apart(slices.DeleteFunc(slices.Clone(cases), func(q *Path) bool {
		o := q.Handshake()
		return o.Kind == mine.Kind && o.Status == mine.Status && !p.ends(q)
	}))
}

// ends reports whether a quiet connection on p ends otherwise than on q.
func (p *Path) ends(q *Path) bool {
	a, b := p.Cuts(), q.Cuts()
	if len(a) != len(b) {
		return true
	}
	for i := range a {
		if a[i].After != b[i].After || a[i].Hop != b[i].Hop {
			return true
		}
	}
	return false
}

// Gates are the conditions that let p in: those that turn the handshake away in every one of its cases in which they
// are taken the other way.
func (p *Path) Gates(cases []*Path) []Condition {
	var gates []Condition
	for _, c := range p.When {
		if c.NoGate {
			continue
		}
		shut := false
		open := slices.ContainsFunc(cases, func(q *Path) bool {
			same, asked := q.Takes(c)
			shut = shut || asked && !same
			return asked && !same && !q.TurnedAway()
		})
		if shut && !open {
			gates = append(gates, c)
		}
	}
	return gates
}
