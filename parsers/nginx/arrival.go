package nginx

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// connection is what happens before the first byte of HTTP. Measured: law X1.
func (r *run) connection() {
	l := r.socket
	switch {
	case (l.proxyProtocol != nil) != r.request.ProxyProtocol:
		r.cause = hop.PROXYHeader
	case r.request.TLS && l.ssl == nil:
		r.cause = hop.WrongScheme
	case r.onlyHTTP2():
		r.cause = hop.HTTP2Only
	}
	defer func() {
		if !r.done {
			r.cause = hop.NoCause
		}
	}()
	switch {
	case l.proxyProtocol != nil && !r.request.ProxyProtocol:
		r.finish(hop.Answer{Kind: hop.Closed}, "listen … proxy_protocol and no PROXY header", l.proxyProtocol.Pos())
	case l.proxyProtocol == nil && r.request.ProxyProtocol && !r.request.TLS:
		// It is taken for the request line, and an error page is asked for before any header is read.
		r.request.Header, r.request.Whole = nil, true
		r.special(400, "a PROXY header that listen does not expect", r.server.scope.pos())
	case l.proxyProtocol == nil && r.request.ProxyProtocol && r.hasErrorPage(400):
		r.unknown(string(conf.ErrorPage), "an error page answers a PROXY header in front of TLS")
	case l.proxyProtocol == nil && r.request.ProxyProtocol:
		r.finish(hop.Answer{Kind: hop.Closed}, "a PROXY header that listen does not expect", r.server.scope.pos())
	case r.request.TLS && l.ssl == nil:
		r.finish(hop.Answer{Kind: hop.Closed}, "TLS on a port without ssl", r.server.scope.pos())
	case r.onlyHTTP2():
		r.finish(
			hop.Answer{Kind: hop.Closed},
			"listen … http2 without ssl, which takes HTTP/2 only before nginx 1.25.1",
			l.http2.Pos(),
		)
	}
	if r.done || r.sslUnknown() || !r.request.TLS {
		return
	}
	s, _, _, why := l.names.find(strings.ToLower(r.request.Host), r.madeUpHost())
	// The versions of the default server hold for all names on the socket. Those of the named server are without effect
	// up to 1.26.3, and narrow them in 1.30.6: measured there, and nowhere between.
	// Those of the named server count on Angie 1.13.0 and Tengine 3.2.0, which are nginx 1.31.2 and 1.31.3: measured
	// there, and on no nginx of that age.
	named := s != nil && r.c.version.AtLeast(conf.Version{Major: 1, Minor: 31}) && r.onlyOldTLS(s.scope) == nil
	switch measured := r.c.version.Flavour == "angie" || r.c.version.Flavour == "tengine"; {
	case named && measured:
	case named && r.onlyOldTLS(l.defaultServer.scope) != nil:
		const why = "whether those of the default server count for other names changed between nginx 1.30.6 and 1.31.2"
		r.unknown("ssl_protocols", why)
		return
	case r.oldTLS(l.defaultServer.scope):
		return
	}
	if d := r.oldTLSOf(s); d != nil && r.atLeast(conf.LastDefaultTLS) {
		if r.atLeast(conf.TLSOfEachServer) {
			r.oldTLS(s.scope)
		} else {
			const why = "whether those of a server that is not the default count changed between nginx 1.26.3 and 1.30.6"
			r.unknown("ssl_protocols", why)
		}
		return
	}
	if why != "" &&
		slices.ContainsFunc(l.servers, func(s *server) bool { return s.scope.one("ssl_reject_handshake") != nil }) {
		r.unknown("server_name", why)
		return
	}
	if s == nil {
		s = l.defaultServer
	}
	if reject := get(r, s.scope, conf.SSLRejectHandshake); !hop.Is(reject, false) {
		r.server = s
		r.enter(s.null(), s.scope)
		if _, ok := need(r, s.scope, conf.SSLRejectHandshake); ok {
			r.finish(hop.Answer{Kind: hop.Closed}, reject.Name, reject.Pos)
		}
	}
}

