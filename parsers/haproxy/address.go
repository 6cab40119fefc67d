package haproxy

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// Listens reports whether r.Addr is one of the configuration's own listeners.
func (c *Config) Listens(r hop.Request) bool {
	return r.Addr != "" && len(c.candidates(r.Addr)) > 0
}

// candidates are the listeners that a connection to addr may reach: one, unless addr holds a name that only DNS can
// resolve.
func (c *Config) candidates(addr string) []*conf.Listener {
	if addr == "" {
		return c.Listeners
	}
	if strings.HasPrefix(addr, "?") {
		list := where(c.at(0), func(b *conf.Listener) bool { return b.Addr == "?" && addressOf(b) == addr })
		return list[:min(len(list), 1)]
	}
	if strings.HasPrefix(addr, "unix:") {
		return where(c.at(0), func(b *conf.Listener) bool { return b.Addr == addr })
	}
	i := strings.LastIndexByte(addr, ':')
	if i < 0 {
		return nil
	}
	host := strings.ToLower(strings.Trim(addr[:i], "[]"))
	port, err := strconv.Atoi(addr[i+1:])
	if err != nil {
		return nil
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		at := reachable(c.at(port), host, port)
		wild := where(at, func(b *conf.Listener) bool { return b.On("*", port) || b.On("[::]", port) })
		return append(wild, where(at, func(b *conf.Listener) bool {
			return b.First > 0 && port >= b.First && port <= b.Last && b.Addr != "*" && b.Addr != "[::]"
		})...)
	}
	spelled, wild := ip.String(), "*"
	if ip.Is6() {
		spelled, wild = "["+ip.String()+"]", "[::]"
	}
	// The kernel prefers the most specific socket.
	if list := where(c.at(port), func(b *conf.Listener) bool { return b.On(spelled, port) }); len(list) > 0 {
		return list[:1]
	}
	list := where(c.at(port), func(b *conf.Listener) bool { return b.On(wild, port) || b.Both && b.On("[::]", port) })
	return list[:min(len(list), 1)]
}

// reachable are the listeners that a name may lead to. One of loopback is none of them where another one has the port:
// browsers do not get there, what is in front on the same machine does.
func reachable(list []*conf.Listener, name string, port int) []*conf.Listener {
	if strings.HasSuffix(name, ".localhost") {
		return list
	}
	outer := where(list, func(b *conf.Listener) bool {
		ip, err := netip.ParseAddr(strings.Trim(b.Addr, "[]"))
		return (err != nil || !ip.IsLoopback()) && !b.Local && port >= b.First && port <= b.Last
	})
	if len(outer) == 0 {
		return list
	}
	return outer
}

// at are the listeners that may have a port; those of unix sockets are at 0.
func (c *Config) at(port int) []*conf.Listener {
	if slices.ContainsFunc(c.ranges, func(b *conf.Listener) bool { return port >= b.First && port <= b.Last }) {
		return c.Listeners
	}
	return c.ports[port]
}

func where(listeners []*conf.Listener, ok func(*conf.Listener) bool) []*conf.Listener {
	var list []*conf.Listener
	for _, b := range listeners {
		if ok(b) {
			list = append(list, b)
		}
	}
	return list
}
