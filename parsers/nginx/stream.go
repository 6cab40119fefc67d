package nginx

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// A streamServer is one server block of stream{}: it passes bytes on and knows nothing of HTTP.
type streamServer struct{ *server }

// addStream reads a stream block.
func (c *Config) addStream(l *scope) {
	for _, d := range l.items {
		switch {
		case d.Is("server") && d.HasBlock:
			c.streams = append(c.streams, newStreamServer(d, l))
		case d.Is("upstream"):
			u := &upstream{d: d}
			for _, it := range d.Block {
				if it.Is("server") && len(it.Args) > 0 {
					u.servers = append(u.servers, it)
				}
			}
			c.upstreams["stream "+strings.ToLower(d.Arg(0))] = u
		default:
			define(c.stream, d)
		}
	}
}

func newStreamServer(d *conf.Directive, l *scope) *streamServer {
	s := &server{scope: newScope(serverScope, d, d.Block, l)}
	for _, it := range d.Block {
		switch {
		case it.Is("listen") && !udp(it):
			s.listens = append(s.listens, parseListen(it)...)
		case it.Is("server_name"):
			for _, a := range it.Args {
				n := parseServerName(a)
				n.d = it
				s.names = append(s.names, n)
			}
		}
	}
	return &streamServer{server: s}
}

func udp(listen *conf.Directive) bool {
	for _, a := range listen.Args {
		if a.Value == "udp" {
			return true
		}
	}
	return false
}

// serveStream passes the connection on. One timer ends it, whatever is quiet: proxy_timeout. Measured: law S1.
func (r *run) serveStream() {
	l, s := r.socket, r.socket.streamDefault
	r.server, r.at, r.loc, r.stream = s.server, s.scope, s.null(), s
	r.out.Name, r.out.Pos = "nginx stream server", s.scope.pos()
	several := len(l.streams) > 1
	switch {
	case several && slices.ContainsFunc(l.streams, func(s *streamServer) bool { return s.scope.d.Maybe || s.scope.open }):
		r.unknown("server_name", "a template sets which stream servers listen there, or what they are called")
		return
	case !several && !r.has(s.scope.d):
		*r.out = r.c.closed(r.request)
		return
	}
	i := slices.IndexFunc(s.listens, func(ls listen) bool { return ls.addr == l.addr })
	ls := s.listens[max(i, 0)]
	// What one of the servers says of the socket holds for all of them.
	ls.proxyProtocol, ls.ssl = r.listensForPROXY(), r.endsTLS()
	begins := mark{kind: listensThere, d: ls.d}
	if several {
		begins.path = l.addr
	}
	r.mark(begins)
	if ls.proxyProtocol && !r.request.ProxyProtocol {
		r.cause = hop.PROXYHeader
		r.finish(hop.Answer{Kind: hop.Closed}, "listen … proxy_protocol and no PROXY header", ls.d.Pos())
		return
	}
	r.streamRealIP(ls)
	r.streamAccess()
	switch {
	case r.done:
		return
	case ls.ssl && !r.request.TLS:
		r.cause = hop.WrongScheme
		r.finish(hop.Answer{Kind: hop.Closed}, "plain text on a port with ssl", ls.d.Pos())
		return
	case ls.ssl && r.oldTLS(s.scope):
		return
	}
	if several {
		r.streamByName(ls)
	}
	if !r.done && !(ls.ssl && r.rejectsTLS()) {
		r.streamContent(ls)
	}
}

// rejectsTLS ends the run where ssl_reject_handshake does, which stream knows since 1.25.5.
func (r *run) rejectsTLS() bool {
	reject, known := need(r, r.at, conf.SSLRejectHandshake)
	if known && reject {
		s := get(r, r.at, conf.SSLRejectHandshake)
		r.finish(hop.Answer{Kind: hop.Closed}, s.Name, s.Pos)
	}
	return r.done
}

// streamContent passes on what was let in.
func (r *run) streamContent(ls listen) {
	d := r.one(r.at, "proxy_pass")
	if d != nil && perhaps(d) {
		r.unknown(d.Name.Value, r.whyUnknown(d))
		return
	}
	if d == nil {
		if ret := r.one(r.at, "return"); ret != nil {
			r.unknown("return", "return of a stream server sends bytes of its own")
		} else {
			r.unknown("stream", "the stream server has no proxy_pass")
		}
		return
	}
	r.streamPass(d, ls)
}

