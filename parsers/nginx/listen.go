package nginx

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// A listen is one address of one listen directive.
type listen struct {
	d *conf.Directive // nil when nginx listens because nothing is written
	// "*:80", "127.0.0.1:8080", "[::]:443", "unix:/run/x.sock"; "?" when a template hides it
	addr                                       string
	implied                                    bool
	ssl, proxyProtocol, http2, byDefault, quic bool
	plainToo                                   bool // it takes requests without TLS on a port with ssl
	unsure                                     bool // a template sets some of its parameters
}

// A socket is one address with the servers behind it.
type socket struct {
	addr                      string
	servers                   []*server
	defaultServer             *server
	ssl, proxyProtocol, http2 *conf.Directive // the listen directive that turned it on; nil when off
	names                     nameTable
	unsureSSL                 bool            // that of one of the servers
	open                      bool            // a template sets what is behind it
	index                     *openIndex      // of an open one
	others                    bool            // of one in force: there may be servers that no request like this is for
	unsure                    *conf.Directive // a listen with parameters that a template sets
	plainToo                  bool            // see listen
	streams                   []*streamServer // instead of servers
	streamDefault             *streamServer   // of several, the one that a connection begins with
}

// portOf is the port of an address; of a unix socket its path.
func portOf(addr string) string { return addr[strings.LastIndexByte(addr, ':')+1:] }

// parseListen reads a listen directive; a range of ports gives several.
func parseListen(d *conf.Directive) []listen {
	l := listen{d: d}
	for _, a := range d.Args[min(1, len(d.Args)):] {
		l.unsure = l.unsure || a.Template
		switch a.Value {
		case "ssl":
			l.ssl = true
		case "proxy_protocol":
			l.proxyProtocol = true
		case "http2":
			l.http2 = true
		case "default_server", "default":
			l.byDefault = true
		case "quic", "xquic": // the other is Tengine's
			l.quic = true
		case "https_allow_http": // Tengine's
			l.plainToo = true
		}
	}
	if l.quic {
		return nil // HTTP/3 over UDP: browsers open WebSockets over TCP
	}
	if len(d.Args) == 0 || d.Args[0].Template || perhaps(d) {
		l.addr = "?"
		return []listen{l}
	}
	host, first, last := splitListen(d.Arg(0))
	if host == "unix" {
		l.addr = hop.UnixAddr(strings.TrimPrefix(d.Arg(0), "unix:"))
		return []listen{l}
	}
	var list []listen
	for port := first; port <= last && port-first < 1000; port++ {
		l.addr = host + ":" + strconv.Itoa(port)
		list = append(list, l)
	}
	return list
}

// splitListen reads "80", "*:80", "127.0.0.1", "127.0.0.1:80", "[::]:80", "localhost:8000-8010", "unix:/path".
func splitListen(s string) (host string, first, last int) {
	if strings.HasPrefix(s, "unix:") {
		return "unix", 0, 0
	}
	host, ports := "*", s
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		host, ports = s[:i], s[i+1:]
	} else if strings.HasSuffix(s, "]") || !allPort(s) {
		host, ports = s, "80"
	}
	from, to, ranged := strings.Cut(ports, "-")
	first, _ = strconv.Atoi(from)
	last = first
	if ranged {
		last, _ = strconv.Atoi(to)
	}
	switch strings.ToLower(host) {
	case "", "*", "0.0.0.0":
		host = "*"
	case "localhost":
		host = "127.0.0.1"
	}
	return strings.ToLower(host), first, last
}

func allPort(s string) bool {
	return s != "" && strings.Trim(s, "0123456789-") == ""
}

// addListeners groups the servers by socket, as nginx does: the first server of a socket is its default unless one
// claims to be.
func (c *Config) addListeners() {
	at := map[string]*socket{}
	c.socketAt = at
	get := func(addr string) *socket {
		l := at[addr]
		if l == nil {
			l = &socket{addr: addr}
			at[addr] = l
			c.sockets = append(c.sockets, l)
		}
		return l
	}
	for _, s := range c.servers {
		for _, ls := range s.listens {
			l := get(ls.addr)
			l.add(s, ls, c)
			l.open = l.open || isOpen(s, ls)
		}
	}
	for _, l := range c.sockets {
		l.names = newNameTable(asWritten, l.servers, l.defaultServer)
		if l.open {
			l.index = newOpenIndex(l, c)
		}
	}
	for _, s := range c.streams {
		for _, ls := range s.listens {
			l := get(ls.addr)
			if len(l.servers) > 0 {
				continue
			}
			if l.streamDefault == nil || ls.byDefault {
				l.streamDefault = s
			}
			l.streams = append(l.streams, s)
		}
	}
	for _, l := range c.sockets {
		if len(l.streams) > 1 {
			servers := make([]*server, len(l.streams))
			for i, s := range l.streams {
				servers[i] = s.server
			}
			l.names = newNameTable(asWritten, servers, l.streamDefault.server)
		}
	}
}

