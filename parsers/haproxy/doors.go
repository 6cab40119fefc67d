package haproxy

import (
	"maps"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// Doors are connections at every listener that has a port: Endpoints has of several that lead to one backend the first
// alone. One that passes TLS on takes both kinds.
func (c *Config) Doors() (list []hop.Request) {
	for _, b := range c.Listeners {
		if b.First == 0 {
			continue
		}
		q := request(b, "localhost", "/", false)
		list = append(list, q)
		if mode, why := b.Proxy.Mode(); !b.TLS && (mode == "tcp" || why != "") {
			q = q.Clone()
			q.TLS = true
			list = append(list, q)
		}
	}
	return list
}

// Binds reports whether a listener has this very address: one for every address does not make any its own.
func (c *Config) Binds(addr string) bool {
	if hop.IsUnix(addr) {
		return slices.ContainsFunc(c.at(0), func(b *conf.Listener) bool { return b.Addr == addr })
	}
	host, digits, _ := net.SplitHostPort(addr)
	port, err := strconv.Atoi(digits)
	return err == nil && slices.ContainsFunc(c.at(port), func(b *conf.Listener) bool {
		return b.On(host, port) || b.On("["+host+"]", port)
	})
}

// Loopback are the addresses of loopback that it has listeners of, port by port.
func (c *Config) Loopback() (list []string) {
	for _, b := range c.Listeners {
		host := strings.Trim(b.Addr, "[]")
		if ip, err := netip.ParseAddr(host); err != nil || !ip.IsLoopback() {
			continue
		}
		for port := b.First; port <= b.Last && port > 0; port++ {
			list = append(list, net.JoinHostPort(host, strconv.Itoa(port)))
		}
	}
	return list
}

// Inward reports whether it has listeners that only programs of the same machine reach.
func (c *Config) Inward() bool {
	return len(c.Loopback()) > 0 ||
		slices.ContainsFunc(c.Listeners, func(b *conf.Listener) bool { return hop.IsUnix(b.Addr) })
}

// Targets are the addresses of its servers, "127.0.0.1:8080" or as hop.UnixAddr spells them.
func (c *Config) Targets() []string {
	found := map[string]bool{}
	for _, p := range c.Proxies {
		for _, s := range p.Servers {
			addr := s.Addr
			if host, port, err := net.SplitHostPort(addr); err == nil && host == "localhost" {
				addr = net.JoinHostPort("127.0.0.1", port)
			}
			found[addr] = addr != ""
			if !s.Portless() || !netip.MustParseAddrPort(s.At(1)).Addr().IsLoopback() {
				continue
			}
			for port := range c.ports {
				found[s.At(port)] = port != 0
			}
		}
	}
	delete(found, "")
	return slices.Sorted(maps.Keys(found))
}
