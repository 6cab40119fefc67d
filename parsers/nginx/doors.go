package nginx

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// Doors are connections at the listeners of stream{}, which pass on whatever arrives: no endpoint is of them. Those
// that choose by name are asked for the names that their maps have.
func (c *Config) Doors() (list []hop.Request) {
	for _, l := range c.sockets {
		if len(l.streams) == 0 || hop.IsUnix(l.addr) || l.addr == "?" {
			continue
		}
		e := &endpoints{c: c, s: l.streams[0].server}
		i := slices.IndexFunc(e.s.listens, func(ls listen) bool { return ls.addr == l.addr })
		ls := e.s.listens[max(i, 0)]
		hosts := []sampleHost{{name: "localhost", madeUp: true}}
		for _, name := range c.streamNames() {
			hosts = append(hosts, sampleHost{name: name})
		}
		for _, h := range hosts[:min(len(hosts), maxWays)] {
			q := e.request(ls, h, "/", true)
			if list = append(list, q); !ls.ssl {
				list = append(list, e.request(ls, h, "/", false))
			}
		}
	}
	return list
}

// streamNames are the names that maps and server_name of stream{} choose by.
func (c *Config) streamNames() (names []string) {
	add := func(name string) {
		name = strings.TrimPrefix(name, "*.")
		if strings.Contains(name, ".") && !strings.ContainsAny(name, "~*$:/\\") && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, s := range c.streams {
		for _, n := range s.names {
			add(n.text)
		}
	}
	for _, def := range c.stream {
		if def.kind != "map" {
			continue
		}
		for _, d := range def.d.Block {
			add(d.Name.Value)
		}
	}
	slices.Sort(names)
	return names
}

// Binds reports whether a listener has this very address: one for every address does not make any its own.
func (c *Config) Binds(addr string) bool { return c.socketAt[addr] != nil }

// Loopback are the addresses of loopback that it has listeners of, port by port.
func (c *Config) Loopback() (list []string) {
	for _, l := range c.sockets {
		if at, err := netip.ParseAddrPort(l.addr); err == nil && at.Addr().IsLoopback() {
			list = append(list, l.addr)
		}
	}
	return list
}

// Inward reports whether it has listeners that only programs of the same machine reach.
func (c *Config) Inward() bool {
	return len(c.Loopback()) > 0 || slices.ContainsFunc(c.sockets, func(l *socket) bool { return hop.IsUnix(l.addr) })
}

// namesNoTarget reports whether the arguments of a directive are addresses that nothing is passed on to.
func namesNoTarget(name string) bool {
	switch name {
	case "listen", "server_name", "allow", "deny", "set_real_ip_from", "resolver", "error_log", "access_log":
		return true
	}
	return false
}

// Targets are the addresses that the text may lead to, "127.0.0.1:8080" or as hop.UnixAddr spells them.
func (c *Config) Targets() []string {
	c.targeted.Do(func() { c.targets = c.findTargets() })
	return c.targets
}

func (c *Config) findTargets() (list []string) {
	found := map[string]bool{}
	var look func(items []*conf.Directive)
	look = func(items []*conf.Directive) {
		for _, d := range items {
			if namesNoTarget(d.Name.Value) {
				continue
			}
			whole := d.Is("proxy_pass") || d.Is("server")
			for _, a := range d.Args {
				if to := addressIn(a.Value, whole); to != "" && !found[to] {
					found[to] = true
					list = append(list, to)
				}
			}
			look(d.Block)
		}
	}
	look(c.tree.Main.Block)
	return list
}

// addressIn is the address in a word, if there is one; of a whole word a port may be left out.
func addressIn(word string, whole bool) string {
	if !whole && strings.IndexByte(word, ':') < 0 {
		return ""
	}
	scheme, rest, isURL := strings.Cut(word, "://")
	if !isURL {
		rest, scheme = word, "http"
	}
	if file, unix := strings.CutPrefix(rest, "unix:"); unix {
		file, _, _ = strings.Cut(file, ":")
		return hop.UnixAddr(file)
	}
	rest, _, _ = strings.Cut(rest, "/")
	host, port, hasPort := "", "", strings.IndexByte(rest, ':') >= 0 // most words have none, and an error is made for each
	if hasPort {
		var err error
		host, port, err = net.SplitHostPort(rest)
		hasPort = err == nil
	}
	switch {
	case hasPort:
	case whole && rest != "" && !strings.Contains(rest, "$"):
		if host, port = strings.Trim(rest, "[]"), "80"; scheme == "https" {
			port = "443"
		}
	default:
		return ""
	}
	if strings.EqualFold(host, "localhost") {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
