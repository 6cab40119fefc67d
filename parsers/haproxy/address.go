package haproxy

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
)

// Listens reports whether r.Addr is one of the configuration's own listeners.
func (c *evalConfig) Listens(r hop.Request) bool {
	return r.Addr != "" && len(c.candidates(r.Addr)) > 0
}

// candidates are the listeners that a connection to addr may reach: one, unless addr holds a name that only DNS can resolve.
func (c *evalConfig) candidates(addr string) []*listener {
	if addr == "" {
		return c.listeners
	}
	if strings.HasPrefix(addr, "unix:") {
		return c.where(func(b *listener) bool { return b.addr == addr })
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
		wild := c.where(func(b *listener) bool { return b.on("*", port) || b.on("[::]", port) })
		return append(wild, c.where(func(b *listener) bool {
			return b.first > 0 && port >= b.first && port <= b.last && b.addr != "*" && b.addr != "[::]"
		})...)
	}
	spelled, wild := ip.String(), "*"
	if ip.Is6() {
		spelled, wild = "["+ip.String()+"]", "[::]"
	}
	// The kernel prefers the most specific socket.
	if list := c.where(func(b *listener) bool { return b.on(spelled, port) }); len(list) > 0 {
		return list[:1]
	}
	if list := c.where(func(b *listener) bool { return b.on(wild, port) || b.both && b.on("[::]", port) }); len(list) > 0 {
		return list[:1]
	}
	return nil
}

func (c *evalConfig) where(ok func(*listener) bool) []*listener {
	var list []*listener
	for _, b := range c.listeners {
		if ok(b) {
			list = append(list, b)
		}
	}
	return list
}
