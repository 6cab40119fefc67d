package haproxy

import (
	"iter"
	"maps"
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// Endpoints finds the ways through the configuration that seem meant for WebSockets. HAProxy passes them on
// everywhere, so that a frontend proves nothing: it takes a condition, a name or a timeout that somebody wrote for
// them. Few and true beats many.
func (c *Config) Endpoints() []hop.Endpoint { return c.endpoints(false) }

// Everywhere finds all ways, for somebody who says that WebSockets enter.
func (c *Config) Everywhere() []hop.Endpoint { return c.endpoints(true) }

func (c *Config) endpoints(all bool) (list []hop.Endpoint) {
	f := newFurther(c, nil)
	walk(c.entries(), all, func(e *entry, rejected bool) bool {
		found := c.endpointsOf(e, all, rejected)
		list = append(list, found...)
		f.first(e, len(found) > 0)
		return len(found) > 0
	}, func(e *entry) {
		if f.otherwise(e) {
			list = append(list, c.endpointsOf(e, false, false)...)
		}
	})
	return list
}

// An entry is a way on which connections may come in, with what it shows of WebSockets.
type entry struct {
	way
	from       *conf.Proxy
	http       bool // of the frontend
	confidence hop.Confidence
	why        string
	shows      bool // that it is meant for WebSockets

	found [2]finding // without and with what turns handshakes away
}

// entries are those of all frontends whose mode is known, or may be http.
func (c *Config) entries() (list []entry) {
	most := 0
	for _, f := range c.Proxies {
		most += len(f.Routes.List) + 1
	}
	list = make([]entry, 0, most)
	for _, f := range c.Proxies {
		mode, why := f.Mode()
		if !f.Frontend() || why == conf.OtherFile {
			continue
		}
		for _, w := range c.ways(f) {
			e := entry{way: w, from: f, http: mode == "http" || why != ""}
			if e.confidence, e.why, e.shows = w.intention(); !e.shows {
				e.confidence, e.why = hop.Possible, "passes connections on"
			}
			list = append(list, e)
		}
	}
	return list
}

// walk has found look for endpoints of the entries of each backend, until it finds some, and hands further those that
// are meant for WebSockets and come after it: handshakes may fare otherwise there. A frontend that turns all handshakes
// away counts only for what is meant for them, where no other leads there: rejected says that it is looked for such.
func walk(entries []entry, all bool, found func(e *entry, rejected bool) bool, further func(e *entry)) {
	seen := map[*conf.Proxy]bool{}
	for _, rejected := range []bool{false, true} {
		for i := range entries {
			e := &entries[i]
			meant := e.http && e.shows && (!rejected || e.confidence >= hop.Likely)
			anyway := all && (!rejected || e.shows && e.confidence >= hop.Likely)
			switch {
			case !meant && !anyway:
			case !seen[e.to]:
				seen[e.to] = found(e, rejected)
			case meant && !all && !rejected:
				further(e)
			}
		}
	}
}

// endpointsOf finds the endpoints of an entry; of all, one is enough to ask about.
func (c *Config) endpointsOf(e *entry, all, rejected bool) (list []hop.Endpoint) {
	handshakes := c.through
	if rejected {
		handshakes = c.turnedAway
	}
	for _, at := range e.places(c) {
		x, ok := c.endpoint(e.from, e.way, at, handshakes)
		if !ok {
			continue
		}
		x.Confidence, x.Why = e.confidence, e.why
		if e.http {
			x.Server, x.Forwards, x.Alike = e.from.Pos(), true, c.alike
		}
		if all {
			return []hop.Endpoint{x}
		}
		if rejected {
			list = append(list, x)
		} else {
			list = append(list, c.apart(x)...)
		}
	}
	return list
}

// A way leads from a frontend to a backend.
type way struct {
	to   *conf.Proxy
	line *conf.Line      // nil for the section's own servers
	cond *conf.Condition // nil for none
	// alternative says which of those of the condition leads there.
	alternative int
	// alike are numbers of the listeners of its frontend: those with one fare alike, but for 0. It is nil where that is
	// not known.
	alike []int
}

func (c *Config) ways(f *conf.Proxy) []way {
	var list []way
	for _, route := range f.Routes.List {
		l, args, cond := route.Line, route.Args, route.Cond
		switch {
		case len(args) != 1:
		case c.Find(args[0].Value) != nil:
			for i := range alternatives(cond) {
				list = append(list, way{to: c.Find(args[0].Value), line: l, cond: cond, alternative: i})
			}
		case strings.Contains(args[0].Value, "%["), args[0].Why != "":
			for _, to := range f.Unnamed {
				list = append(list, way{to: to, line: l, cond: cond})
			}
		}
	}
	last, _ := f.InForce("default_backend")
	for _, l := range last {
		if to := c.Find(l.Arg(1)); to != nil {
			list = append(list, way{to: to, line: l})
		} else if len(l.Words) > 1 && l.Words[1].Why != "" {
			for _, to := range f.Unnamed {
				list = append(list, way{to: to, line: l})
			}
		}
	}
	if n := len(last); (n == 0 || last[n-1].Maybe != "") && f.Backend() && len(f.Servers) > 0 {
		list = append(list, way{to: f})
	}
	return list
}

// maxAlternatives is how many alternatives of one condition are looked at.
const maxAlternatives = 4

// alternatives counts those of a condition.
func alternatives(cond *conf.Condition) int {
	if cond == nil {
		return 1
	}
	suites, _ := cond.Terms()
	return max(1, min(len(suites), maxAlternatives))
}

// intention judges what a way shows.
func (w way) intention() (confidence hop.Confidence, why string, ok bool) {
	for e := range w.tests() {
		name := e.Expr.Fetch.Name
		if (name == "hdr" || name == "req.hdr" || name == "req.fhdr") && strings.EqualFold(e.Expr.Fetch.Arg(0), "Upgrade") &&
			slices.ContainsFunc(e.Patterns, func(p conf.Word) bool { return strings.EqualFold(p.Value, "websocket") }) {
			return hop.Certain, "tests the Upgrade header", true
		}
		if header := e.Expr.Fetch.Arg(0); strings.HasPrefix(strings.ToLower(header), "sec-websocket-") {
			return hop.Certain, "tests " + header, true
		}
	}
	for e := range w.tests() {
		if strings.HasPrefix(e.Expr.Fetch.Name, "path") &&
			slices.ContainsFunc(e.Patterns, func(p conf.Word) bool { return parsers.NamesWebSocket(p.Value) }) {
			return hop.Likely, "a path for WebSockets", true
		}
	}
	if parsers.NamesWebSocket(w.to.Name) {
		return hop.Likely, "is named like a WebSocket", true
	}
	if slices.ContainsFunc(w.to.Lines, setsUpgrade) {
		return hop.Likely, "sets Upgrade", true
	}
	if slices.ContainsFunc(w.to.Lines, func(l *conf.Line) bool { return l.Is("timeout", "tunnel") && l.Arg(2) != "0" }) {
		return hop.Possible, "has a timeout tunnel of its own", true
	}
	return 0, "", false
}

// setsUpgrade reports whether a line writes the header that only handshakes have.
func setsUpgrade(l *conf.Line) bool {
	return (l.Is("http-request", "set-header") || l.Is("http-request", "add-header")) &&
		strings.EqualFold(l.Arg(2), "Upgrade")
}

// tests are the ACL expressions that must hold on the way.
func (w way) tests() iter.Seq[*conf.ACL] {
	return func(yield func(*conf.ACL) bool) {
		if w.cond == nil || w.cond.Unless {
			return
		}
		suites, missing := w.cond.Terms()
		if missing || w.alternative >= len(suites) {
			return
		}
		for _, t := range suites[w.alternative] {
			tests := w.cond.Proxy.Tests(t.Name.Value)
			if t.Inline != nil && !t.Negated && !t.Inline.Never() && !yield(&t.Inline.ACL) {
				return
			}
			if t.Inline != nil || t.Negated {
				continue
			}
			for i := range tests {
				if !tests[i].Never() && !yield(&tests[i].ACL) {
					return
				}
			}
		}
	}
}

// endpoint makes up handshakes for a place that the way is for: be it that only some clients get through, or none.
func (c *Config) endpoint(
	f *conf.Proxy, w way, at place, handshakes func(f *conf.Proxy, w way, host, target string) []hop.Request,
) (e hop.Endpoint, ok bool) {
	for _, t := range []string{at.target, below(at.target)} {
		if e.Requests = handshakes(f, w, at.host, t); len(e.Requests) > 0 {
			break
		}
	}
	if len(e.Requests) == 0 {
		return e, false
	}
	e.Name, e.Pos = nameOf(e.Requests[0]), w.to.Pos()
	return e, true
}

// below is where WebSockets often are below a path.
func below(target string) string { return strings.TrimSuffix(target, "/") + "/ws" }

// nameOf is the URL that a request is for.
func nameOf(q hop.Request) string {
	lines, _ := q.Lines("Host")
	return urlOf(q.TLS, strings.Join(lines, ""), q.Target)
}

func urlOf(tls bool, authority, target string) string {
	if tls {
		return "wss://" + authority + target
	}
	return "ws://" + authority + target
}

// through are handshakes for a path that take the way, for some clients at least. A port that browsers would not take
// by themselves is often the inner end of a mapping, and the Host then has another one or none.
func (c *Config) through(f *conf.Proxy, w way, host, target string) (list []hop.Request) {
	briefly := c.spare()
	defer c.spares.Put(briefly)
	for _, mapped := range []bool{false, true} {
		for _, secure := range []bool{true, false} {
			led := map[int]bool{}
			for i, b := range f.Binds {
				if b.Open {
					b = b.WithTLS(secure)
				}
				if b.TLS != secure || !enterable(f, b) || mapped && (b.First == 0 || b.First == standardPort(b)) {
					continue
				}
				q := request(b, host, target, mapped)
				n := 0
				if w.alike != nil {
					n = w.alike[i]
				}
				does, known := led[n]
				if n == 0 || !known {
					does = c.leads(trial{f, i, host, target, mapped, secure, false}, w.to, func() (to []hop.Pos) {
						for _, k := range c.serve(q, briefly) {
							if hop.Is(k.Hop.Answer, hop.Answer{}) {
								to = append(to, k.Hop.Pos)
							}
						}
						return to
					})
					led[n] = does
				}
				if does {
					list = append(list, q)
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b hop.Request) int { return rank(a) - rank(b) })
	return list
}

// rank puts handshakes behind others that arrive where nothing says.
func rank(q hop.Request) int { return strings.Count(q.Addr[:1], "?") }

// enterable reports whether handshakes may come in at a listener: one that has a port, if not one that is known, and
// another one where the frontend has nothing else.
func enterable(f *conf.Proxy, b *conf.Listener) bool {
	onPort := func(b *conf.Listener) bool { return b.First != 0 || b.Addr == "?" && !b.Local }
	return onPort(b) || !slices.ContainsFunc(f.Binds, onPort)
}

// turnedAway are handshakes that would take the way if no rule answered them before: that none gets through is a
// fault of its own.
func (c *Config) turnedAway(f *conf.Proxy, w way, host, target string) (list []hop.Request) {
	if len(w.to.Servers) == 0 {
		return nil // it is made to answer itself
	}
	for i, b := range f.Binds {
		if !enterable(f, b) {
			continue
		}
		q := request(b, host, target, false)
		if c.leads(trial{f, i, host, target, false, false, true}, w.to, func() (to []hop.Pos) {
			hop.Cases(nil, func(a *hop.Assumptions, h *hop.Hop) {
				r := new(run).begin(c, a, q, b)
				r.http = true
				r.requestLine()
				if r.chooseBackend(); r.be != nil {
					to = append(to, r.be.Pos())
				}
				*h = r.out
			})
			return to
		}) {
			list = append(list, q)
		}
	}
	return list
}

// A trial is a handshake that is tried at a listener of a frontend, to see where it leads.
type trial struct {
	f                        *conf.Proxy
	bind                     int
	host, target             string
	mapped, secure, rejected bool
}

// leads reports whether a handshake gets to a section. A name that a template fills in may be that of each of many
// backends, to which the same handshakes are tried: where these get is remembered.
func (c *Config) leads(t trial, to *conf.Proxy, follow func() []hop.Pos) bool {
	if !c.Template {
		return slices.Contains(follow(), to.Pos())
	}
	c.trying.Lock()
	defer c.trying.Unlock()
	got, known := c.trials[t]
	if !known {
		got = follow()
		if c.trials == nil {
			c.trials = map[trial][]hop.Pos{}
		}
		c.trials[t] = got
	}
	return slices.Contains(got, to.Pos())
}

// standardPort is the port that a browser takes where the URL has none.
func standardPort(b *conf.Listener) int {
	if b.TLS {
		return 443
	}
	return 80
}

// request is a handshake as it arrives at the listener, which is mapped where browsers connect to a standard port
// instead.
func request(b *conf.Listener, host, target string, mapped bool) hop.Request {
	header := maps.Clone(ofHandshakes())
	header["Host"] = []hop.Setting[string]{hop.Written("Host", authority(b, host, mapped), hop.Pos{})}
	return hop.Request{
		Method: "GET", Host: host, Target: target, TLS: b.TLS, ProxyProtocol: b.AcceptProxy, Fronted: true,
		Addr: addressOf(b), When: there(b),
		Proto:  hop.Written("the browser's HTTP version", "1.1", hop.Pos{}),
		Header: header,
	}
}

// there are the conditions of the configuration's own on which a listener is there.
func there(b *conf.Listener) (when []hop.Condition) {
	for _, l := range []*conf.Line{b.Proxy.Head, b.Line} {
		for _, branch := range l.When {
			when = append(when, branch.Question(l.Pos()).Taken(branch.Holds))
		}
	}
	return when
}

// authority is what browsers put into the Host.
func authority(b *conf.Listener, host string, mapped bool) string {
	if b.First != standardPort(b) && b.First != 0 && !mapped {
		return host + ":" + strconv.Itoa(b.First)
	}
	return host
}

// addressOf is where connections to a listener arrive; at one whose address is not known it is one that nothing else
// has.
func addressOf(b *conf.Listener) string {
	if b.Addr == "?" {
		return "?" + strings.ReplaceAll(b.Pos().String(), ":", ",") // no host and no port
	}
	if hop.IsUnix(b.Addr) {
		return b.Addr
	}
	addr := map[string]string{"*": "127.0.0.1", "[::]": "::1"}[b.Addr]
	if addr == "" {
		addr = strings.Trim(b.Addr, "[]")
	}
	return net.JoinHostPort(addr, strconv.Itoa(b.First))
}

// ofHandshakes are the headers of handshakes, and those that something in front may add, without Host. They are made
// once: large configurations have many handshakes, which share them.
var ofHandshakes = sync.OnceValue(func() map[string][]hop.Setting[string] {
	header := map[string][]hop.Setting[string]{}
	for name, value := range map[string]string{
		"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "q3Vx0kT8h1mJ2sZc9bYw5A==",
		"Sec-WebSocket-Version": "13",
	} {
		header[textproto.CanonicalMIMEHeaderKey(name)] = []hop.Setting[string]{hop.Written(name, value, hop.Pos{})}
	}
	for _, name := range []string{"X-Forwarded-Proto", "X-Forwarded-For", "X-Real-IP", "X-Forwarded-Host",
		"X-Forwarded-Port", "Cookie", "Authorization"} {
		header[textproto.CanonicalMIMEHeaderKey(name)] = []hop.Setting[string]{
			hop.Unknown[string](name, hop.Pos{}, "what is in front of HAProxy is not declared"),
		}
	}
	return header
})
