package nginx

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// Endpoints finds the locations that seem meant for WebSockets and says how sure that is. Few and true beats many: a
// location that shows no intention is none.
func (c *Config) Endpoints() []hop.Endpoint { return c.endpoints(false) }

// Everywhere finds all locations that pass requests on, for somebody who says that WebSockets enter.
func (c *Config) Everywhere() []hop.Endpoint { return c.endpoints(true) }

func (c *Config) endpoints(all bool) []hop.Endpoint {
	list := make([]hop.Endpoint, 0, len(c.servers))
	for _, s := range c.servers {
		list = append(list, c.endpointsOf(s, all)...)
	}
	return list
}

// endpointsOf are those of one server.
func (c *Config) endpointsOf(s *server, all bool) []hop.Endpoint {
	return (&endpoints{c: c, s: s, all: all}).found()
}

func (e *endpoints) found() []hop.Endpoint {
	e.walk(e.s.locations(), e.s.scope)
	e.fallback()
	e.besides()
	return e.list
}

// Entered is a request target at the first server that is found by its place, whatever its locations show; ok is false
// where there is none, or no way to it.
func (c *Config) Entered(isServer func(at hop.Pos) bool, target string) (e hop.Endpoint, ok bool) {
	for _, s := range c.servers {
		if !isServer(s.scope.pos()) {
			continue
		}
		in := &endpoints{c: c, s: s}
		in.add(s.scope.pos(), escape(target, escapeURI), hop.Possible, "is written there")
		if len(in.list) > 0 {
			return in.list[0], true
		}
	}
	return e, false
}

type endpoints struct {
	c    *Config
	s    *server
	all  bool // a location needs no intention
	list []hop.Endpoint
	// shown are the directives that show the intention of the location in hand: where a template leaves them out, there
	// is no endpoint.
	shown []*conf.Directive
	// own are the paths that the server asks itself for; nil until somebody wants to know.
	own map[string]bool
	// passing are the server's locations that pass requests on, in the order of the text.
	passing []passing
	// alike leaves out locations that fare as one that was judged; nil where each counts.
	alike *alikeLocations
	// straight says that the target that sample found is the first one tried, and arrives as it is.
	straight bool
}

// A passing is a location that passes requests on.
type passing struct {
	loc      *location
	pass     *conf.Directive
	forwards bool // the handshake's Upgrade header, too
	alike    bool // it fares as another one, and was left out
}

func (e *endpoints) walk(ls *locations, up *scope) {
	for _, group := range [][]*location{ls.static, ls.regex} {
		for _, loc := range group {
			e.consider(loc)
			e.walk(&loc.inner, loc.scope)
		}
	}
}

// consider adds the location if it shows an intention to carry WebSockets.
func (e *endpoints) consider(loc *location) {
	if loc.scope.one("internal") != nil {
		return // no client enters there
	}
	e.viaErrorPage(loc)
	from, pass := e.passes(loc)
	if pass == nil {
		e.withoutHandler(loc)
		return
	}
	forwards, _ := e.forwards(from)
	e.passing = append(e.passing, passing{loc: loc, pass: pass, forwards: forwards})
	confidence, why, ok := e.intention(loc, from, pass)
	switch {
	case !ok && (!e.all || e.noEntrance(loc)):
		return
	case !ok:
		confidence, why = hop.Possible, "passes requests on"
	}
	target, ok := e.sample(loc)
	if !ok {
		return
	}
	if switchedOff(loc.scope) {
		confidence = min(confidence, hop.Possible)
	}
	shape := e.alike.shape(e, loc, from, target, confidence, why)
	if e.alike.leavesOut(shape, loc) {
		e.passing[len(e.passing)-1].alike = true
		return
	}
	e.shown = []*conf.Directive{loc.scope.d, pass, e.upgradeLine(from)}
	defer func() { e.shown = nil }()
	pos := loc.scope.pos()
	if d := loc.scope.one("try_files"); from.kind == locationScope && from != loc.scope &&
		(d == nil || d.Arg(len(d.Args)-1) != from.loc.name) {
		pos = from.pos() // of another block's error_page, which is no intention of this one
	}
	e.add(pos, target, confidence, why)
	if last := len(e.list) - 1; last >= 0 && e.list[last].Pos == pos {
		e.list[last].Otherwise = e.otherwise(loc, target)
		e.alike.model(shape, e.list[last])
	}
	below := strings.TrimSuffix(target, "/") + "/ws"
	if (e.replacesName(loc, pass) || e.rewritesBelow(loc)) && e.s.locations().find(asWritten, below).loc == loc {
		sure := hop.Possible
		if e.replacesName(loc, pass) {
			sure = hop.Unlikely // the name itself may be all that is asked for, as /graphql is
		}
		e.add(loc.scope.pos(), below, min(confidence, sure), why+", for the paths below, too")
	}
}

// switchedOff reports whether somebody gave a location a fixed answer, beside the handler that it has.
func switchedOff(l *scope) bool {
	return l.one("return") != nil || slices.ContainsFunc(l.script, func(d *conf.Directive) bool {
		return d.Is("rewrite") && (d.Arg(2) == "permanent" || d.Arg(2) == "redirect") &&
			slices.Contains([]string{"^", ".*", "^.*", "^(.*)", "^(.*)$", "^.*$", "(.*)", "^/(.*)", "^/(.*)$"}, d.Arg(0))
	})
}

// replacesName reports whether a path stands in the place of a name without a slash at its end: what is below it may
// be joined wrongly. Below a name that WebSockets have nothing is asked for.
func (e *endpoints) replacesName(loc *location, pass *conf.Directive) bool {
	_, to, path := splitPass(pass.Arg(0))
	return !e.all && pass.Is("proxy_pass") && !conf.HasVariable(to+path) && path != "" &&
		!parsers.NamesWebSocket(loc.name) && loc.re == nil && loc.modifier != "=" && loc.name != "/" &&
		!strings.HasSuffix(loc.name, "/")
}

