package haproxy

import (
	"iter"
	"slices"
	"strings"

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
