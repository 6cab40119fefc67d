package nginx

import (
	"iter"
	"maps"
	"net/textproto"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// sample is a request target that the location is meant for and that arrives there. Where everything tried arrives
// elsewhere, that is a fault of a path made for WebSockets, and no endpoint otherwise.
func (e *endpoints) sample(loc *location) (target string, ok bool) {
	var tried []string
	arrives := false
	e.straight = false
	for path := range e.tries(loc) {
		tried = append(tried, path)
		found := e.s.locations().find(asWritten, path)
		if arrives = found.loc == loc || found.why != ""; arrives {
			e.straight = len(tried) == 1 && found.loc == loc && !found.redirect && found.why == ""
			tried[0] = path
			break
		}
	}
	if len(tried) == 0 || !arrives && (loc.name == "/" || loc.re != nil && !strings.HasSuffix(tried[0], socketIO)) {
		return "", false // what it is meant for cannot be made up
	}
	target = escape(tried[0], escapeURI)
	if strings.HasSuffix(target, socketIO) {
		target += "?EIO=4&transport=websocket"
	}
	return target, strings.HasPrefix(target, "/")
}

// socketIO is what all clients of Socket.IO ask for, with the slash, unless they are told otherwise.
const socketIO = "/socket.io/"

// tries are paths that the location could be meant for, the likeliest first: the name itself may have a location of
// its own.
func (e *endpoints) tries(loc *location) iter.Seq[string] {
	name := pathOf(loc)
	switch {
	case strings.HasSuffix(name+"/", socketIO):
		return slices.Values([]string{name + "/"})
	case loc.re != nil:
		return samplesOf(loc.re, 4)
	case loc.modifier == "=":
		return slices.Values([]string{loc.name})
	case loc.name == "/" && loc.scope.one("try_files") != nil:
		return slices.Values([]string{"/ws", "/x"}) // "/" itself names the document root, which exists
	}
	below := strings.TrimSuffix(loc.name, "/")
	return slices.Values([]string{loc.name, below + "/ws", below + "/x"})
}

// otherwise gives the requests for more targets of the location.
func (e *endpoints) otherwise(loc *location, target string) func() []hop.Request {
	one := endpoints{c: e.c, s: e.s, shown: e.shown}
	return func() (list []hop.Request) {
		for _, t := range one.targets(loc, target) {
			list = append(list, one.requests(t)...)
		}
		return list
	}
}

// targets are more targets that arrive at the location: what its name, without a query, meets may be there for that
// name alone. They are what lies below it, unless the name is one that WebSockets have, and what the conditions that
// look at the path or the query ask for.
func (e *endpoints) targets(loc *location, target string) (list []string) {
	add := func(t string) {
		path, _, _ := strings.Cut(t, "?")
		if strings.HasPrefix(t, "/") && t != target && !slices.Contains(list, t) &&
			e.s.locations().find(asWritten, path).loc == loc {
			list = append(list, t)
		}
	}
	for _, d := range slices.Concat(e.s.scope.script, loc.scope.script) {
		words := conditionWords(d)
		if !d.Is("if") || len(words) != 3 || !strings.Contains(words[1], "~") {
			continue
		}
		asked, ok := sampleOf(e.c.pattern(words[2], strings.HasSuffix(words[1], "*")))
		if !ok {
			continue
		}
		if ofPath(words[0]) {
			add(asked)
		}
		if words[0] == "$request_uri" || isQuery(words[0]) {
			add(target + "?" + strings.TrimLeft(asked, "/?") + "1")
		}
	}
	if loc.modifier != "=" && !parsers.NamesWebSocket(loc.name) {
		for path := range e.tries(loc) {
			add(escape(path, escapeURI))
		}
	}
	return list[:min(len(list), maxOtherwise)]
}

// maxOtherwise is how many more targets are tried for one location.
const maxOtherwise = 4

// maxWays bounds the ways in that are tried for one location: addresses times names.
const maxWays = 12

// requests are the ways to reach the server, those over TLS first. A unix socket counts where there is nothing else.
func (e *endpoints) requests(target string) []hop.Request {
	var secure, plain []hop.Request
	unix := func(ls listen) bool { return hop.IsUnix(ls.addr) }
	listens := slices.DeleteFunc(slices.Clone(e.s.listens), unix)
	if len(listens) == 0 {
		listens = e.s.listens
	}
	for _, ls := range listens {
		tls := ls.ssl || e.c.oldSSL(e.s)
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
	port := portOf(ls.addr)
	authority := h.name
	byDefault := "80"
	if tls {
		byDefault = "443"
	}
	if port != byDefault && port != "?" && !h.templated && !hop.IsUnix(ls.addr) {
		authority += ":" + port
	}
	addr := ls.addr
	if strings.HasPrefix(addr, "*:") {
		addr = e.c.reached(port)
	} else if addr == "?" {
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
		Fronted: true, When: conditions(append(slices.Clip(e.shown), e.s.scope.d, ls.d)...),
	}
}

// reached is an address of the machine at which the socket of all addresses takes what comes to a port: loopback,
// unless there is a socket for that, as for a server that only shows its status.
func (c *Config) reached(port string) string {
	for _, host := range []string{"127.0.0.1:", "192.0.2.1:", "198.51.100.1:"} { // beside loopback: RFC 5737
		if c.socketAt[host+port] == nil {
			return host + port
		}
	}
	return ""
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
	templated bool // a template sets it
}

// hosts are names that lead to the server: the plain ones as written, an example for each wildcard or regex.
func (e *endpoints) hosts() []sampleHost {
	var list []sampleHost
	for _, n := range e.s.names {
		switch {
		case n.templated() && len(e.s.names) == 1:
			list = append(list, sampleHost{n.text, true, true}) // what it is nobody knows, but it leads here
		case n.templated() || n.text == "" || n.text == "_":
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
