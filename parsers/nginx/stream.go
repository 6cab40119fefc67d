package nginx

import (
	"net/netip"
	"strings"
	"time"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// A streamServer is one server block of stream{}: it passes bytes on and knows nothing of HTTP.
type streamServer struct {
	scope   *scope
	listens []listen
}

// addStream reads a stream block.
func (c *Config) addStream(l *scope) {
	for _, d := range l.items {
		switch {
		case d.Is("server") && d.HasBlock:
			s := &streamServer{scope: newScope(serverScope, d, d.Block, l)}
			for _, it := range d.Block {
				if it.Is("listen") && !udp(it) {
					s.listens = append(s.listens, parseListen(it)...)
				}
			}
			c.streams = append(c.streams, s)
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

func udp(listen *conf.Directive) bool {
	for _, a := range listen.Args {
		if a.Value == "udp" {
			return true
		}
	}
	return false
}

// serveStream passes the connection on. One timer ends it, whatever is quiet: proxy_timeout. Measured: law S1.
func (c *Config) serveStream(w *hop.Assumptions, s *streamServer, req hop.Request) hop.Hop {
	r := c.newRun(w, req, nil, &server{scope: s.scope, null: &location{scope: s.scope}})
	r.at, r.loc = s.scope, r.server.null
	r.out.Name, r.out.Pos = "nginx stream server", s.scope.pos()
	defer func() { r.out.Name = "nginx stream server" }()
	if !r.has(s.scope.d) {
		return c.closed(req)
	}
	ls := s.listens[0]
	for _, l := range s.listens {
		if strings.HasSuffix(req.Addr, l.addr[strings.LastIndexByte(l.addr, ':')+1:]) {
			ls = l
		}
	}
	switch {
	case ls.proxyProtocol && !req.ProxyProtocol:
		r.cause = hop.PROXYHeader
		r.finish(hop.Answer{Kind: hop.Closed}, "listen … proxy_protocol and no PROXY header", ls.d.Pos())
		return *r.out
	case ls.ssl && !req.TLS:
		r.cause = hop.WrongScheme
		r.finish(hop.Answer{Kind: hop.Closed}, "plain text on a port with ssl", ls.d.Pos())
		return *r.out
	}
	d := r.one(s.scope, "proxy_pass")
	if d != nil && perhaps(d) {
		r.unknown(d.Name.Value, r.whyUnknown(d))
		return *r.out
	}
	if d == nil {
		if ret := r.one(s.scope, "return"); ret != nil {
			r.unknown("return", "return of a stream server sends bytes of its own")
		} else {
			r.unknown("stream", "the stream server has no proxy_pass")
		}
		return *r.out
	}
	r.streamPass(d, ls)
	return *r.out
}

func (r *run) streamPass(d *conf.Directive, ls listen) {
	next := r.request.Clone()
	next.Client = netip.AddrPort{}
	if ls.ssl {
		next.TLS = false
	}
	ssl, ok := need(r, r.at, conf.ProxySSL)
	if !ok {
		return
	}
	next.TLS = next.TLS || ssl
	if ls.proxyProtocol {
		next.ProxyProtocol = false
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
		next.ProxyProtocol = true
	}
	to := r.streamTarget(d)
	if to.unknown() {
		next.Addr = ""
	} else {
		next.Addr = to.s
		if u := r.c.upstreams["stream "+strings.ToLower(to.s)]; u != nil {
			next.Addr, _, _ = r.peer(u)
		}
	}
	idle := get(r, r.at, conf.ProxyTimeout)
	r.out.Idle = []hop.Timer{
		{Setting: idle, Restart: hop.Either, Counts: hop.Bytes, Starts: hop.Opened, Lazy: lazy, Expiry: hop.FIN},
	}
	connect := get(r, r.at, conf.StreamProxyConnectTimeout)
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

// streamTarget evaluates the address; maps of stream{} see what the TLS preread shows.
func (r *run) streamTarget(d *conf.Directive) text {
	if len(d.Args) == 0 || d.Args[0].Template {
		return unknownText("the address is not known")
	}
	t := known("")
	for _, p := range conf.Parts(d.Arg(0)) {
		switch def := r.c.stream[p.Variable]; {
		case p.Variable == "":
			t = t.plus(known(p.Lit))
		case p.Variable == "ssl_preread_server_name" && r.request.TLS:
			t = t.plus(known(r.request.Host))
		case def != nil && def.kind == "map" && def.source == "$ssl_preread_server_name" && r.request.TLS:
			entry, _, _, why := def.table.find(r.request.Host)
			if why != "" || entry == nil {
				return unknownText("the map of $" + p.Variable + " does not say where to")
			}
			t = t.plus(known(entry.Arg(0)))
		default:
			return unknownText("$" + p.Variable + " is not known")
		}
	}
	return t
}
