package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/spelling"
	"github.com/wslint/wslint/rules"
)

// A declaredPaths follows the paths that somebody declared, in .wslint.yaml, on the command line or in a file that
// tells of them. What it cannot make out goes into the result.
type declaredPaths struct {
	*loaded
	traffic traffic
	result  *Result
	// balanced are the cases that end in a load balancer: by whatever rule or target group a handshake gets through, its
	// timers hold.
	balanced map[*hop.Path]bool
}

// all follows every one of them, in each browser's form: the cases of each, the one that gets furthest first.
func (r *declaredPaths) all() [][]*hop.Path {
	var paths [][]*hop.Path
	for _, d := range r.in.Config.Paths {
		legs := r.legs(d)
		page := r.page(d, legs)
		for _, browser := range Browsers {
			if found := r.follow(d, legs, browser); found != nil {
				for _, p := range found {
					p.Page = page
				}
				paths = append(paths, found)
			}
		}
		silent := d.Keepalive == nil && !r.traffic.declared()
		if _, ok := catalog.FindApp(d.App); d.App != "" && !ok && silent {
			r.result.unknown(d.AppPos, appUnknown(d.App))
		}
	}
	return paths
}

// legs are the hops of a declared path in their order.
func (r *declaredPaths) legs(d Declared) (legs []leg) {
	for _, e := range d.Through {
		if s := r.step(e); s != nil {
			legs = append(legs, leg{source: s, machine: r.machine(s)})
			continue
		}
		if e.isFile() {
			continue
		}
		s, ok := r.in.Config.station(e)
		if !ok {
			s.Hop = catalog.Hop{
				Name:    e.Kind,
				Carries: catalog.Streams,
				Varies:  "what this hop does to the connection is unknown",
			}
			r.hopUnknown(d, e)
		} else if kind, name, _ := strings.Cut(e.Kind, "/"); e.isAddress() {
			if len(spelling.Near(name, r.addresses(kind))) > 0 {
				r.hopUnknown(d, e)
			}
		}
		legs = append(legs, leg{source: s, station: &s})
	}
	if n := len(legs); n > 0 && legs[n-1].station == nil {
		legs[n-1].beside = r.beside()
	}
	return legs
}

// hopUnknown reports a hop that nobody knows: whatever it does to the connection is missing from the predictions.
func (r *declaredPaths) hopUnknown(d Declared, e Element) {
	f := rules.Finding{
		Rule: rules.PathHopUnknown, Severity: rules.PathHopUnknown.Severity, Confidence: hop.Declared, Path: d.URL,
		Pos:     e.Pos,
		Message: fmt.Sprintf("unknown hop %q: its timeouts are not checked", e.Kind),
	}
	note := func(format string, args ...any) {
		f.Notes = append(f.Notes, hop.Note{Text: fmt.Sprintf(format, args...)})
	}
	kind, name, named := strings.Cut(e.Kind, "/")
	if e.isAddress() {
		what := kind
		if isPrefix(kind) {
			what = "load balancer"
		}
		f.Message = fmt.Sprintf("there is no %s %s in the files: the path is not checked", what, name)
		if near := spelling.Near(name, r.addresses(kind)); len(near) > 0 {
			f.Message = fmt.Sprintf("there is no %s %s in the files: did you mean %s?", what, name, near[0])
		}
		r.result.Findings = append(r.result.Findings, f)
		return
	}
	for _, prefix := range prefixes() {
		if slices.Contains(r.addresses(prefix), e.Kind) {
			f.Message = fmt.Sprintf("unknown hop %q: did you mean {%s: %s}?", e.Kind, prefix, e.Kind)
			note("a resource that a file describes has the prefix of its format; without it, its timeouts are not checked")
			r.result.Findings = append(r.result.Findings, f)
			return
		}
	}
	if catalog.IsApplication(e.Kind) {
		f.Message = fmt.Sprintf("hop %q is where the application runs: remove it, the application needs no entry", e.Kind)
		note("a path ends at the last proxy; what serves the sockets is said by app, like app: socket.io")
		note("if it is a proxy of that name, declare it in %s: hops: {%s: {idle: 60s}}", ConfigName, e.Kind)
		r.result.Findings = append(r.result.Findings, f)
		return
	}
	if near := spelling.Near(kind, r.in.Config.hopNames()); len(near) > 0 {
		if named {
			near[0] += "/" + name
		}
		f.Message = fmt.Sprintf("unknown hop %q: did you mean %s?", e.Kind, near[0])
		note("its timeouts are not checked; wslint hops lists the known ones")
	}
	note("if it is a proxy, declare it in %s: hops: {%s: {idle: 60s}}", ConfigName, e.Kind)
	note("if it is the application, remove it: the application needs no entry")
	r.result.Findings = append(r.result.Findings, f)
}

