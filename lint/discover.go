package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/parallel"
	"github.com/wslint/wslint/rules"
)

// A discovery is where WebSockets seem to be meant to enter, for users who declare no paths.
//
// Places that show an intention are endpoints whatever is declared. Where somebody says that there are WebSockets, by
// a keepalive or an application, and not where, every server without such a place is one that may carry them: what it
// passes on is an endpoint, too, a possible one, or an unlikely one where another server shows the intention. Where
// nobody says so, these are places to ask about; what ends WebSockets there is worth an info where they are forwarded
// without anybody having to ask for it.
type discovery struct {
	found []enterable
	// servers are those of the endpoints that nothing but what is declared makes one, by the endpoint's place.
	servers map[hop.Pos]hop.Pos
	// asked are those of proxied that forward WebSockets by themselves.
	asked map[hop.Pos]bool
	// proxied are the places that pass requests on where nobody says that these are WebSockets.
	proxied []hop.Endpoint
}

// An enterable is a source with the places at which WebSockets seem to enter it.
type enterable struct {
	source    hop.Source
	endpoints []hop.Endpoint
	more      int // further ones of which nothing is to be said, as of others that are alike
	// judged are those that others are twins of, and some of these, with the cases of each path and what was found there.
	judged map[*hop.Endpoint][]rules.Subject
	// others gives all its places that pass requests on, but for those of servers with endpoints, which do not matter;
	// what it is given makes each what it counts as.
	others func(as func(hop.Endpoint) hop.Endpoint) []hop.Endpoint
}

// A repetitive source may have many servers that differ in names alone.
type repetitive interface {
	hop.Source
	// Distinct is what Endpoints finds. Of servers that are alike, each endpoint of one is given to the judge, which may
	// be asked by several goroutines: where nothing is to be said of it, those of the others are left out, and more is
	// how many those are. Else they are twins of it, or of one that the judge was given later, where that can be. others
	// gives what Everywhere finds in servers that have no endpoint; one with neither requests nor a twin fares as another
	// one of which there is nothing to be said.
	Distinct(hop.Judge) (list []hop.Endpoint, others func(hop.Judge) []hop.Endpoint, more int)
}

// enterable finds the places of a source.
func (f *finder) enterable(s hop.Source) enterable {
	r, ok := s.(repetitive)
	// What leads to it from elsewhere may go by names, and where it leads to itself by addresses.
	if !ok || !f.brief() || len(f.wiring.into()[s]) > 0 || f.wiring.leaves(s) {
		all := func(func(hop.Endpoint) hop.Endpoint) []hop.Endpoint { return everywhere(s) }
		return enterable{source: s, endpoints: s.Endpoints(), others: all}
	}
	at := enterable{source: s, judged: map[*hop.Endpoint][]rules.Subject{}}
	var judging sync.Mutex
	judge := func(of *hop.Endpoint, e hop.Endpoint) (found string) {
		judged, unknown := f.judgedAt(s, e)
		if unknown {
			return "unknown"
		}
		judging.Lock()
		at.judged[of] = judged
		judging.Unlock()
		for _, subject := range judged {
			found += subject.Judged[0].Found()
		}
		return found
	}
	list, others, more := r.Distinct(func(e *hop.Endpoint) string { return judge(e, *e) })
	at.endpoints, at.more = list, more
	at.others = func(as func(hop.Endpoint) hop.Endpoint) []hop.Endpoint {
		return others(func(e *hop.Endpoint) string { return judge(e, as(*e)) })
	}
	return at
}

// judgedAt is what is found at an endpoint by itself, and whether something cannot be known there, or leads on to
// where others may fare otherwise.
func (f *finder) judgedAt(s hop.Source, e hop.Endpoint) (judged []rules.Subject, unknown bool) {
	for _, cases := range f.endpoint(s, e) {
		further := slices.ContainsFunc(cases, func(p *hop.Path) bool { return len(p.Hops) > 1 })
		unknown = unknown || further || len(unknownNotes(cases)) > 0
		found := []rules.Judged{rules.Judge(f.in.Rules, cases)}
		judged = append(judged, rules.Subject{Cases: cases, Judged: found})
	}
	return judged, unknown
}

