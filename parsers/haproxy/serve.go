package haproxy

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// Serve says what becomes of r.
func (c *Config) Serve(r hop.Request) []hop.Case { return c.serve(r, nil) }

// serve says what becomes of r. With a run for all cases, it is without what does not matter to where it gets.
func (c *Config) serve(r hop.Request, briefly *run) []hop.Case {
	list := c.candidates(r.Addr)
	if len(list) == 0 {
		return hop.Only(c.nobody(r))
	}
	var first []hop.Case
	for _, l := range c.prefer(list, r) {
		cases := hop.Cases(r.When, func(a *hop.Assumptions, h *hop.Hop) {
			if briefly == nil {
				*h = new(run).begin(c, a, r, l).serve()
				return
			}
			briefly.begin(c, a, r, l).briefly = true
			*h = briefly.serve()
		})
		if hop.Is(cases[0].Hop.Answer, hop.Answer{}) {
			return cases
		}
		if first == nil {
			first = cases
		}
	}
	return first
}

// prefer orders the listeners that an address without an IP may mean: those that take what arrives come first. A
// known address is one listener.
func (c *Config) prefer(list []*conf.Listener, r hop.Request) []*conf.Listener {
	rank := func(l *conf.Listener) int {
		n := 0
		if l.TLS != r.TLS {
			n += 2
		}
		if l.AcceptProxy != r.ProxyProtocol {
			n++
		}
		return n
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *conf.Listener) int { return rank(a) - rank(b) })
	if r.Addr != "" {
		return list[:1]
	}
	return list
}

// nobody is the hop for an address that nothing listens on.
func (c *Config) nobody(r hop.Request) hop.Hop {
	top := hop.Pos{File: c.File.Name, Line: 1, Col: 1, EndCol: 1}
	h := hop.Hop{Name: "haproxy", Pos: top}
	unread := len(c.Problems) > 0 || len(c.Listeners) == 0 ||
		slices.ContainsFunc(c.Listeners, func(l *conf.Listener) bool { return l.Addr == "?" })
	if unread {
		h.Answer = hop.Unknown[hop.Answer]("bind", top, "nothing that could be read listens on "+r.Addr)
		return h
	}
	h.Answer = hop.Written("nothing listens on "+r.Addr, hop.Answer{Kind: hop.Closed}, top)
	return h
}

// serve takes a request from the socket to a server.
func (r *run) serve() hop.Hop {
	mode := r.mode(r.fe)
	pos := r.l.Pos()
	r.stepLine(r.fe.Title()+", ", r.l.Line, "")
	switch {
	case r.l.Unknown != "" && r.l.Addr != "?":
		r.note(pos, r.l.Unknown)
	}
	for _, l := range []*conf.Line{r.fe.Head, r.l.Line} {
		if !r.maybe(l) {
			r.unknown("bind", pos, l.Maybe+" decides whether anything listens there")
		}
	}
	r.speaks()
	if off, _ := r.fe.Setting("disabled"); off != nil {
		r.close(hop.NoServer, "the "+r.fe.Kind+" is disabled", off.Pos())
	}
	r.tcpRules("connection")
	r.connection(mode == "tcp")
	r.tcpRules("session")
	r.http = mode == "http"
	if r.http && !r.done {
		r.requestLine()
	}
	if !r.done {
		r.tcpRules("content")
	}
	if r.http && !r.done {
		r.httpPhases(r.fe)
	}
	if !r.done {
		r.chooseBackend()
	}
	if !r.done {
		r.enterBackend()
	}
	if !r.done {
		r.forward()
	}
	return r.out
}

// mode is that of a section, asked for where it is not known.
func (r *run) mode(p *conf.Proxy) string {
	mode, why := p.Mode()
	switch {
	case why == "":
		return mode
	case why == conf.OtherFile:
		r.unknown("mode", p.Pos(), why)
		return mode
	}
	pos := p.Pos()
	if l, _ := p.Setting("mode"); l != nil {
		pos = l.Pos()
	}
	if r.decides("mode at "+pos.String(), "the mode is http", "the mode is tcp", why, pos) {
		return "http"
	}
	return "tcp"
}

// speaks settles whether a listener speaks TLS that a template may turn on.
func (r *run) speaks() {
	if !r.l.Open {
		return
	}
	said := "the template turns TLS on for " + words(r.l.Line)
	if r.w.Ask(hop.Question{
		Key: said + " at " + r.l.Pos().String(), Pos: r.l.Pos(), First: r.req.TLS, Yes: said,
		No: strings.Replace(said, "turns", "does not turn", 1), Why: r.l.Unknown,
	}) {
		r.l = r.l.WithTLS(true)
	}
}

// connection is what happens before the first byte of the request. Measured.
func (r *run) connection(tcp bool) {
	pos := r.l.Pos()
	switch {
	case r.l.AcceptProxy && !r.req.ProxyProtocol:
		r.close(hop.PROXYHeader, "accept-proxy and no PROXY header", pos)
	case !r.l.AcceptProxy && r.req.ProxyProtocol && (r.l.TLS || r.req.TLS && !tcp):
		r.close(hop.PROXYHeader, "a PROXY header that bind does not expect", pos)
	case !r.l.AcceptProxy && r.req.ProxyProtocol && !tcp:
		r.status(400, hop.PROXYHeader, "a PROXY header that bind does not expect", pos)
	case r.l.TLS && !r.req.TLS:
		r.close(hop.WrongScheme, "plain text on a port with ssl", pos)
	case !r.l.TLS && r.req.TLS && !tcp:
		r.close(hop.WrongScheme, "TLS on a port without ssl", pos)
	case r.l.Verify:
		if r.req.Whole || !r.w.Ask(hop.Question{
			Key: r.req.ClientCertificate(), Yes: "the client has a certificate", No: "the client has no certificate", Pos: pos,
			Beyond: true,
		}) {
			r.close(hop.Credentials, "verify required", pos)
		}
	case r.l.H2Only && (r.l.TLS || hop.Is(r.req.Proto, "2")):
		// Over TLS a browser may use a connection for the WebSocket that it has opened in HTTP/2.
		r.unknown("bind … proto h2", pos, "what becomes of a handshake in HTTP/2 is not known")
	case r.l.H2Only && !tcp:
		r.close(hop.HTTP2Only, "bind … proto h2, which takes HTTP/2 only", pos)
	}
}