// onlyHTTP2 reports whether the socket takes nothing but HTTP/2, without TLS.
func (r *run) onlyHTTP2() bool {
	l := r.socket
	return !r.request.TLS && l.ssl == nil && l.http2 != nil && !r.atLeast(conf.HTTP2Directive)
}

// hasErrorPage reports whether something else than nginx may answer a status.
func (r *run) hasErrorPage(status int) bool {
	page, _, why := r.errorPageFor(status)
	return page != nil || why != ""
}

// sslUnknown ends the request where a template decides the old directive ssl of a server behind the socket.
func (r *run) sslUnknown() bool {
	if r.c.version.AtLeast(conf.HTTP2Directive) && !r.c.version.Assumed || !r.socket.unsureSSL {
		return false
	}
	for _, s := range r.socket.servers {
		if !s.unsureSSL {
			continue
		}
		if on := get(r, s.scope, conf.SSL); !on.IsDefault() && !on.IsWritten() {
			r.unknown(on.Name, on.Why())
			return true
		}
	}
	return false
}

// unsureSSL reports whether it takes a request to say if the directive ssl of a level is known. There may be
// thousands of
// servers behind a socket, and each request asks.
func (l *scope) unsureSSL() bool {
	for ; l != nil; l = l.up {
		d := l.one(string(conf.SSL))
		switch {
		case l.unknown != "" || l.open:
			return true
		case d != nil:
			return len(d.When) > 0 || d.Maybe || d.Arg(0) != "on" && d.Arg(0) != "off" || d.Args[0].Template
		}
	}
	return false
}

// requestLine decodes the target.
func (r *run) requestLine() {
	proto, known := r.request.Proto.Get()
	if !known {
		r.unknown("HTTP version", r.request.Proto.Why())
		return
	}
	r.proto = proto
	slashes := get(r, r.server.scope, conf.MergeSlashes)
	merge, known := slashes.Get()
	u, ok := parseTarget(r.request.Target, merge)
	if other, _ := parseTarget(r.request.Target, !merge); !known && other != u {
		r.unknown(slashes.Name, slashes.Why())
		return
	}
	if !ok {
		// An error page is asked for before the headers are read.
		r.request.Header, r.request.Whole, r.request.Target = nil, true, ""
		r.special(400, "the request target", r.server.scope.pos())
		return
	}
	r.path, r.args, r.quoted, r.plusInURI = u.path, u.args, u.quoted, u.plus
}

// hostHeader chooses the server by the Host header. Measured: law L1.
func (r *run) hostHeader() {
	lines, why := r.request.Lines("Host")
	switch {
	case why != "":
		r.unknown("Host", why)
		return
	case len(lines) > 0 && r.socket.names.asWritten[strings.ToLower(lines[0])] != nil:
		r.host = strings.ToLower(lines[0])
	case len(lines) > 0:
		name, port, ok := r.readHost(lines[0])
		if !ok {
			r.request.Header, r.request.Whole = map[string][]hop.Setting[string]{
				"Host": r.request.Header["Host"][:1],
			}, true // browsers send it first
			r.special(400, "the Host header", r.server.scope.pos())
			return
		}
		r.host, r.hostPort = name, port
	}
	r.virtualServer()
	switch {
	case r.done:
	case len(lines) > 1:
		read := r.request.Header["Host"] // nothing that follows the second one
		r.hosts = read
		if r.atLeast(conf.JoinedHeaders) {
			read = read[:1]
		}
		r.request.Header, r.request.Whole = map[string][]hop.Setting[string]{"Host": read}, true
		r.special(400, "two Host headers", r.server.scope.pos())
	case len(lines) == 0 && r.proto != "1.0":
		r.special(400, "the missing Host header", r.server.scope.pos())
	}
}

