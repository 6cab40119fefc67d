package lint

import (
	"slices"
	"sync"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
)

// A shaped load balancer says which others fare as it does, for those of an organisation are made by machines and
// differ in names.
type shaped interface {
	balancer
	// Shape is all of it that a handshake can meet but names and places, which are words; "" where it is like no other.
	Shape() (shape string, words []string)
	// Blank has the same shape, and marks for words. Filled makes what is said of it into what is to be said of the load
	// balancer of that shape with these words.
	Blank() hop.Source
	Filled(words []string) hop.Move
}

// A hearing is what there is to say of one load balancer.
type hearing struct {
	subjects  []rules.Subject
	judged    []rules.Judged // of the paths that are subjects
	unknown   []hop.Note
	endpoints int
}

// finds reports whether something was found.
func (h *hearing) finds() bool { return slices.ContainsFunc(h.judged, rules.Judged.Finds) }

// hear follows the handshakes through a load balancer and judges them.
func (r *audit) hear(lb balancer) (h hearing) {
	for _, e := range lb.Endpoints() {
		r.balancer(&h, lb, e)
	}
	return h
}

// add adds the cases of a path.
func (h *hearing) add(list []*rules.Rule, cases []*hop.Path) {
	j := rules.Judge(list, cases)
	h.judged = append(h.judged, j)
	h.subjects = append(h.subjects, rules.Subject{Cases: cases, Judged: []rules.Judged{j}})
}

// A fleet is load balancers, and which of them are alike.
type fleet struct {
	*audit
	all   []parsers.Resource
	of    []*likeness // of each; nil for one that is heard by itself
	words [][]string  // of each that is not
}

// A likeness is what load balancers of one shape have in common.
type likeness struct {
	members []int
	once    sync.Once
	blank   *hearing // of the blank; nil where it cannot be carried over
}

// leastAlike is from how many on it pays to carry over what is said of a blank, which is held against two of them.
const leastAlike = 5

// newFleet finds out which load balancers are alike. Where configurations may be behind them, names say which, and
// where a baseline or an ignore counts, each has to be met.
func (r *audit) newFleet() *fleet {
	all := r.Resources()
	f := &fleet{r, all, make([]*likeness, len(all)), make([][]string, len(all))}
	if r.in.EachServer || r.in.Baseline != nil || len(r.in.Config.Ignore) > 0 || len(r.sources) > 0 {
		return f
	}
	by := map[string]*likeness{}
	i := 0
	for shape := range inOrder(len(f.all), func(i int) (shape string) {
		if lb, ok := f.all[i].Source.(shaped); ok {
			shape, f.words[i] = lb.Shape()
		}
		return shape
	}) {
		if shape != "" {
			if by[shape] == nil {
				by[shape] = &likeness{}
			}
			by[shape].members = append(by[shape].members, i)
		}
		i++
	}
	for _, x := range by {
		if len(x.members) < leastAlike {
			continue
		}
		for _, i := range x.members[1:] { // what is heard of the first one is looked at for all
			f.of[i] = x
		}
	}
	return f
}

// hear is what there is to say of a load balancer.
func (f *fleet) hear(i int) hearing {
	lb, ok := f.all[i].Source.(balancer)
	if !ok {
		return hearing{}
	}
	if x := f.of[i]; x != nil {
		if h, ok := f.carried(x, i); ok {
			return h
		}
	}
	return f.audit.hear(lb)
}

// carried is what there is to say of the blank of a likeness, carried over to one of its members.
func (f *fleet) carried(x *likeness, i int) (h hearing, ok bool) {
	lb := f.all[i].Source.(shaped)
	x.once.Do(func() {
		last := len(x.members) - 1
		blank := f.audit.hear(f.all[x.members[0]].Source.(shaped).Blank().(balancer))
		for _, i := range []int{x.members[(last+1)/2], x.members[last]} {
			if !f.audit.hear(f.all[i].Source.(shaped)).same(f.moved(&blank, i, true)) {
				return
			}
		}
		x.blank = &blank
	})
	if x.blank == nil {
		return h, false
	}
	if h.endpoints = x.blank.endpoints; len(x.blank.unknown) == 0 && !x.blank.finds() {
		return h, true
	}
	moved := f.moved(x.blank, i, x.blank.finds())
	if moved == nil {
		return h, false
	}
	h.unknown = moved.unknown
	if len(moved.judged) > 0 {
		h.subjects = []rules.Subject{{Judged: moved.judged, Itself: func() (paths [][]*hop.Path) {
			for _, s := range f.audit.hear(lb).subjects {
				paths = append(paths, s.Cases)
			}
			return paths
		}}}
	}
	return h, true
}

// moved is what was heard of a blank, carried over, with or without what was found; nil where that cannot be.
func (f *fleet) moved(blank *hearing, i int, found bool) *hearing {
	m := f.all[i].Source.(shaped).Filled(f.words[i])
	h := &hearing{endpoints: blank.endpoints}
	for _, j := range blank.judged {
		if !found {
			break
		}
		there, ok := j.Moved(&m)
		if !ok {
			return nil
		}
		h.judged = append(h.judged, there)
	}
	var ok bool
	if h.unknown, ok = m.Notes(blank.unknown); !ok {
		return nil
	}
	return h
}

// same reports whether both say the same, apart from the routes.
func (h hearing) same(as *hearing) bool {
	return as != nil && h.endpoints == as.endpoints && slices.Equal(h.unknown, as.unknown) &&
		slices.EqualFunc(h.judged, as.judged, rules.Judged.Same)
}
