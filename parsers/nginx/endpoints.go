package nginx

import (
	"maps"
	"net/textproto"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// Endpoints finds the locations that seem meant for WebSockets and says how sure that is. Few and true beats many: a
// location that shows no intention is none.
func (c *Config) Endpoints() []hop.Endpoint { return c.endpoints(false) }

// Everywhere finds all locations that pass requests on, for somebody who says that WebSockets enter.
func (c *Config) Everywhere() []hop.Endpoint { return c.endpoints(true) }

func (c *Config) endpoints(all bool) []hop.Endpoint {
	var list []hop.Endpoint
	for _, s := range c.servers {
		e := &endpoints{c: c, s: s, all: all}
		e.walk(&s.locations, s.scope)
		e.fallback()
		e.besides()
		list = append(list, e.list...)
	}
	return list
}

type endpoints struct {
	c    *Config
	s    *server
	all  bool // a location needs no intention
	list []hop.Endpoint
	// shown are the directives that show the intention of the location in hand: where a template leaves them out, there
	// is no endpoint.
	shown []*conf.Directive
	// passing are the server's locations that pass requests on, in the order of the text.
	passing []passing
}

// A passing is a location that passes requests on.
type passing struct {
	loc      *location
	pass     *conf.Directive
	forwards bool // the handshake's Upgrade header, too
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
	from, pass := e.passes(loc)
	if pass == nil {
		e.withoutHandler(loc)
		return
	}
	forwards, _ := e.forwards(from)
	e.passing = append(e.passing, passing{loc, pass, forwards})
	confidence, why, ok := e.intention(loc, from, pass)
	switch {
	case !ok && !e.all:
		return
	case !ok:
		confidence, why = hop.Possible, "passes requests on"
	}
	target, ok := e.sample(loc)
	if !ok {
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
	below := strings.TrimSuffix(target, "/") + "/ws"
	if (e.replacesName(loc, pass) || e.rewritesBelow(loc)) && e.s.locations.find(asWritten, below).loc == loc {
		e.add(loc.scope.pos(), below, min(confidence, hop.Possible), why+", for the paths below, too")
	}
}

// replacesName reports whether a path stands in the place of a name without a slash at its end: what is below it may
// be joined wrongly.
func (e *endpoints) replacesName(loc *location, pass *conf.Directive) bool {
	_, address, found := strings.Cut(pass.Arg(0), "://")
	return !e.all && found && pass.Is("proxy_pass") && !conf.HasVariable(address) && strings.Contains(address, "/") &&
		loc.re == nil && loc.modifier != "=" && loc.name != "/" && !strings.HasSuffix(loc.name, "/")
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
	q := requests[0]
	scheme := "ws://"
	if q.TLS {
		scheme = "wss://"
	}
	lines, _ := q.Lines("Host")
	e.list = append(e.list, hop.Endpoint{
		Name: scheme + strings.Join(lines, "") + target, Pos: pos, Server: e.s.scope.pos(), Requests: requests,
		Confidence: confidence, Why: why, Alike: !e.c.sniffs,
	})
}

// withoutHandler adds a location that forwards Upgrade and passes nothing on: its proxy_pass is missing, or stands
// one level further out, where no location inherits it from.
func (e *endpoints) withoutHandler(loc *location) {
	l := loc.scope
	if e.c.tree.Context == "location" || l.handler != nil || len(loc.inner.static)+len(loc.inner.regex) > 0 ||
		len(l.script) > 0 {
		return
	}
	if !slices.ContainsFunc(l.all("proxy_set_header"), setsUpgrade) {
		return // what a nested location inherits says nothing of it
	}
	if target, ok := e.sample(loc); ok {
		e.add(loc.scope.pos(), target, hop.Likely, "forwards Upgrade")
	}
}

// fallback adds the named location that takes what the server's own files do not have, for somebody who says that
// WebSockets enter.
func (e *endpoints) fallback() {
	if !e.all || e.s.locations.find(asWritten, "/").loc != nil {
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
		if p.forwards || p.loc.re != nil || p.pass.Name.Value != "proxy_pass" || e.has(p.loc.scope.pos()) {
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

// upstreamOf is where a proxy_pass leads, without the path.
func upstreamOf(pass *conf.Directive) string {
	scheme, rest, _ := strings.Cut(pass.Arg(0), "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
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
	i := slices.IndexFunc(e.s.locations.named, func(n *location) bool { return n.name == name && n.scope.handler != nil })
	if i < 0 {
		return nil
	}
	return e.s.locations.named[i]
}

// carrier passes d through if it could ever open a tunnel.
func carrier(d *conf.Directive) *conf.Directive {
	switch d.Name.Value {
	case "proxy_pass", "uwsgi_pass", "scgi_pass":
		return d
	}
	return nil
}

// intention judges what the location shows. The levels of confidence are those of the catalogue of causes: forwarding
// Upgrade is the clearest sign, but on a location for everything it is boilerplate.
func (e *endpoints) intention(
	loc *location,
	from *scope,
	pass *conf.Directive,
) (c hop.Confidence, why string, ok bool) {
	forwards, own := e.forwards(from)
	known := knownPath(loc)
	named := func() bool {
		return speaks.MatchString(loc.name) || !strings.Contains(pass.Arg(0), "$") && speaks.MatchString(pass.Arg(0))
	}
	catchAll := loc.name == "/" && loc.modifier == ""
	switch {
	case pass.Name.Value != "proxy_pass":
		return hop.Likely, pass.Name.Value + " on a path for WebSockets", known
	case forwards && e.asksForUpgrade(loc):
		return hop.Certain, "forwards Upgrade and tests $http_upgrade", true
	case forwards && known:
		return hop.Certain, "forwards Upgrade on a path for WebSockets", true
	case forwards && own && !catchAll:
		return hop.Likely, "forwards Upgrade", true
	case forwards && named():
		return hop.Likely, "forwards Upgrade and is named like a WebSocket", true
	case forwards && e.longRead(from) && !(catchAll && !own && e.dedicated(loc)):
		return hop.Likely, "forwards Upgrade and waits long for silence", true
	case forwards && catchAll:
		return hop.Possible, "forwards Upgrade for every path", true
	case known && e.c.fragmentary() && e.inheritsAll(from):
		return hop.Possible, "a path for WebSockets, unless a file that is not here sets its headers", true
	case known:
		return hop.Likely, "a path for WebSockets", true
	case e.notInherited(from) && named():
		return hop.Likely, "is named like a WebSocket where Upgrade is meant to be inherited", true
	case e.notInherited(from) && !e.arrives():
		return hop.Possible, "Upgrade is set further out and not in force here", true
	case e.notInherited(from) && catchAll:
		return hop.Unlikely, "Upgrade is set further out and not in force here", true
	}
	return 0, "", false
}

// dedicated reports whether another location of the server is made for WebSockets.
func (e *endpoints) dedicated(loc *location) bool {
	return slices.ContainsFunc(e.s.locations.static, func(l *location) bool {
		_, own := e.forwards(l.scope)
		return l != loc && own && l.name != "/"
	})
}

// arrives reports whether a header line for Upgrade is in force in any location of the server.
func (e *endpoints) arrives() bool {
	return slices.ContainsFunc(
		slices.Concat(e.s.locations.static, e.s.locations.regex, e.s.locations.named),
		func(l *location) bool {
			forwards, _ := e.forwards(l.scope)
			return forwards && l.scope.handler != nil
		},
	)
}

// forwards reports whether the Upgrade header is set for the level's requests, and whether on that level itself.
func (e *endpoints) forwards(l *scope) (forwards, own bool) {
	list, at, _ := asWritten.list(l, conf.ProxySetHeader)
	for _, d := range list {
		if setsUpgrade(d) {
			return true, at.kind == locationScope || at.kind == ifScope
		}
	}
	return false, false
}

// upgradeLine is the line in force that sends Upgrade on; nil when there is none.
func (e *endpoints) upgradeLine(l *scope) *conf.Directive {
	list, _, _ := asWritten.list(l, conf.ProxySetHeader)
	if i := slices.IndexFunc(list, setsUpgrade); i >= 0 {
		return list[i]
	}
	return nil
}

func setsUpgrade(d *conf.Directive) bool {
	return len(d.Args) == 2 && strings.EqualFold(d.Arg(0), "Upgrade") && d.Arg(1) != ""
}

// inheritsAll reports whether no level that is here sets a header for the level's requests: in a fragment one further
// out may.
func (e *endpoints) inheritsAll(l *scope) bool {
	list, _, _ := asWritten.list(l, conf.ProxySetHeader)
	return len(list) == 0
}

// notInherited reports whether Upgrade is set further out and not in force here.
func (e *endpoints) notInherited(l *scope) bool {
	_, at, _ := asWritten.list(l, conf.ProxySetHeader)
	if at == nil {
		return false
	}
	for up := at.up; up != nil; up = up.up {
		for _, d := range up.all("proxy_set_header") {
			if strings.EqualFold(d.Arg(0), "Upgrade") && d.Arg(1) != "" {
				return true
			}
		}
	}
	return false
}

func (e *endpoints) longRead(l *scope) bool {
	length, known := get(asWritten, l, conf.HandlerOf("proxy_pass").ReadTimeout).Get()
	return known && length >= 5*time.Minute
}

// asksForUpgrade reports whether the location branches on the client's Upgrade header.
func (e *endpoints) asksForUpgrade(loc *location) bool {
	for _, l := range []*scope{loc.scope, e.s.scope} {
		for _, d := range l.all("if") {
			if w := conditionWords(d); len(w) > 0 && strings.EqualFold(w[0], "$http_upgrade") {
				return true
			}
		}
	}
	return false
}

// speaks matches names that people give to WebSocket endpoints and the servers behind them.
var speaks = regexp.MustCompile(
	`(?i)(^|[^a-z])(ws|wss)([^a-z]|$)|websocket|socket\.io|sockjs|(^|[^a-z])sockets?([^a-z]|$)|` +
		`(^|[^a-z])cable([^a-z]|$)|signalr|mqtt|realtime|novnc|websockify|webpack-hmr`,
)

// knownPaths are endpoints that are nothing but WebSockets or fall back from them; those that are as often plain HTTP
// (/graphql, /live, /app, /hub) are left out.
var knownPaths = []string{
	"/ws", "/wss", "/websocket", "/websockets", "/socket", "/socket.io", "/engine.io", "/sockjs", "/sockjs-node",
	"/cable", "/signalr", "/mqtt", "/stomp",
	"/live/websocket", "/socket/websocket", "/connection/websocket", "/api/websocket", "/api/ws", "/api/v4/websocket",
	"/_stcore/stream",
	"/terminals/websocket", "/_next/webpack-hmr", "/__vite_hmr", "/websockify",
	"/notifications/hub", // Vaultwarden, whose own documentation proxies it apart
	"/api/v1/streaming",  // Mastodon's streaming server
	"/livekit-server",    // LiveKit, as its users mount it
	"/wstunnel",
}

// knownPath reports whether the location is one of the known endpoints, by its literal name or, for a regex, its
// sample.
func knownPath(loc *location) bool {
	name := strings.TrimSuffix(strings.ToLower(loc.name), "/")
	if loc.re != nil {
		s, ok := sampleOf(loc.re)
		if !ok {
			return false
		}
		name = strings.TrimSuffix(strings.ToLower(s), "/")
	}
	return slices.Contains(knownPaths, name) || strings.HasSuffix(name, "/websocket") ||
		strings.HasSuffix(name, "/socket.io")
}

// sample is a request target that the location is meant for and that arrives there. Where everything tried arrives
// elsewhere, that is a fault of a path made for WebSockets, and no endpoint otherwise.
func (e *endpoints) sample(loc *location) (target string, ok bool) {
	tries := e.tries(loc)
	if len(tries) == 0 {
		return "", false
	}
	arrives := slices.IndexFunc(tries, func(path string) bool {
		found := e.s.locations.find(asWritten, path)
		return found.loc == loc || found.why != ""
	})
	if arrives < 0 {
		if loc.name == "/" || loc.re != nil {
			return "", false // what it is meant for cannot be made up
		}
		arrives = 0
	}
	target = escape(tries[arrives], escapeURI)
	if strings.HasSuffix(strings.TrimSuffix(target, "/"), "/socket.io") {
		target += "?EIO=4&transport=websocket"
	}
	return target, strings.HasPrefix(target, "/")
}

// tries are paths that the location could be meant for, the likeliest first: the name itself may have a location of
// its own.
func (e *endpoints) tries(loc *location) []string {
	switch {
	case loc.re != nil:
		return samplesOf(loc.re, 4)
	case loc.modifier == "=":
		return []string{loc.name}
	case loc.name == "/" && loc.scope.one("try_files") != nil:
		return []string{"/ws", "/x"} // "/" itself names the document root, which exists
	}
	below := strings.TrimSuffix(loc.name, "/")
	return []string{loc.name, below + "/ws", below + "/x"}
}

// maxWays bounds the ways in that are tried for one location: addresses times names.
const maxWays = 12

// requests are the ways to reach the server, those over TLS first.
func (e *endpoints) requests(target string) []hop.Request {
	var secure, plain []hop.Request
	for _, ls := range e.s.listens {
		if strings.HasPrefix(ls.addr, "unix:") {
			continue
		}
		tls := ls.ssl || oldSSL(e.s, e.c.version)
		for _, h := range e.hosts() {
			r := e.request(ls, h, target, tls)
			if tls {
				secure = append(secure, r)
			} else {
				plain = append(plain, r)
			}
		}
	}
	all := append(secure, plain...)
	return all[:min(len(all), maxWays)]
}

func (e *endpoints) request(ls listen, h sampleHost, target string, tls bool) hop.Request {
	port := ls.addr[strings.LastIndexByte(ls.addr, ':')+1:]
	authority := h.name
	byDefault := "80"
	if tls {
		byDefault = "443"
	}
	if port != byDefault && port != "?" && !h.templated {
		authority += ":" + port
	}
	addr := strings.Replace(ls.addr, "*:", "127.0.0.1:", 1)
	if addr == "?" {
		addr = ""
	}
	header := make(map[string][]hop.Setting[string], len(undeclared)+1)
	maps.Copy(header, undeclared)
	line := hop.Written("Host", authority, hop.Pos{})
	if h.madeUp {
		line = hop.Default("Host", authority, hop.Pos{})
		line.As = hop.Assumed
	}
	header["Host"] = []hop.Setting[string]{line}
	return hop.Request{
		Method: "GET", Host: h.name, Target: target, TLS: tls, Addr: addr, ProxyProtocol: ls.proxyProtocol, Header: header,
		When: conditions(append(slices.Clip(e.shown), e.s.scope.d, ls.d)...),
	}
}

// undeclared are headers that something in front of nginx, or the application in the browser, may add.
var undeclared = func() map[string][]hop.Setting[string] {
	header := map[string][]hop.Setting[string]{}
	for _, name := range []string{"X-Forwarded-Proto", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port",
		"X-Real-IP", "Cookie", "Authorization"} {
		header[textproto.CanonicalMIMEHeaderKey(name)] = []hop.Setting[string]{hop.Unknown[string](name, hop.Pos{},
			"what is in front of nginx is not declared")}
	}
	return header
}()

// A sampleHost is a name that leads to a server.
type sampleHost struct {
	name      string
	madeUp    bool // others lead there, too
	templated bool // a template decides it
}

// hosts are names that lead to the server: the plain ones as written, an example for each wildcard or regex.
func (e *endpoints) hosts() []sampleHost {
	var list []sampleHost
	for _, n := range e.s.names {
		switch {
		case n.templated && len(e.s.names) == 1:
			list = append(list, sampleHost{n.text, true, true}) // what it is nobody knows, but it leads here
		case n.templated || n.text == "" || n.text == "_":
		case n.re != nil:
			if s, ok := sampleOf(n.re); ok {
				list = append(list, sampleHost{name: s, madeUp: true})
			}
		case strings.HasPrefix(n.text, "*"):
			list = append(list, sampleHost{name: "www" + n.text[1:], madeUp: true})
		case strings.HasPrefix(n.text, "."):
			list = append(list, sampleHost{name: n.text[1:], madeUp: true})
		case strings.HasSuffix(n.text, ".*"):
			list = append(list, sampleHost{name: strings.TrimSuffix(n.text, "*") + "example", madeUp: true})
		default:
			list = append(list, sampleHost{name: n.text})
		}
		if len(list) == 4 {
			break
		}
	}
	if len(list) == 0 {
		list = []sampleHost{{name: "localhost", madeUp: true}}
	}
	return list
}