// moved is what was found at the endpoint that another one is the twin of, carried over; nil where that cannot be.
func (at *enterable) moved(t *hop.Twin) (judged []rules.Judged) {
	m := t.Move()
	for _, subject := range at.judged[t.Of] {
		there, ok := subject.Judged[0].Moved(&m)
		if !ok {
			return nil
		}
		judged = append(judged, there)
	}
	return judged
}

// holdTwins holds at least two twins of each endpoint against what is found at them by themselves. Where that is not
// the same, or what is found says something that is not so at all of them, its twins are endpoints like others.
func (f *finder) holdTwins(at *enterable) {
	twins := map[*hop.Endpoint][]*hop.Twin{}
	for _, e := range at.endpoints {
		if e.Twin != nil && e.Twin.Move != nil {
			twins[e.Twin.Of] = append(twins[e.Twin.Of], e.Twin)
		}
	}
	balances := slices.ContainsFunc(f.sources, func(s hop.Source) bool { _, ok := s.(balancer); return ok })
	models := slices.Collect(maps.Keys(twins))
	holds := make([]bool, len(models))
	parallel.Each(len(models), 1, func(i int) { holds[i] = !balances && f.hold(at, twins[models[i]]) })
	for i, of := range models {
		if !holds[i] {
			delete(at.judged, of)
		}
	}
	for i, e := range at.endpoints {
		if e.Twin != nil && at.judged[e.Twin.Of] == nil {
			at.endpoints[i] = e.Twin.Itself()
		}
	}
}

// hold reports whether what is found at some twins by themselves is what would be carried over to them.
func (f *finder) hold(at *enterable, list []*hop.Twin) bool {
	held := 0
	for _, t := range list {
		if itself := at.judged[t.Judged]; itself != nil {
			if held++; !agree(itself, at.moved(t)) {
				return false
			}
		}
	}
	for _, i := range []int{len(list) - 1, len(list) / 2} {
		if held >= 2 {
			break
		}
		held++
		if itself, unknown := f.judgedAt(at.source, list[i].Itself()); unknown || !agree(itself, at.moved(list[i])) {
			return false
		}
	}
	return true
}

// agree reports whether what was found by itself and what was carried over are the same.
func agree(itself []rules.Subject, moved []rules.Judged) bool {
	return slices.EqualFunc(itself, moved, func(s rules.Subject, j rules.Judged) bool { return s.Judged[0].Same(j) })
}

// brief reports whether only what is found counts, and not which places were looked at.
func (f *finder) brief() bool {
	in := f.in
	return !in.EachServer && in.Changed == nil && !f.apart && len(in.Config.Paths) == 0 && len(in.Config.Ignore) == 0 &&
		in.Baseline == nil && len(f.stopped) == 0 && len(f.machines) == 0
}

// discover looks at all sources but those that the declared paths go through.
func (f *finder) discover(declared [][]*hop.Path) discovery {
	d := discovery{servers: map[hop.Pos]hop.Pos{}, asked: map[hop.Pos]bool{}}
	likely, covered := false, covered(declared)
	for _, s := range f.sources {
		if f.elsewhere(s) {
			continue
		}
		at := f.enterable(s)
		at.endpoints = slices.DeleteFunc(at.endpoints, func(e hop.Endpoint) bool {
			return !e.Pos.IsZero() && covered[e.Pos] || e.Confidence == hop.Unlikely && len(f.in.Config.Paths) > 0
		})
		d.found = append(d.found, at)
		shows := func(e hop.Endpoint) bool { return e.Confidence >= hop.Possible }
		likely = likely || slices.ContainsFunc(at.endpoints, shows)
	}
	d.found = slices.DeleteFunc(d.found, func(at enterable) bool { return f.isFront(at.source, d.found) })
	if len(f.in.Config.Paths) > 0 {
		return d
	}
	as := func(e hop.Endpoint) hop.Endpoint {
		switch {
		case !f.traffic.declared():
			return counted(e, hop.Unlikely, "forwards WebSockets, if there are any")
		case likely && !e.Any:
			return counted(e, hop.Unlikely, "passes requests on, and another server looks more like it")
		}
		return counted(e, hop.Possible, "passes requests on, and a keepalive is declared")
	}
	for i := range d.found {
		f.addOthers(&d, &d.found[i], as)
		f.holdTwins(&d.found[i])
	}
	return d
}

