package hop

import "slices"

// Admitted reports whether everything on the way surely passes the handshake on, so that the application gets it.
func (p *Path) Admitted() bool {
	return !slices.ContainsFunc(p.Hops, func(h Hop) bool { return h.distance() != 0 })
}

// TurnedAway reports whether something on the way surely answers the handshake itself, or drops it.
func (p *Path) TurnedAway() bool {
	return len(p.Hops) > 0 && p.Last().distance() == 2
}

// Takes reports whether p takes a condition as c does; asked is false when p never meets it.
func (p *Path) Takes(c Condition) (same, asked bool) {
	i := slices.IndexFunc(p.When, func(d Condition) bool { return d.Key == c.Key })
	return i >= 0 && p.When[i].Holds == c.Holds, i >= 0
}

// Gates are the conditions that let p in: those that turn the handshake away in every one of its cases in which they are taken the other
// way.
func (p *Path) Gates(cases []*Path) []Condition {
	var gates []Condition
	for _, c := range p.When {
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
