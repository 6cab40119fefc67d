package haproxy

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// A server is one server line.
type server struct {
	l        *line
	name     string
	addr     string // "10.0.0.1:8080", "unix:/run/app.sock"; "" when it is not known
	tls      bool
	proxy    bool // send-proxy or one of its versions
	backup   bool
	disabled bool
	many     bool   // a server-template: several of the kind
	unknown  string // why not all of it is known
	// What it is spoken to in: "h1" or "h2", "" for what the rest says; for WebSockets alone "h1", "h2" or "auto".
	proto, ws string
	alpn      []string

	cookie     bool // it has a value of its own for the backend's cookie
	weightless bool // its weight is 0
	maxconn    Word // the zero Word without one
	maxconnPos hop.Pos
}

func (s *server) pos() hop.Pos { return s.l.pos() }

// parseServer reads a server, server-template or dispatch line, default-server lines included.
func parseServer(p *proxy, l *line) *server {
	s := &server{l: l, name: l.arg(1)}
	params := l.rest(3)
	addr := Word{}
	switch {
	case l.arg(0) == "dispatch":
		s.name, params = "dispatch", nil
		if len(l.words) > 1 {
			addr = l.words[1]
		}
	case l.arg(0) == "server-template":
		s.many, params = true, l.rest(4)
		if len(l.words) > 3 {
			addr = l.words[3]
		}
	case len(l.words) > 2:
		addr = l.words[2]
	}
	if addr.Why != "" {
		s.unknown = addr.Why
	} else {
		s.addr = serverAddress(addr.Value)
	}
	for _, level := range slices.Backward(p.levels()) {
		for _, d := range level.lines {
			// Only servers below a default-server line take it over.
			if d.is("default-server") && (level != p || d.words[0].Line < l.words[0].Line) {
				s.params(d.rest(1))
			}
		}
	}
	s.params(params)
	return s
}

// params applies the parameters of a line over what is in force.
func (s *server) params(words []Word) {
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = words[i+1].Value
		}
		switch w.Value {
		case "ssl":
			s.tls = true
		case "no-ssl":
			s.tls = false
		case "send-proxy", "send-proxy-v2", "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn":
			s.proxy = true
		case "no-send-proxy", "no-send-proxy-v2", "no-send-proxy-v2-ssl", "no-send-proxy-v2-ssl-cn":
			s.proxy = false
		case "backup":
			s.backup = true
		case "no-backup":
			s.backup = false
		case "disabled":
			s.disabled = true
		case "enabled":
			s.disabled = false
		case "cookie":
			s.cookie = next != ""
		case "weight":
			s.weightless = next == "0"
		case "maxconn":
			if next != "" {
				s.maxconn, s.maxconnPos = words[i+1], w.Pos()
				s.maxconnPos.EndCol = words[i+1].Pos().EndCol
			}
		case "proto":
			s.proto = next
		case "alpn":
			s.alpn = strings.Split(next, ",")
		case "no-alpn":
			s.alpn = nil
		case "ws":
			s.ws = next
		}
		if w.Why != "" {
			s.unknown = w.Why
		}
	}
}

// h2 says why a handshake goes to s in HTTP/2, or may; "" when it does not. Measured: "ws auto" asks for http/1.1 where alpn has it;
// in HTTP/2 the handshake is an extended CONNECT (RFC 8441), and a server that does not take those, like nginx, makes it 502.
func (s *server) h2() string {
	why := ""
	switch {
	case s.ws == "h1" || s.proto == "h1":
	case s.proto == "h2" || s.ws == "h2":
		why = "speaks HTTP/2 to the server"
	case s.tls && slices.Contains(s.alpn, "h2") && !slices.Contains(s.alpn, "http/1.1"):
		why = "lets the server choose HTTP/2"
	}
	if why == "" {
		return ""
	}
	return "server " + s.name + " " + why + ", where a handshake is an extended CONNECT (RFC 8441): whether the server takes that is not known; if it does not, HAProxy answers 502"
}

// serverAddress is the address as requests have it; a server without a port is reached on the port the client came to.
func serverAddress(a string) string {
	if i := strings.IndexByte(a, '@'); i >= 0 {
		switch prefix := a[:i]; {
		case prefix == "unix" || prefix == "abns":
			return "unix:" + a[i+1:]
		default:
			a = a[i+1:]
		}
	}
	switch i := strings.LastIndexByte(a, ':'); {
	case strings.HasPrefix(a, "/"):
		return "unix:" + a
	case i < 0 || i == len(a)-1 || strings.ContainsAny(a[i:], "+-"):
		return ""
	case strings.Contains(a[:i], ":") && !strings.HasPrefix(a, "["):
		return "[" + a[:i] + "]" + a[i:]
	}
	return a
}

// usable are the servers that new clients are spread over: the active ones, else the first backup, else none. That they are up is
// assumed; one of weight 0 only keeps the clients that it has.
func (p *proxy) usable() []*server {
	var active, backup []*server
	for _, s := range p.servers {
		switch {
		case s.disabled || s.weightless:
		case s.backup:
			backup = append(backup, s)
		default:
			active = append(active, s)
		}
	}
	if len(active) > 0 || len(backup) == 0 {
		return active
	}
	if on, _, _ := p.option("allbackups"); on {
		return backup
	}
	return backup[:1]
}
