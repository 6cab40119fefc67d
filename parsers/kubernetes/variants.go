package kubernetes

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// mostSettings is of how many settings of a controller each makes a case.
const mostSettings = 24

// settings are the objects that may hold the settings of the controller that reads o: those beside it, else those that
// are of its environment for all that names of files say, else the only one of a manifest.
func (s *set) settings(c *Controller, o *Object) []*Object {
	var near, same, any []*Object
	stage := stageOf(o.source())
	for _, x := range s.configs[c.Name] {
		if beside(x, o) {
			near = append(near, x)
		}
		if x.overlay == o.overlay || !stageOf(x.source()).isApart(stage) {
			same = append(same, x)
		}
		if x.overlay == "" || x.overlay == o.overlay {
			any = append(any, x)
		}
	}
	switch {
	case len(near) > 0:
		return near
	case len(same) > 0:
		return same
	case len(any) == 1:
		return any
	}
	return nil
}

// layered are settings of which those in values of a chart hold what the values for all environments beside them say,
// too, "values.yaml" beside "values-prod.yaml": Helm is given both. By themselves these count where nothing is beside.
func layered(all []*Object) (list []*Object) {
	base := map[string]*Object{}
	key := func(o *Object) string { return filepath.Dir(o.Pos.File) + "\x00" + o.Label }
	isValues := func(o *Object) bool { return o.of != "" && !strings.Contains(o.Label, " of ") }
	isBase := func(o *Object) bool { return isValues(o) && stageOf(filepath.Base(o.Pos.File)) == stage{} }
	for _, o := range all {
		if isBase(o) {
			base[key(o)] = o
		}
	}
	covered := map[*Object]bool{}
	for _, o := range all {
		if b := base[key(o)]; isValues(o) && b != nil && !isBase(o) {
			covered[b] = true
			both := *o
			both.Value, both.under = patched(b.Value, o.Value), b
			o = &both
		}
		list = append(list, o)
	}
	return slices.DeleteFunc(list, func(o *Object) bool { return covered[o] })
}

// distinctSettings leaves one of those that do nothing to a WebSocket: a repository may have many examples of a
// ConfigMap.
func distinctSettings(c *Controller, all []*Object) (list []*Object) {
	idle := false
	for _, o := range all {
		does := o.under != nil || o.Get("data").Kind == infra.Unknown ||
			slices.ContainsFunc(o.Get("data").Fields, func(f infra.Field) bool {
				k := c.Key(f.Key, "ConfigMap")
				return k != nil && (k.Does != "" || k.Type == Script)
			})
		if does || !idle {
			list = append(list, o)
		}
		idle = idle || !does
	}
	return list
}

// undecidedSettings are settings of which nothing is known, for those of which nobody knows which count.
func undecidedSettings(list []*Object) *Object {
	why := fmt.Sprintf("%d objects have settings of the controller, and which it reads is not known", len(list))
	o := *list[0]
	o.Value = mapOf(o.Pos, "data", infra.NotKnown(why, o.Pos))
	return &o
}

// A variants source is what a controller makes of Ingresses with each of several settings, of which nobody knows which
// it has: those of several environments, most likely. What all have in common is asked of the first one.
type variants struct {
	*proxy
	all  []*proxy
	when [][]hop.Condition // of each
}

// newVariants are the proxies as one source; the first one alone where there are no others.
func newVariants(all []*proxy) hop.Source {
	if len(all) == 1 {
		return all[0]
	}
	v := &variants{proxy: all[0], all: all}
	names := settingsNames(all)
	var not []hop.Condition
	for i, p := range all {
		q := hop.Question{
			Key: "the settings of " + names[i], Yes: p.w.c.Name + " has the settings of " + names[i],
			No: p.w.c.Name + " has not the settings of " + names[i], Pos: p.w.config.Pos, NoGate: true, First: true,
			Why: fmt.Sprintf("%d objects among the files have settings for it", len(all)),
		}
		switch i {
		case len(all) - 2:
			q.No = p.w.c.Name + " has the settings of " + names[i+1]
			fallthrough
		default:
			v.when = append(v.when, append(slices.Clip(not), q.Taken(true)))
			not = append(not, q.Taken(false))
		case len(all) - 1:
			v.when = append(v.when, not)
		}
	}
	return v
}

// settingsNames are what the settings of proxies are called: by their files, and their lines where these are the same.
func settingsNames(all []*proxy) (names []string) {
	files := map[string]int{}
	for _, p := range all {
		files[p.w.config.source()]++
	}
	for _, p := range all {
		name := p.w.config.source()
		if files[name] > 1 {
			name = fmt.Sprintf("%s:%d", p.w.config.Pos.File, p.w.config.Pos.Line)
		}
		names = append(names, name)
	}
	return names
}

// Serve has the cases of each.
func (v *variants) Serve(r hop.Request) (cases []hop.Case) {
	for i, p := range v.all {
		own, fits := further(r.When, v.when[i])
		if !fits {
			continue
		}
		in := r
		in.When = slices.Concat(r.When, own)
		for _, k := range p.Serve(in) {
			k.When = slices.Concat(own, k.When)
			cases = append(cases, k)
		}
	}
	slices.SortStableFunc(cases, func(a, b hop.Case) int { return reach(a.Hop) - reach(b.Hop) })
	return cases
}

// reach orders hops as cases are: the request is passed on, nobody knows, it is not.
func reach(h *hop.Hop) int {
	switch a, known := h.Answer.Get(); {
	case known && a.Kind == hop.PassedOn:
		return 0
	case !known:
		return 1
	}
	return 2
}

// further are the conditions of a list that were not taken before; fits is false where one was taken otherwise.
func further(taken, list []hop.Condition) (more []hop.Condition, fits bool) {
	for _, c := range list {
		i := slices.IndexFunc(taken, func(x hop.Condition) bool { return x.Key == c.Key })
		if i < 0 {
			more = append(more, c)
		} else if taken[i].Holds != c.Holds {
			return nil, false
		}
	}
	return more, true
}

// ResourceAt is the object that a place belongs to.
func (v *variants) ResourceAt(pos hop.Pos) string {
	for _, p := range v.all {
		if name := p.ResourceAt(pos); name != "" {
			return name
		}
	}
	return ""
}