// readHost is the name and port in a Host header; ok is false where nginx refuses it. Only nginx that is strict about
// it looks at the port.
func (r *run) readHost(header string) (name string, port int, ok bool) {
	name, port, ok = hostName(header, true)
	old, _, okOld := hostName(header, false)
	if ok == okOld && name == old || r.atLeast(conf.StrictHost) {
		return name, port, ok
	}
	return old, 0, okOld
}

// madeUpHost reports whether the name of the host is an example for many.
func (r *run) madeUpHost() bool {
	lines := r.request.Header["Host"]
	return len(lines) == 1 && lines[0].As == hop.Assumed
}

// virtualServer enters the server that the host names; "" is the name of servers without one.
func (r *run) virtualServer() {
	s, groups, re, why := r.socket.names.find(r.host, r.madeUpHost())
	if why != "" {
		r.unknown("server_name", why)
		return
	}
	r.mark(mark{kind: serverChosen})
	if s == nil {
		// A server without a name is meant to be the one for all names, whatever unread files hold.
		if http := r.server.scope.up; http != nil && http.unknown != "" && !r.madeUpHost() {
			r.unknown("server_name", http.unknown)
			return
		}
		switch {
		case r.c.fragmentary() && r.request.Sender != "" && r.server.named():
			r.unknown("server_name", "a server for "+r.host+" may be in another file")
		case !r.madeUpHost() && r.c.mayListen(r.socket, r.host):
			r.unknown("listen", "a template sets where another server listens, which may take "+r.host)
		}
		return
	}
	if groups != nil {
		r.setCaptures(groups, re)
	}
	r.server = s
	r.enter(s.null(), s.scope)
}

// named reports whether a server has a name that requests can have.
func (s *server) named() bool {
	return slices.ContainsFunc(s.names, func(n serverName) bool { return n.text != "" && n.text != "_" })
}

// tlsChecks are those that nginx makes once the server is known. Measured: law X1.
func (r *run) tlsChecks() {
	if r.socket.ssl == nil {
		return
	}
	if !r.request.TLS && r.socket.plainToo {
		return
	}
	if !r.request.TLS {
		r.cause = hop.WrongScheme
		r.special(497, "plain HTTP on a port with ssl", r.socket.ssl.Pos())
		return
	}
	if mode, ok := need(r, r.server.scope, conf.SSLVerifyClient); ok && mode == "on" {
		s := get(r, r.server.scope, conf.SSLVerifyClient)
		if r.hasCertificate(s.Pos) {
			return
		}
		r.cause = hop.Credentials
		r.special(496, s.Name, s.Pos)
	}
}

// headerSizes compares what is declared of the request with large_client_header_buffers. Measured: law Q1.
func (r *run) headerSizes() {
	large, first := get(
		r,
		r.server.scope,
		conf.LargeClientHeaderBuffers,
	), get(
		r,
		r.server.scope,
		conf.ClientHeaderBufferSize,
	)
	buffers, known := large.Get()
	small, sure := first.Get()
	if !known || !sure {
		// Whoever sets them makes room for the headers of his clients: that they are too small is left open.
		why := cmp.Or(large.Why(), first.Why())
		if r.decides(
			"header buffers at "+large.Pos.String(),
			"the header buffers are too small",
			"the header buffers are large enough",
			why,
			large.Pos,
		) {
			r.unknown(large.Name, why)
		}
		return
	}
	line := int64(len(r.request.Method) + len(r.request.Target) + len("  HTTP/1.1\r\n"))
	longest := max(buffers.Size, small)
	if line > longest {
		r.request.Header, r.request.Whole = nil, true
		r.special(414, "large_client_header_buffers", r.server.scope.pos())
		return
	}
	total := line
	for name, lines := range r.request.Header {
		for _, l := range lines {
			v, known := l.Get()
			if !known {
				continue
			}
			n := int64(len(name) + len(v) + len(": \r\n"))
			total += n
			if n > longest {
				r.special(494, "large_client_header_buffers", r.server.scope.pos())
				return
			}
		}
	}
	if total > small+buffers.Number*buffers.Size {
		r.special(494, "large_client_header_buffers", r.server.scope.pos())
	}
}
