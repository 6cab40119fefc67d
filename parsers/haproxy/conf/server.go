package conf

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
)

// A Server is one server line.
type Server struct {
	Line       *Line
	Name       string
	Addr       string // "10.0.0.1:8080", "unix:/run/app.sock"; "" when it is not known, or has no port of its own
	portless   string // its IP address where it is reached on the port that the client came to; "" else
	TLS        bool
	SendsProxy bool // send-proxy or one of its versions
	Source     bool // connections to it come from an address of their own
	backup     bool
	Disabled   bool
	Many       bool   // a server-template: several of the kind
	Unknown    string // why not all of it is known
	// What it is spoken to in: "h1" or "h2", "" for what the rest says; for WebSockets alone "h1", "h2" or "auto".
	proto, ws string
	alpn      []string

	Cookie     bool // it has a value of its own for the backend's cookie
	weightless bool // its weight is 0
	Maxconn    Word // the zero Word without one
	MaxconnPos hop.Pos
}

func (s *Server) Pos() hop.Pos { return s.Line.Pos() }

// parseServer reads a server, server-template or dispatch line, default-server lines included.
func parseServer(p *Proxy, l *Line) *Server {
	s := &Server{Line: l, Name: l.Arg(1)}
	params := l.Rest(3)
	addr := Word{}
	switch {
	case l.Arg(0) == "dispatch":
		s.Name, params = "dispatch", nil
		if len(l.Words) > 1 {
			addr = l.Words[1]
		}
	case l.Arg(0) == "server-template":
		s.Many, params = true, l.Rest(4)
		if len(l.Words) > 3 {
			addr = l.Words[3]
		}
	case len(l.Words) > 2:
		addr = l.Words[2]
	}
	if addr.Why != "" {
		s.Unknown = addr.Why
	} else {
		s.Addr = serverAddress(addr.Value, p.chroot())
		if ip, err := netip.ParseAddr(strings.Trim(addr.Value, "[]")); err == nil && !ip.IsUnspecified() {
			s.portless = ip.String()
		}
	}
	for _, d := range p.ServerDefaults(l) {
		s.params(d.Rest(1))
	}
	s.params(params)
	return s
}

// Portless reports whether the server is reached on the port that the client came to.
func (s *Server) Portless() bool { return s.Addr == "" && s.portless != "" }

// At is the address of a server without a port for clients that came to one; "" for 0, which is none.
func (s *Server) At(port int) string {
	if port == 0 {
		return ""
	}
	return net.JoinHostPort(s.portless, strconv.Itoa(port))
}

// filledInServers are those of a backend that has no server line, and lines that a template makes.
func filledInServers(p *Proxy) []*Server {
	for _, l := range p.Lines {
		if l.isOpen() {
			return []*Server{{Line: l, Name: l.Arg(0), Many: true, Unknown: l.Words[0].Why}}
		}
	}
	return nil
}

// ServerDefaults are the default-server lines whose parameters a server line takes over: those above it.
func (p *Proxy) ServerDefaults(l *Line) (lines []*Line) {
	for _, level := range slices.Backward(p.Levels()) {
		for _, d := range level.beginning("default-server") {
			if d.Is("default-server") && (level != p || d.Words[0].Line < l.Words[0].Line) {
				lines = append(lines, d)
			}
		}
	}
	return lines
}

// params applies the parameters of a line over what is in force.
func (s *Server) params(words []Word) {
	for w, value := range Parameters(words) {
		next := value.Value
		switch w.Value {
		case "ssl":
			s.TLS = true
		case "no-ssl":
			s.TLS = false
		case "send-proxy", "send-proxy-v2", "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn":
			s.SendsProxy = true
		case "no-send-proxy", "no-send-proxy-v2", "no-send-proxy-v2-ssl", "no-send-proxy-v2-ssl-cn":
			s.SendsProxy = false
		case "source":
			s.Source = true
		case "backup":
			s.backup = true
		case "no-backup":
			s.backup = false
		case "disabled":
			s.Disabled = true
		case "enabled":
			s.Disabled = false
		case "cookie":
			s.Cookie = next != ""
		case "weight":
			s.weightless = next == "0"
		case "maxconn":
			if next != "" {
				s.Maxconn, s.MaxconnPos = value, w.Pos()
				s.MaxconnPos.EndCol = value.Pos().EndCol
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
		if why := cmp.Or(value.Why, w.Why); why != "" {
			s.Unknown = why
		}
	}
}

// chroot is the directory that HAProxy locks itself into once it has bound its listeners; "" for none.
func (p *Proxy) chroot() string {
	for _, l := range slices.Backward(p.global) {
		if l.Is("chroot") {
			return l.Arg(1)
		}
	}
	return ""
}

// H2 says why a handshake goes to s in HTTP/2, or may; "" when it does not. Measured: "ws auto" asks for http/1.1
// where alpn has it; in HTTP/2 the handshake is an extended CONNECT (RFC 8441), and a server that does not take
// those, like nginx, makes it 502.
func (s *Server) H2() string {
	why := ""
	switch {
	case s.ws == "h1" || s.proto == "h1":
	case s.proto == "h2" || s.ws == "h2":
		why = "speaks HTTP/2 to the server"
	case s.TLS && slices.Contains(s.alpn, "h2") && !slices.Contains(s.alpn, "http/1.1"):
		why = "lets the server choose HTTP/2"
	}
	if why == "" {
		return ""
	}
	return "server " + s.Name + " " + why + ", where a handshake is an extended CONNECT (RFC 8441): whether the server " +
		"takes that is not known; if it does not, HAProxy answers 502"
}

// serverAddress is the address as requests have it; a server without a port is reached on the port the client came to.
// Where HAProxy has locked itself into a directory, the file of a unix socket is below it.
func serverAddress(a, chroot string) string {
	if i := strings.IndexByte(a, '@'); i >= 0 {
		switch prefix := a[:i]; {
		case prefix == "abns":
			return hop.UnixAddr("@" + a[i+1:])
		case prefix == "unix":
			return hop.UnixAddr(chroot + a[i+1:])
		default:
			a = a[i+1:]
		}
	}
	switch i := strings.LastIndexByte(a, ':'); {
	case strings.HasPrefix(a, "/"):
		return hop.UnixAddr(chroot + a)
	case i < 0 || i == len(a)-1 || strings.ContainsAny(a[i:], "+-"):
		return ""
	case strings.Contains(a[:i], ":") && !strings.HasPrefix(a, "["):
		return "[" + a[:i] + "]" + a[i:]
	}
	return a
}

// Usable are the servers that new clients are spread over: the active ones, else the first backup, else none. That
// they are up is assumed; one of weight 0 only keeps the clients that it has.
func (p *Proxy) Usable() []*Server {
	var active, backup []*Server
	for _, s := range p.Servers {
		switch {
		case s.Disabled || s.weightless:
		case s.backup:
			backup = append(backup, s)
		default:
			active = append(active, s)
		}
	}
	if len(active) > 0 || len(backup) == 0 {
		return active
	}
	if on, _, _ := p.Option("allbackups"); on {
		return backup
	}
	return backup[:1]
}
