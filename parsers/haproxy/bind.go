package haproxy

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
)

// A listener is one address of a bind line.
type listener struct {
	p           *proxy
	l           *line
	addr        string // "*:80", "[::]:443", "10.0.0.1:80", "unix:/run/x"; "?" when it is not known
	first, last int    // ports; 0 for unix sockets
	both        bool   // an IPv6 wildcard that takes IPv4 too
	ssl         bool
	acceptProxy bool
	verify      bool // insists on a client's certificate
	asks        bool // asks for one
	h2Only      bool
	unknown     string
}

func (b *listener) pos() hop.Pos { return b.l.pos() }

// parseBind reads the addresses of a bind line; all of them share its parameters.
func parseBind(p *proxy, l *line) []*listener {
	words := l.rest(1)
	if len(words) == 0 {
		return nil
	}
	proto := listener{p: p, l: l}
	for i, w := range words[1:] {
		next := ""
		if i+2 < len(words) {
			next = words[i+2].Value
		}
		switch w.Value {
		case "ssl":
			proto.ssl = true
		case "accept-proxy":
			proto.acceptProxy = true
		case "v4v6":
			proto.both = true
		case "verify":
			proto.verify, proto.asks = next == "required", next != "none"
		case "proto":
			proto.h2Only = next == "h2"
		}
		if w.Why != "" {
			proto.unknown = w.Why
		}
	}
	var list []*listener
	for a := range strings.SplitSeq(words[0].Value, ",") {
		b := proto
		if words[0].Why != "" {
			b.addr, b.unknown = "?", words[0].Why
		} else if !b.parse(a) {
			continue
		}
		list = append(list, &b)
	}
	return list
}

// parse reads one address; ok is false for one that no browser can reach.
func (b *listener) parse(a string) (ok bool) {
	prefix := ""
	if i := strings.IndexByte(a, '@'); i >= 0 {
		prefix, a = a[:i], a[i+1:]
	}
	switch {
	case strings.HasPrefix(prefix, "quic"), strings.HasPrefix(prefix, "udp"), prefix == "sockpair":
		return false
	case prefix == "fd":
		b.addr, b.unknown = "?", "bind fd@ takes a socket from whoever starts HAProxy"
		return true
	case prefix == "unix" || prefix == "abns" || strings.HasPrefix(a, "/"):
		b.addr = "unix:" + a
		return true
	}
	i := strings.LastIndexByte(a, ':')
	if i < 0 {
		return false
	}
	host, ports := strings.Trim(a[:i], "[]"), a[i+1:]
	low, high, isRange := strings.Cut(ports, "-")
	first, err := strconv.Atoi(low)
	b.first, b.last = first, first
	if isRange {
		b.last, _ = strconv.Atoi(high)
	}
	if err != nil {
		b.addr, b.unknown = "?", "the port "+ports+" is not known"
		return true
	}
	switch {
	case host == "" || host == "*" || host == "0.0.0.0":
		b.addr = "*"
		if strings.HasPrefix(prefix, "ipv6") {
			b.addr = "[::]"
		}
	case host == "::":
		b.addr = "[::]"
	default:
		b.addr = strings.ToLower(host)
		if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
			b.addr = "[" + ip.String() + "]"
		}
	}
	if b.addr == "localhost" {
		b.addr = "127.0.0.1"
	}
	return true
}

// on reports whether the listener has the address, spelled as in addr, and the port.
func (b *listener) on(host string, port int) bool {
	return b.addr == host && b.first > 0 && port >= b.first && port <= b.last
}

// withProxy is the listener as one that takes a PROXY header.
func (b *listener) withProxy() *listener {
	c := *b
	c.acceptProxy = true
	return &c
}
