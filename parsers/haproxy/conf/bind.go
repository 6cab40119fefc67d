package conf

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
)

// A Listener is one address of a bind line.
type Listener struct {
	Proxy       *Proxy
	Line        *Line
	Addr        string // "*:80", "[::]:443", "10.0.0.1:80", as hop.UnixAddr "unix:/run/x"; "?" when it is not known
	First, Last int    // ports; 0 for unix sockets
	Both        bool   // an IPv6 wildcard that takes IPv4 too
	TLS         bool
	AcceptProxy bool
	Verify      bool // insists on a client's certificate
	Asks        bool // asks for one
	H2Only      bool
	ALPN        []string // the protocols of alpn; nil without one
	NoALPN      bool
	Unknown     string
	Local       bool // without a known address: nothing that other machines connect to
	Open        bool // a template may turn TLS on
}

func (b *Listener) Pos() hop.Pos { return b.Line.Pos() }

// parseBind reads the addresses of a bind line; all of them share its parameters.
func parseBind(p *Proxy, l *Line) []*Listener {
	words := l.Rest(1)
	if len(words) == 0 {
		return nil
	}
	proto := Listener{Proxy: p, Line: l}
	for w, value := range Parameters(words[1:]) {
		next := value.Value
		switch w.Value {
		case "ssl":
			proto.TLS = true
		case "accept-proxy":
			proto.AcceptProxy = true
		case "v4v6":
			proto.Both = true
		case "verify":
			proto.Verify, proto.Asks = next == "required", next != "none"
		case "proto":
			proto.H2Only = next == "h2"
		case "alpn":
			proto.ALPN = strings.Split(next, ",")
		case "no-alpn":
			proto.NoALPN = true
		}
		if why := cmp.Or(value.Why, w.Why); why != "" {
			proto.Unknown = why
		}
		proto.Open = proto.Open || w.mayBeSSL()
	}
	addresses := strings.Split(words[0].Value, ",")
	if w := words[0]; w.FilledIn() {
		// Parameters come along with an address that is filled in as a whole, or with a block behind it.
		text, _ := w.around()
		proto.Open = proto.Open || !strings.Contains(text, ":") || slices.Contains(strings.Fields(text), "ssl")
		addresses = []string{w.Value}
	}
	var list []*Listener
	for _, a := range addresses {
		if b := proto; b.parse(a, words[0].Why) {
			b.Open = b.Open && !b.TLS
			list = append(list, &b)
		}
	}
	return list
}

// filledIn is the listener of a section that has no bind line, and a line that a template makes.
func filledIn(p *Proxy) []*Listener {
	for _, l := range p.Lines {
		if l.isOpen() {
			return []*Listener{{Proxy: p, Line: l, Addr: "?", Unknown: l.Words[0].Why, Open: true}}
		}
	}
	return nil
}

// prefixed is the file of a unix socket that is bound: unix-bind may put something before it.
func prefixed(p *Proxy, file string) string {
	for _, l := range slices.Backward(p.global) {
		if i := slices.IndexFunc(l.Words, func(w Word) bool { return w.Value == "prefix" }); l.Is("unix-bind") && i > 0 {
			return l.Arg(i+1) + file
		}
	}
	return file
}

// parse reads one address, with why it is not known; ok is false for one that no browser can reach.
func (b *Listener) parse(a, why string) (ok bool) {
	prefix := ""
	if i := strings.IndexByte(a, '@'); i >= 0 {
		prefix, a = a[:i], a[i+1:]
	}
	switch {
	case strings.HasPrefix(prefix, "quic"), strings.HasPrefix(prefix, "udp"), prefix == "sockpair":
		return false
	case prefix == "fd":
		b.Addr, b.Unknown, b.Local = "?", "bind fd@ takes a socket from whoever starts HAProxy", true
		return true
	case why != "":
		b.Addr, b.Unknown = "?", why
		b.Local = prefix == "abns" || prefix == "unix" || strings.HasPrefix(a, "/")
		return true
	case prefix == "abns":
		b.Addr = hop.UnixAddr("@" + a)
		return true
	case prefix == "unix" || strings.HasPrefix(a, "/"):
		b.Addr = hop.UnixAddr(prefixed(b.Proxy, a))
		return true
	}
	i := strings.LastIndexByte(a, ':')
	if i < 0 {
		return false
	}
	host, ports := strings.Trim(a[:i], "[]"), a[i+1:]
	low, high, isRange := strings.Cut(ports, "-")
	first, err := strconv.Atoi(low)
	b.First, b.Last = first, first
	if isRange {
		b.Last, _ = strconv.Atoi(high)
	}
	if err != nil {
		b.Addr, b.Unknown = "?", "the port "+ports+" is not known"
		return true
	}
	switch {
	case host == "" || host == "*" || host == "0.0.0.0":
		b.Addr = "*"
		if strings.HasPrefix(prefix, "ipv6") {
			b.Addr = "[::]"
		}
	case host == "::":
		b.Addr = "[::]"
	default:
		b.Addr = strings.ToLower(host)
		if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
			b.Addr = "[" + ip.String() + "]"
		}
	}
	if b.Addr == "localhost" {
		b.Addr = "127.0.0.1"
	}
	return true
}

// On reports whether the listener has the address, spelled as in addr, and the port.
func (b *Listener) On(host string, port int) bool {
	return b.Addr == host && b.First > 0 && port >= b.First && port <= b.Last
}

// WithTLS is the listener as one that speaks TLS, or does not.
func (b *Listener) WithTLS(tls bool) *Listener {
	c := *b
	c.TLS = tls
	return &c
}

// WithProxy is the listener as one that takes a PROXY header.
func (b *Listener) WithProxy() *Listener {
	c := *b
	c.AcceptProxy = true
	return &c
}