// addresses are those of all resources of a format that were read.
func (r *declaredPaths) addresses(prefix string) (list []string) {
	for _, x := range r.described {
		if slices.Contains(x.Kinds, prefix) {
			list = append(append(list, x.Name), x.Other...)
		}
	}
	return list
}

// namedBy is the source that passes on what arrives for the host of q, on whatever port: something in front has
// another one. Of several, and where none does, nobody can tell: it is nil, but for the only source that is given
// with the address.
func (r *declaredPaths) namedBy(q hop.Request, given bool) (found hop.Source) {
	if len(r.sources) == 1 && given {
		return r.sources[0]
	}
	q.Addr = ""
	for _, s := range r.sources {
		named := slices.ContainsFunc(everywhere(s), func(e hop.Endpoint) bool {
			return slices.ContainsFunc(e.Requests, func(x hop.Request) bool { return x.Host == q.Host })
		})
		switch {
		case named && found != nil:
			return nil
		case named:
			found = s
		}
	}
	return found
}

// follow follows one declared path; nil when nothing on it can be served.
func (r *declaredPaths) follow(d Declared, legs []leg, browser string) []*hop.Path {
	q, err := Handshake{URL: d.URL, Browser: browser, Headers: d.headers(), Subprotocols: d.Subprotocols}.Request()
	if err != nil {
		return nil
	}
	if len(legs) == 0 {
		s, arrived := r.published(q)
		if q = arrived; s == nil {
			s = listener(nil, q, r.sources)
		}
		if s == nil {
			s = r.namedBy(q, slices.Contains(r.in.URLs, d.URL))
		}
		if s == nil {
			r.result.unknown(
				d.Pos,
				fmt.Sprintf("no configuration given listens on %s: name the hops of the path with through", q.Addr),
			)
			return nil
		}
		s, q = r.entered(s, q)
		legs = []leg{{source: s, beside: r.beside()}}
	}
	if own, ok := legs[0].source.(renamed); ok {
		q.Addr = own.At(q.Addr)
	}
	requests := []hop.Request{q}
	if why := r.inFront(d, legs[0], q); why != "" {
		requests = behind(q, why)
	}
	if legs[0].station == nil {
		requests = withPROXY(requests)
	}
	serve := func(q hop.Request) []*hop.Path {
		p := hop.Path{
			Name: d.URL, Pos: d.Pos, Browser: browser, Request: q,
			Confidence: hop.Declared, Why: "declared", App: d.App, Clients: d.Clients,
		}
		return cases(p, travel(legs, q))
	}
	found := best(requests, serve)
	if p := found[0]; reach(p) == 1 && loopbackOnly(legs[0], q) {
		why := fmt.Sprintf(
			"%s is reached on loopback only, so that something in front, which is not declared, passes handshakes for %s on: "+
				"that it leaves the port out of Host is assumed",
			p.Hops[0].Name,
			q.Host,
		)
		if other := best(withPROXY(behind(withoutPort(q), why)), serve); reach(other[0]) > 1 {
			r.result.unknown(d.Pos, why)
			found = other
		}
	}
	for _, p := range found {
		r.traffic.keepalive(p, d.Keepalive)
		r.traffic.app(p, d)
		if endsInBalancer(legs, p) {
			r.balanced[p] = true
		}
	}
	return found
}

// endsInBalancer reports whether the last hop that a case comes to is a load balancer that somebody describes, with
// nothing but such and declared hops before it.
func endsInBalancer(legs []leg, p *hop.Path) bool {
	last := len(p.Hops) - 1
	if last < 0 || last >= len(legs) || legs[last].station != nil {
		return false
	}
	return !slices.ContainsFunc(legs[:last+1], func(l leg) bool {
		_, balances := l.source.(balancer)
		return l.station == nil && !balances
	})
}

// inFront says what unknown thing the handshake passes before the first leg; "" when it arrives there directly.
func (r *declaredPaths) inFront(d Declared, first leg, q hop.Request) string {
	if first.station != nil || first.source.Listens(q) {
		return ""
	}
	// A mapped port of a container, a load balancer that nobody wrote down: no reason for an alarm.
	why := fmt.Sprintf("nothing in the configuration listens on %s: what is in front of it is unknown", q.Addr)
	r.result.unknown(d.Pos, why)
	return why
}