// addOthers adds the places of a source that nothing but what is declared makes endpoints, each as what it counts as.
func (f *finder) addOthers(d *discovery, at *enterable, as func(hop.Endpoint) hop.Endpoint) {
	has, counts := make(map[hop.Pos]bool, len(at.endpoints)), make(map[hop.Pos]bool, len(at.endpoints))
	for _, e := range at.endpoints {
		has[e.Server], counts[e.Pos] = true, true
		if e.Confidence == hop.Unlikely {
			d.servers[e.Pos] = e.Server
		}
	}
	others := at.others(as)
	if !f.traffic.declared() {
		d.proxied = slices.Grow(d.proxied, len(others))
	}
	for _, e := range others {
		if has[e.Server] || e.Server.IsZero() {
			continue
		}
		spared := len(e.Requests) == 0 && e.Twin == nil
		if !f.traffic.declared() {
			if d.proxied = append(d.proxied, e); e.Forwards && !spared {
				d.servers[e.Pos], d.asked[e.Pos] = e.Server, !counts[e.Pos] || e.Pos.IsZero()
				at.endpoints = append(at.endpoints, as(e))
			}
			continue
		}
		if spared {
			if !counts[e.Pos] || e.Pos.IsZero() {
				at.more++
			}
			continue
		}
		d.servers[e.Pos] = e.Server
		at.endpoints = append(at.endpoints, as(e))
	}
}

// counted is an endpoint, as sure as it is.
func counted(e hop.Endpoint, sure hop.Confidence, why string) hop.Endpoint {
	e.Confidence, e.Why = sure, why
	if t := e.Twin; t != nil {
		itself := func() hop.Endpoint { return counted(t.Itself(), sure, why) }
		e.Twin = &hop.Twin{Of: t.Of, Itself: itself, Move: t.Move}
	}
	return e
}

// count counts the places of endpoints: one of them may be entered at several paths.
func (d *discovery) count(endpoints []hop.Endpoint) int {
	seen := make(map[hop.Pos]bool, len(endpoints))
	n := 0
	for _, e := range endpoints {
		if (e.Pos.IsZero() || !seen[e.Pos]) && !d.asked[e.Pos] {
			n++
		}
		seen[e.Pos] = true
	}
	return n
}

// next is the command that says where WebSockets enter, for somebody whose proxied places show nothing of them; ""
// where there is none.
func (d *discovery) next(args []string) string {
	if len(d.proxied) == 0 {
		return ""
	}
	at := d.proxied[0]
	for _, e := range d.proxied {
		if strings.HasSuffix(e.Name, "/") && strings.Count(e.Name, "/") == 3 {
			at = e
			break
		}
	}
	scheme, rest, _ := strings.Cut(at.Name, "://")
	host, _, _ := strings.Cut(rest, "/")
	if len(args) == 0 {
		args = []string{"."}
	}
	return fmt.Sprintf("wslint check --url %s://%s/PATH %s", scheme, host, strings.Join(args, " "))
}

// oncePerServer keeps, of what a rule finds at the places of one server that nothing but a declared keepalive makes
// endpoints, the one at the place for every path, else the first, and names the others there.
func (d *discovery) oncePerServer(all []rules.Finding) []rules.Finding {
	if len(d.servers) == 0 {
		return all
	}
	type group struct {
		rule   *rules.Rule
		server hop.Pos
	}
	kept := map[group]int{}
	also := map[group][]hop.Note{}
	out := make([]rules.Finding, 0, len(all))
	for _, f := range all {
		server, guessed := hop.Pos{}, false
		if f.Trace != nil {
			server, guessed = d.servers[f.Trace.Pos]
		}
		if !guessed {
			out = append(out, f)
			continue
		}
		g := group{f.Rule, server}
		i, again := kept[g]
		if !again {
			kept[g] = len(out)
			out = append(out, f)
			continue
		}
		other := f
		last := func(f rules.Finding) rules.Station { return f.Stations[len(f.Stations)-1] }
		if last(f).CatchAll && !last(out[i]).CatchAll {
			other, out[i] = out[i], f
		}
		also[g] = append(also[g], hop.Note{Pos: other.Trace.Pos, Text: "the same holds here: " + last(other).Name})
	}
	for g, notes := range also {
		f := &out[kept[g]]
		const most = 3
		if n := len(notes) - most; n > 0 {
			notes = append(notes[:most:most], hop.Note{Text: fmt.Sprintf("the same holds at %d more places of this server", n)})
		}
		f.Notes = slices.Concat(f.Notes, notes)
	}
	return out
}