// rewritesBelow reports whether a rewrite of the location may lead what is below its name elsewhere than the name.
func (e *endpoints) rewritesBelow(loc *location) bool {
	return !e.all && loc.re == nil && loc.modifier != "=" && loc.name != "/" &&
		slices.ContainsFunc(loc.scope.script, func(d *conf.Directive) bool { return d.Is("rewrite") })
}

// add adds an endpoint for a request target that arrives at pos.
func (e *endpoints) add(pos hop.Pos, target string, confidence hop.Confidence, why string) {
	requests := e.requests(target)
	if len(requests) == 0 {
		return
	}
	e.list = append(e.list, hop.Endpoint{
		Name: urlOf(requests[0]), Pos: pos, Server: e.s.scope.pos(), Requests: requests,
		Confidence: confidence, Why: why, Alike: !e.c.sniffs,
	})
}

// withoutHandler adds a location that is meant to forward WebSockets and passes nothing on: its proxy_pass is missing,
// or stands one level further out, where no location inherits it from.
func (e *endpoints) withoutHandler(loc *location) {
	l := loc.scope
	if e.c.tree.Context == "location" || l.handler != nil || len(loc.inner.static)+len(loc.inner.regex) > 0 ||
		len(l.script) > 0 {
		return
	}
	why := "forwards Upgrade" // what a nested location inherits says nothing of it
	if !slices.ContainsFunc(l.all("proxy_set_header"), setsUpgrade) {
		ofProxy := func(d *conf.Directive) bool { return strings.HasPrefix(d.Name.Value, "proxy_") }
		if !isKnownPath(pathOf(loc)) || !slices.ContainsFunc(l.items, ofProxy) {
			return
		}
		why = "a path for WebSockets, with settings of a proxy"
	}
	if target, ok := e.sample(loc); ok {
		e.add(loc.scope.pos(), target, hop.Likely, why)
	}
}

// fallback adds the named location that takes what the server's own files do not have, for somebody who says that
// WebSockets enter.
func (e *endpoints) fallback() {
	if !e.all || e.s.locations().find(asWritten, "/").loc != nil {
		return
	}
	if named := e.lastResort(e.s.scope); named != nil && carrier(named.scope.handler) != nil {
		e.add(named.scope.pos(), "/ws", hop.Possible, "passes requests on")
	}
}

// besides adds, for a server that forwards Upgrade in one location, the first other one that passes requests to the
// same upstream without it: perhaps a socket is asked for there.
func (e *endpoints) besides() {
	if e.all {
		return
	}
	for _, p := range e.passing {
		if p.forwards || p.alike || p.loc.re != nil || p.pass.Name.Value != "proxy_pass" || e.has(p.loc.scope.pos()) ||
			e.asksItself(p.loc) {
			continue
		}
		i := slices.IndexFunc(
			e.passing,
			func(q passing) bool { return q.forwards && upstreamOf(q.pass) == upstreamOf(p.pass) },
		)
		if i < 0 {
			continue
		}
		if target, ok := e.sample(p.loc); ok {
			e.add(
				p.loc.scope.pos(),
				target,
				hop.Unlikely,
				"passes requests to the same upstream as location "+e.passing[i].loc.name+", which forwards Upgrade",
			)
			return
		}
	}
}

func (e *endpoints) has(pos hop.Pos) bool {
	return slices.ContainsFunc(e.list, func(x hop.Endpoint) bool { return x.Pos == pos })
}

// upstreamOf is where a pass leads, without the path; all of it where a template or a variable may be the scheme.
func upstreamOf(pass *conf.Directive) string {
	scheme, to, _ := splitPass(pass.Arg(0))
	if scheme == "" {
		return pass.Arg(0)
	}
	return scheme + "://" + to
}

// passes finds what passes the location's requests on: its own directive, one in an if, or that of the named location
// it falls back to.
func (e *endpoints) passes(loc *location) (from *scope, pass *conf.Directive) {
	if d := loc.scope.handler; d != nil {
		return loc.scope, carrier(d)
	}
	for _, l := range loc.blocks {
		if d := l.handler; d != nil {
			return l, carrier(d)
		}
	}
	if named := e.lastResort(loc.scope); named != nil {
		return named.scope, carrier(named.scope.handler)
	}
	return nil, nil
}

// lastResort is the named location with a handler that takes what a level's files do not have: its try_files names
// it, or an error_page for 404.
func (e *endpoints) lastResort(l *scope) *location {
	name := ""
	if d := l.one("try_files"); d != nil && len(d.Args) > 0 {
		name = d.Args[len(d.Args)-1].Value
	}
	if name == "" || name == "=404" {
		pages, _, _ := asWritten.list(l, conf.ErrorPage)
		for _, d := range pages {
			if n := len(d.Args); n > 1 && slices.ContainsFunc(d.Args[:n-1], func(w conf.Word) bool { return w.Value == "404" }) {
				name = d.Args[n-1].Value
				break
			}
		}
	}
	named := e.s.locations().named
	i := slices.IndexFunc(named, func(n *location) bool { return n.name == name && n.scope.handler != nil })
	if i < 0 {
		return nil
	}
	return named[i]
}

// carrier passes d through if it could ever open a tunnel.
func carrier(d *conf.Directive) *conf.Directive {
	switch d.Name.Value {
	case "proxy_pass", "uwsgi_pass", "scgi_pass":
		return d
	}
	return nil
}