// streamByName goes on with the server whose server_name is the name in the ClientHello: where TLS ends here, or where
// the server that the connection began with reads ahead. Addresses are checked before that, by the first one. Since
// nginx 1.25.5. Measured: law S3.
func (r *run) streamByName(ls listen) {
	if !r.request.TLS {
		return
	}
	if !ls.ssl {
		preread := get(r, r.at, conf.SSLPreread)
		read, known := preread.Get()
		if !known {
			r.unknown(preread.Name, preread.Why())
			return
		}
		if !read || r.request.ProxyProtocol && !ls.proxyProtocol {
			return
		}
	}
	sni := r.sni()
	if sni == "" {
		return
	}
	found, groups, re, why := r.socket.names.find(sni, r.madeUpHost())
	if why != "" {
		r.unknown("server_name", why)
		return
	}
	i := slices.IndexFunc(r.socket.streams, func(s *streamServer) bool { return s.server == found })
	if i < 0 {
		if around := r.at.up; around != nil && around.unknown != "" && !r.madeUpHost() {
			r.unknown("server_name", around.unknown)
		}
		return
	}
	if groups != nil {
		r.setCaptures(groups, re)
	}
	s := r.socket.streams[i]
	r.stream, r.server, r.at, r.loc, r.host = s, s.server, s.scope, s.null(), sni
	r.out.Pos = s.scope.pos()
	d := s.scope.d
	if name, named := r.matchingName(); named {
		d = name.d
	}
	r.mark(mark{kind: nameMatches, d: d, path: sni})
}

// sni is the name that a browser says in its ClientHello: that of the URL, unless it is an address.
func (r *run) sni() string {
	if _, err := netip.ParseAddr(strings.Trim(r.request.Host, "[]")); err == nil {
		return ""
	}
	return strings.ToLower(r.request.Host)
}

// streamRealIP takes the client's address from the PROXY header where set_real_ip_from trusts who sends it.
func (r *run) streamRealIP(ls listen) {
	from, _, why := r.list(r.at, conf.SetRealIPFrom)
	peer := r.request.Client.Addr().Unmap()
	switch unix := r.onUnix(); {
	case len(from) == 0 || !ls.proxyProtocol:
	case why != "":
		r.behind, r.realIPWhy = true, why
	case !unix && !peer.IsValid():
		r.behind = true
	case unix && trustsUnix(from), !unix && trusted(from, peer):
		r.behind = true
		if r.realIP = r.request.Announced.Addr().Unmap(); !r.realIP.IsValid() {
			r.realIPWhy, r.realIPOf = "the address in the PROXY header is not known", r.request.AnnouncedAddress()
		}
	}
}

// streamAccess are allow and deny: who is denied is not answered.
func (r *run) streamAccess() {
	if p := r.addressRules(); !r.done && p.status == 403 {
		r.cause = p.cause
		r.finish(hop.Answer{Kind: hop.Closed}, p.name, p.pos)
	}
}

func (r *run) streamPass(d *conf.Directive, ls listen) {
	next := r.request.Clone()
	if ls.ssl {
		next.TLS = false
	}
	ssl, ok := need(r, r.at, conf.ProxySSL)
	if !ok {
		return
	}
	next.TLS = next.TLS || ssl
	if ls.proxyProtocol {
		next.Unannounce()
	}
	mode, ok := need(r, r.at, conf.ProxyProtocol)
	switch {
	case !ok:
		return
	case mode == "off":
	case next.ProxyProtocol:
		r.unknown(string(conf.ProxyProtocol), "two PROXY headers are sent")
		return
	default:
		next.ProxyProtocol, next.AnnouncedAs = true, r.addressOf()
		if a := r.client(); a.IsValid() {
			next.Announced = netip.AddrPortFrom(a, 0)
		}
	}
	if next.Addr = r.streamTarget(d); r.done {
		return
	}
	next.Client = r.source(next.Addr)
	idle := settable(r, r.at, conf.ProxyTimeout)
	r.out.Around = r.around()
	r.out.Idle = []hop.Timer{
		{Setting: idle, Restart: hop.Either, Counts: hop.Bytes, Starts: hop.Opened, Lazy: lazy, Expiry: hop.FIN},
	}
	connect := settable(r, r.at, conf.StreamProxyConnectTimeout)
	for _, s := range []hop.Setting[time.Duration]{idle, connect} {
		if hop.Is(s, 0) {
			r.out.Zero = append(r.out.Zero, s)
			r.finish(hop.Answer{Kind: hop.Closed}, s.Name+" 0", s.Pos)
			return
		}
	}
	r.life()
	r.out.Next = next
	r.finish(hop.Answer{Kind: hop.PassedOn}, "proxy_pass", d.Pos())
}

