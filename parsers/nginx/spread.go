package nginx

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// servers counts the addresses that requests to t are spread over; 0 when that cannot be told: a name may stand for
// several addresses, and proxy_bind for several of this host.
func (r *run) servers(t target) int {
	if !get(r, r.at, conf.ProxyBind).IsDefault() || t.host == "" {
		return 0
	}
	u := r.c.upstreams[t.host]
	if u == nil || t.port != "" && !t.variable {
		if isIP(t.host) {
			return 1
		}
		return 0
	}
	if u.unknown != "" {
		return 0
	}
	n := 0
	for _, s := range u.servers {
		is := func(word string) bool {
			return slices.ContainsFunc(s.Args[1:], func(a conf.Word) bool { return a.Value == word })
		}
		host := s.Arg(0)
		if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
			host = host[:i]
		}
		switch {
		case is("down") || is("backup"):
		case s.Args[0].Template || !isIP(host):
			return 0
		default:
			n++
		}
	}
	return n
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}
