package lint

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
)

// declaredPaths follows the paths of the configuration file, in both browsers' forms: the cases of each, the one that
// gets furthest first.
func (r *run) declaredPaths() [][]*hop.Path {
	var paths [][]*hop.Path
	for _, d := range r.in.Config.Paths {
		legs := r.legs(d)
		for _, browser := range Browsers {
			if p := r.declaredPath(d, legs, browser); p != nil {
				paths = append(paths, p)
			}
		}
		silent := d.Keepalive == nil && r.in.Ping == nil && r.in.Config.Keepalive == nil
		if _, ok := catalog.FindApp(d.App); d.App != "" && !ok && silent {
			r.unknown(d.AppPos, appUnknown(d.App))
		}
	}
	return paths
}

// legs are the hops of a declared path in their order.
func (r *run) legs(d Declared) (legs []leg) {
	for _, e := range d.Through {
		if s := r.step(e); s != nil {
			legs = append(legs, leg{source: s})
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
		}
		legs = append(legs, leg{source: s, station: &s})
	}
	return legs
}

// hopUnknown reports a hop that nobody knows: whatever it does to the connection is missing from the predictions.
func (r *run) hopUnknown(d Declared, e Element) {
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
		f.Message = fmt.Sprintf("there is no load balancer %s in the files: the path is not judged", name)
		if near := parsers.Near(name, r.addresses(kind)); len(near) > 0 {
			f.Message = fmt.Sprintf("there is no load balancer %s in the files: did you mean %s?", name, near[0])
		}
		r.result.Findings = append(r.result.Findings, f)
		return
	}
	if near := parsers.Near(kind, r.in.Config.hopNames()); len(near) > 0 {
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
func (r *run) addresses(prefix string) (list []string) {
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
func (r *run) namedBy(q hop.Request, given bool) (found hop.Source) {
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

// declaredPath follows one declared path; nil when nothing on it can be served.
func (r *run) declaredPath(d Declared, legs []leg, browser string) []*hop.Path {
	q, err := Handshake{URL: d.URL, Browser: browser, Headers: d.Headers, Subprotocols: d.Subprotocols}.Request()
	if err != nil {
		return nil
	}
	if len(legs) == 0 {
		s := listener(nil, q, r.sources)
		if s == nil {
			s = r.namedBy(q, slices.Contains(r.in.URLs, d.URL))
		}
		if s == nil {
			r.unknown(
				d.Pos,
				fmt.Sprintf("no configuration given listens on %s: name the hops of the path with through", q.Addr),
			)
			return nil
		}
		legs = []leg{{source: s}}
	}
	if lb, ok := legs[0].source.(renamed); ok {
		q.Addr = lb.At(q.Addr)
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
			r.unknown(d.Pos, why)
			found = other
		}
	}
	for _, p := range found {
		r.keepalive(p, d.Keepalive)
		r.app(p, d)
	}
	return found
}

// A renamed source has a name of its own that clients do not use: a path that begins with a load balancer begins
// there, whatever its URL says.
type renamed interface{ At(addr string) string }

// app puts what is known of the declared application on a path. What it sends counts only where no keepalive is
// declared.
func (r *run) app(p *hop.Path, d Declared) {
	if d.App == "" {
		at, ok := catalog.AppAt(p.Request.Target)
		if !ok || len(p.Pings) > 0 || p.NoPings {
			return
		}
		d.App, d.AppPos = at.Name, d.Pos // nobody says otherwise
	}
	declared := len(p.Pings) > 0 || p.NoPings
	a, ok := catalog.FindApp(d.App)
	if !ok {
		p.Application = &hop.App{Name: d.App, Pos: d.AppPos}
		if !declared {
			p.Pings = []hop.Ping{
				{Every: hop.Unknown[time.Duration]("ping of "+d.App, d.AppPos, appUnknown(d.App)), Moves: hop.Either},
			}
		}
		return
	}
	p.Application = a.At(d.AppPos)
	switch {
	case declared:
	case a.Every == 0:
		p.NoPings = true
	default:
		every := hop.Default("keepalive of "+a.Name, a.Every, d.AppPos)
		every.As = hop.Documented
		ping := hop.Ping{Every: every, Moves: a.Moves()}
		if a.Kind == "message" {
			ping.Hidden = hidden(a.From, a.Every)
		}
		p.Pings = []hop.Ping{ping}
	}
}

func appUnknown(app string) string {
	did := ""
	if s := parsers.DidYouMean(app, catalog.AppNames()); s != "" {
		did = "; did you mean " + s + "?"
	}
	return fmt.Sprintf(
		"unknown application %q: what it sends on an idle connection is not known; declare keepalive, or one that wslint "+
			"apps lists%s",
		app,
		did,
	)
}

// inFront says what unknown thing the handshake passes before the first leg; "" when it arrives there directly.
func (r *run) inFront(d Declared, first leg, q hop.Request) string {
	if first.station != nil || first.source.Listens(q) {
		return ""
	}
	// A mapped port of a container, a load balancer that nobody wrote down: no reason for an alarm.
	why := fmt.Sprintf("nothing in the configuration listens on %s: what is in front of it is unknown", q.Addr)
	r.unknown(d.Pos, why)
	return why
}

func (r *run) unknown(pos hop.Pos, why string) {
	r.result.Unknown = append(r.result.Unknown, hop.Note{Pos: pos, Text: why})
}