// requestLine makes the checks that come before all rules. Measured.
func (r *run) requestLine() {
	proto, isKnown := r.req.Proto.Get()
	if !isKnown {
		r.unknown("HTTP version", r.fe.Pos(), r.req.Proto.Why())
		return
	}
	r.proto = proto
	if l, _ := r.fe.Setting("monitor-uri"); l != nil && l.Arg(1) == r.target {
		for _, rl := range r.fe.Rules("monitor", "fail") {
			if _, cond := rl.Condition(2); r.holds(rl, cond) {
				r.refuse(503, hop.FromReturn, "monitor fail", rl.Line.Pos())
				return
			}
		}
		r.status(200, hop.FromReturn, "monitor-uri", l.Pos())
		return
	}
	if h := r.header("Host"); len(h.values) > 1 {
		if slices.ContainsFunc(h.values, func(v string) bool { return v != h.values[0] }) {
			r.malformed("two Host headers")
			return
		}
		r.headers["Host"] = r.headers["Host"][:1]
	}
	up, conn, key := r.header("Upgrade"), r.header("Connection"), r.header("Sec-Websocket-Key")
	if up.why == "" && conn.why == "" && key.why == "" && len(key.values) == 0 &&
		slices.Contains(hop.Tokens(up.values), "websocket") && slices.Contains(hop.Tokens(conn.values), "upgrade") &&
		!(r.lenient() && r.atLeast(conf.Version{Major: 3, Minor: 2})) {
		// HAProxy refuses a handshake without a key itself.
		r.malformed("the missing Sec-WebSocket-Key")
	}
	if up.why == "" && conn.why == "" {
		asks := slices.Contains(hop.Tokens(conn.values), "upgrade")
		if r.half = !asks || len(up.values) == 0; r.half && asks != (len(up.values) > 0) &&
			r.atLeast(conf.Version{Major: 3, Minor: 2}) {
			r.dropHalf()
		}
	}
	r.headers["Connection"] = trimConnection(r.headers["Connection"])
	if len(r.headers["Connection"]) == 0 {
		delete(r.headers, "Connection")
	}
}

// malformed answers 400. Its page is HAProxy's own up to 3.0 and from 3.2 on what errorfile and the like put in its
// place. Measured.
func (r *run) malformed(name string) {
	l, _, why := page(400, r.fe)
	if (l != nil || why != "") && r.atLeast(conf.Version{Major: 3, Minor: 2}) {
		r.refuse(400, hop.NoCause, name, r.fe.Pos())
		return
	}
	r.status(400, hop.NoCause, name, r.fe.Pos())
}

// dropHalf takes an Upgrade out without a Connection that asks for it, or such a Connection without an Upgrade, as 3.2
// does when it reads the request. Measured: law HV3.
func (r *run) dropHalf() {
	r.deleteHeader("Upgrade")
	r.written["Upgrade"] = false
	var rest []hop.Setting[string]
	for _, l := range r.headers["Connection"] {
		v, _ := l.Get()
		tokens := slices.DeleteFunc(hop.Tokens([]string{v}), func(s string) bool { return s == "upgrade" })
		if len(tokens) > 0 {
			rest = append(rest, hop.Written(l.Name, strings.Join(tokens, ", "), l.Pos))
		}
	}
	r.headers["Connection"] = rest
}

// lenient reports whether the frontend lets requests pass that break the rules. That it does so with a handshake
// without a key from 3.2 on is measured: law HV3.
func (r *run) lenient() bool {
	for _, name := range []string{"accept-invalid-http-request", "accept-unsafe-violations-in-http-request"} {
		if on, _, _ := r.fe.Option(name); on {
			return true
		}
	}
	return false
}

// enterBackend runs the rules of the backend.
func (r *run) enterBackend() {
	r.out.Name, r.out.Pos = "haproxy "+r.be.Title(), r.be.Pos()
	if off, _ := r.be.Setting("disabled"); off != nil {
		r.noServer("the "+r.be.Kind+" is disabled", off.Pos())
		return
	}
	// HAProxy refuses a frontend in mode http whose backend is in another one.
	if _, why := r.be.Mode(); (!r.http || why == conf.OtherFile) && r.mode(r.be) == "http" {
		// The connection becomes HTTP at the backend; its TLS, if HAProxy does not end it, makes that fail.
		if r.req.TLS && !r.l.TLS {
			r.close(hop.WrongScheme, "TLS for a backend in mode http", r.be.Pos())
			return
		}
		r.http = true
		r.requestLine()
	}
	if r.be == r.fe || r.done {
		return
	}
	for _, rl := range r.be.Rules("tcp-request", "content") {
		r.tcpRule(rl)
	}
	if r.http && !r.done {
		r.httpPhases(r.be)
	}
}
