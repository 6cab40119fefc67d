package nginx

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// upstream writes the upstream that a proxy_pass names, without its name; false where it names none that is only
// another one by name and addresses.
func (x *shaper) upstream(pass string) bool {
	scheme, to, path := splitPass(pass)
	host := strings.ToLower(to)
	u := x.c.upstreams[host]
	if scheme == "" || u == nil || u.unknown != "" || conf.HasVariable(pass) || parsers.IsHostName(host) ||
		speaks(host) {
		return false
	}
	if x.members(u) == "" {
		return false
	}
	x.mark('u')
	x.word(scheme)
	x.word(path)
	x.key = append(x.key, x.members(u)...)
	return true
}

// members is what an upstream is, but for its name and addresses; "" where something else hangs on that.
func (x *shaper) members(u *upstream) string {
	if text, known := x.alike[u]; known {
		return text
	}
	w := &shaper{c: x.c, entered: x.entered, own: x.own}
	x.alike[u] = ""
	w.mark('{')
	for _, d := range u.d.Block {
		w.word(d.Name.Value)
		for i, a := range d.Args {
			if a.Template || decides(a.Value) {
				return ""
			}
			if i == 0 && d.Is("server") && w.elsewhere(a.Value) {
				continue
			}
			w.word(a.Value)
		}
		w.mark(';')
	}
	x.alike[u] = string(w.key)
	return x.alike[u]
}

// nth writes which of the server's targets one is.
func (x *shaper) nth(target string) {
	n, again := x.targets[target]
	if !again {
		n = len(x.targets)
		x.targets[target] = n
	}
	x.key = binary.AppendUvarint(x.key, uint64(n))
}

// isLabel reports whether a host is a single name, such as that of a container, and no upstream.
func (c *Config) isLabel(host string) bool {
	other := func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_') }
	return host != "" && host[0] >= 'a' && host[0] <= 'z' && strings.IndexFunc(host, other) < 0 && host != "localhost" &&
		c.upstreams[host] == nil
}

// address writes where a proxy_pass without a variable leads, but for the address itself; false where it leads to no
// address that is elsewhere.
func (x *shaper) address(pass string) bool {
	scheme, to, path := splitPass(pass)
	host, _, _ := strings.Cut(to, ":")
	if _, own := x.ownNames[host]; own || scheme == "" || conf.HasVariable(pass) || !x.elsewhere(to) {
		return false
	}
	x.word(scheme)
	x.word(path)
	return true
}

// elsewhere writes an address by its kind: another machine's or another program's, with a port or without, a unix
// socket or a single name; false for any other address, and for one that leads back to nginx.
func (x *shaper) elsewhere(addr string) bool {
	if hop.IsUnix(addr) && !speaks(addr) && !x.enters(addr) {
		x.mark('s')
		return true
	}
	if host, _, ported := strings.Cut(addr, ":"); x.c.isLabel(host) && !speaks(host) {
		x.mark('n')
		x.key = strconv.AppendBool(x.key, ported)
		return true
	}
	var ip netip.Addr
	var err error
	kind := byte('i')
	if strings.IndexByte(addr, ':') < 0 {
		ip, err = netip.ParseAddr(addr)
	} else {
		var ap netip.AddrPort
		ap, err = netip.ParseAddrPort(addr)
		ip, kind = ap.Addr(), 'a'
	}
	if err != nil || !ip.Is4() || !ip.IsPrivate() && !ip.IsLoopback() || x.enters(addr) {
		return false
	}
	if ip.IsLoopback() {
		kind -= 'a' - 'A' // the address that nginx comes from is known
	}
	x.mark(kind)
	return true
}

// isCGI reports whether a directive passes requests on that are no WebSockets any more.
func isCGI(name string) bool {
	return name == "fastcgi_pass" || name == "uwsgi_pass" || name == "scgi_pass" || name == "memcached_pass"
}

// enters notes that nginx connects to an address, where that may be its own: one of loopback, a unix socket, or one
// that is written at a listen.
func (x *shaper) enters(addr string) bool {
	if own, known := x.own[addr]; known {
		return own
	}
	var found []*socket
	ways := []string{addr}
	if file, unix := strings.CutPrefix(addr, "unix:"); unix {
		ways[0] = hop.UnixAddr(file)
	} else if strings.LastIndexByte(addr, ':') <= strings.LastIndexByte(addr, ']') { // no port
		ways = append(ways, addr+":80", addr+":443")
	}
	for _, with := range ways {
		if l := x.c.socketAt[with]; l != nil {
			found = append(found, l)
		} else if ap, err := netip.ParseAddrPort(strings.Replace(with, "localhost:", "127.0.0.1:", 1)); err == nil &&
			ap.Addr().IsLoopback() {
			found = append(found, x.c.candidates(with)...)
		}
	}
	for _, l := range found {
		x.entered[l] = true
	}
	x.own[addr] = len(found) > 0
	return len(found) > 0
}

// isEntered reports whether nginx itself connects to the server.
func (x *shaper) isEntered(s *server) bool {
	return slices.ContainsFunc(s.listens, func(ls listen) bool { return x.entered[x.c.socketAt[ls.addr]] })
}