// add puts a server behind the socket, with what its listen says.
func (l *socket) add(s *server, ls listen, c *Config) {
	if len(l.servers) == 0 || l.servers[len(l.servers)-1] != s {
		l.servers = append(l.servers, s)
		l.unsureSSL = l.unsureSSL || s.unsureSSL
	}
	if ls.ssl || ls.d != nil && c.oldSSL(s) {
		l.ssl = ls.d
	}
	if ls.unsure {
		l.unsure = ls.d
	}
	if ls.proxyProtocol {
		l.proxyProtocol = ls.d
	}
	l.plainToo = l.plainToo || ls.plainToo
	if ls.http2 {
		l.http2 = ls.d
	}
	if ls.byDefault || l.defaultServer == nil {
		l.defaultServer = s
	}
}

// isOpen reports whether a template sets about a server, where it listens or what it is called.
func isOpen(s *server, ls listen) bool {
	open := func(d *conf.Directive) bool { return d != nil && len(d.When) > 0 }
	return open(s.scope.d) || open(ls.d) || slices.ContainsFunc(s.names, func(n serverName) bool { return open(n.d) })
}

// speaking is the socket with what a template's parameters of listen make of it: whether it speaks TLS is asked for.
func (l *socket) speaking(r *run) *socket {
	if l.unsure == nil || l.ssl != nil {
		return l
	}
	said := "the template turns TLS on for listen " + l.unsure.Arg(0)
	q := hop.Question{
		Key: said + " at " + l.unsure.Pos().
			String(),
		Pos: l.unsure.Pos(), First: r.request.TLS, Yes: said, No: strings.Replace(said, "turns", "does not turn", 1),
	}
	if !r.w.Ask(q) {
		return l
	}
	c := *l
	c.ssl = l.unsure
	return &c
}

// oldSSL reports `ssl on;`, which older versions than 1.25.1 take for all sockets of a server: where no version is
// declared, it is one of those, since others refuse it.
func (c *Config) oldSSL(s *server) bool {
	if asWritten.find(s.scope, string(conf.SSL), conf.SSL.Rare()).d == nil {
		return false
	}
	on, _ := get(asWritten, s.scope, conf.SSL).Get() // one that a template sets: see connection
	return on && (c.version.Assumed || !c.version.AtLeast(conf.HTTP2Directive))
}

// Listens reports whether one of the servers listens on r.Addr.
func (c *Config) Listens(r hop.Request) bool {
	return r.Addr != "" && len(c.candidates(r.Addr)) > 0
}

// candidates are the listeners that a connection to addr may reach: one, unless addr holds a name that only DNS can
// resolve.
func (c *Config) candidates(addr string) []*socket {
	if addr == "" {
		return c.sockets
	}
	if hop.IsUnix(addr) {
		return c.exactly(addr)
	}
	i := strings.LastIndexByte(addr, ':')
	if i < 0 {
		return nil
	}
	host, port := strings.ToLower(addr[:i]), addr[i+1:]
	v6 := strings.HasPrefix(host, "[")
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if host == "localhost" {
		ip, err = netip.AddrFrom4([4]byte{127, 0, 0, 1}), nil
	}
	if err == nil {
		host = ip.String()
		if v6 {
			host = "[" + host + "]"
		}
		// The most specific address wins. Measured: law L1.
		for _, try := range [][]*socket{c.exactly(host + ":" + port), c.exactly(wildcard(v6) + ":" + port)} {
			if len(try) > 0 {
				return try
			}
		}
		return nil
	}
	return c.onPort(port)
}

func wildcard(v6 bool) string {
	if v6 {
		return "[::]"
	}
	return "*"
}

func (c *Config) exactly(addr string) []*socket {
	if l := c.socketAt[addr]; l != nil {
		return []*socket{l}
	}
	return nil
}

// onPort lists the listeners on a port of whatever address, wildcards first: a name usually leads to an address that
// has no listener of its own.
func (c *Config) onPort(port string) []*socket {
	var wild, other []*socket
	for _, l := range c.sockets {
		if !strings.HasSuffix(l.addr, ":"+port) || strings.HasPrefix(l.addr, "unix:") {
			continue
		}
		if strings.HasPrefix(l.addr, "*:") {
			wild = append(wild, l)
		} else {
			other = append(other, l)
		}
	}
	return append(wild, other...)
}