// streamTarget is the address that a stream's proxy_pass leads to; "" for one that a template decides, which is there
// all the same. One that a variable gives has to be known: where it leads nowhere, nginx closes the connection.
func (r *run) streamTarget(d *conf.Directive) string {
	if len(d.Args) == 0 || d.Args[0].Template {
		return ""
	}
	to := r.expand(d.Arg(0))
	closes := func(cause hop.Cause, name string) string {
		r.cause = cause
		r.finish(hop.Answer{Kind: hop.Closed}, name, d.Pos())
		return ""
	}
	if to.unknown() {
		r.unknown(d.Name.Value, to.why)
		return ""
	}
	if u := r.c.upstreams["stream "+strings.ToLower(to.s)]; u != nil {
		addr, status, name := r.peer(u)
		if status != 0 {
			return closes(hop.NoCause, name)
		}
		return addr
	}
	if file, unix := strings.CutPrefix(to.s, "unix:"); unix {
		return hop.UnixAddr(file)
	}
	if !conf.HasVariable(d.Arg(0)) {
		return to.s
	}
	host, port, err := net.SplitHostPort(to.s)
	if err != nil || host == "" || port == "" {
		return closes(hop.NoCause, "the address that proxy_pass gets")
	}
	if _, err := netip.ParseAddr(host); err != nil {
		switch in := r.find(r.at, string(conf.Resolver), false); {
		case in.why != "":
			r.unknown(string(conf.Resolver), in.why)
		case in.d == nil && r.c.fragmentary():
			r.unknown(string(conf.Resolver), "the resolver and the upstreams may be in another file")
		case in.d == nil:
			return closes(hop.NoResolver, "the missing resolver for "+host)
		}
	}
	return to.s
}

// streamVariable evaluates a variable of the stream module. What a browser says in its ClientHello is known: the name
// of the URL, and of protocols that ALPN names http/1.1 alone for a WebSocket. Measured: law X1.
func (r *run) streamVariable(name string) (text, bool) {
	hello := func(value string, on bool) text {
		if !on || !r.request.TLS || r.request.ProxyProtocol && !r.listensForPROXY() {
			return known("")
		}
		return known(value)
	}
	preread, listens := get(r, r.at, conf.SSLPreread), r.endsTLS()
	read, isKnown := preread.Get()
	if !isKnown && strings.HasPrefix(name, "ssl_preread_") {
		return unknownText(preread.Why()), true
	}
	sni := r.sni()
	switch name {
	case "ssl_preread_server_name":
		return hello(sni, read), true
	case "ssl_preread_protocol":
		return hello("TLSv1.3", read), true
	case "ssl_preread_alpn_protocols":
		return hello("http/1.1", read), true
	case "ssl_server_name":
		return hello(sni, listens), true
	case "protocol":
		return known("TCP"), true
	case "remote_addr":
		return r.clientAddr(), true
	case "realip_remote_addr":
		return r.peerAddr(), true
	case "server_port", "server_addr", "proxy_protocol_addr", "nginx_version":
		return r.builtin(name)
	}
	for _, s := range slices.Backward(r.stream.scope.all("set")) {
		if variableSet(s) == name && !slices.Contains(r.inMap, name) {
			r.inMap = append(r.inMap, name)
			defer func() { r.inMap = r.inMap[:len(r.inMap)-1] }()
			return r.expand(s.Arg(1)), true
		}
	}
	return text{}, false
}

// listensForPROXY and endsTLS report what the listen directive of a stream server says.
func (r *run) listensForPROXY() bool {
	return r.listensSo(func(l listen) bool { return l.proxyProtocol })
}

func (r *run) endsTLS() bool { return r.listensSo(func(l listen) bool { return l.ssl }) }

func (r *run) listensSo(so func(listen) bool) bool {
	return slices.ContainsFunc(r.socket.streams, func(s *streamServer) bool {
		return slices.ContainsFunc(s.listens, func(l listen) bool { return l.addr == r.socket.addr && so(l) })
	})
}
