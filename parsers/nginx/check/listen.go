package check

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// listeners are the addresses that servers of http listen on so far.
type listeners map[string]*listener

// A listener is one address.
type listener struct {
	last     *conf.Directive   // the listen of the last one of order
	option   *conf.Directive   // the listen that sets socket options, if one does
	fallback *conf.Directive   // the listen that says default_server, if one does
	tls      *conf.Directive   // the first listen that says ssl, if one does
	order    []*conf.Directive // the servers in the order of the text
}

// A listenedOn is what listenAddress says.
type listenedOn struct{ key, shown, text string }

// parameterSince are the parameters of listen that came after 1.22.1.
var parameterSince = map[string]conf.Version{
	"quic":      {Major: 1, Minor: 25},
	"multipath": {Major: 1, Minor: 29, Patch: 7},
}

// listenOn checks the address and the parameters of a listen of http, and whether it is there twice.
func (c *checker) listenOn(d *conf.Directive, l *level) {
	a, known := c.addresses[d.Arg(0)]
	if !known {
		a.key, a.shown, a.text = listenAddress(d.Arg(0))
		c.addresses[d.Arg(0)] = a
	}
	key, shown, text := a.key, a.shown, a.text
	if text != "" {
		c.argument(d, 0, fmt.Sprintf(`%s in "%s" of the "listen" directive`, text, d.Arg(0)))
		return
	}
	options, fallback, tls := false, false, false
	for i, a := range d.Args[1:] {
		if f := conf.FlavourOfListen(a.Value); f != "" {
			if c.flavour() == f {
				c.foreign = append(c.foreign, d)
				continue
			}
			c.taker = f
		}
		option, text := listenParameter(a.Value)
		if text != "" {
			c.argument(d, i+1, text)
			return
		}
		options = options || option
		fallback = fallback || a.Value == "default_server" || a.Value == "default"
		if a.Value == "quic" || a.Value == "http3" {
			key = "" // another socket, in ways that differ from version to version
		}
		if since, late := parameterSince[a.Value]; late && c.parameter(d, i+1, since) {
			return
		}
		tls = tls || a.Value == "ssl"
	}
	if key == "" || l.owner == c.tree.Main {
		return
	}
	if c.listen == nil {
		c.listen = listeners{}
	}
	at := c.listen[key]
	if at == nil {
		at = &listener{}
		c.listen[key] = at
	}
	switch {
	case len(at.order) > 0 && at.order[len(at.order)-1] == l.owner:
		c.problem(d.Name.Pos(), "a duplicate listen "+shown, firstHere(at.last))
		return
	case options && at.option != nil && c.together(at.option, d):
		c.problem(d.Name.Pos(), "duplicate listen options for "+shown, firstHere(at.option))
	case fallback && at.fallback != nil && c.together(at.fallback, d):
		c.problem(d.Name.Pos(), "a duplicate default server for "+shown, firstHere(at.fallback))
	}
	at.last, at.order = d, append(at.order, l.owner)
	if tls && at.tls == nil {
		at.tls = d
	}
	if options && at.option == nil {
		at.option = d
	}
	if fallback && at.fallback == nil {
		at.fallback = d
	}
}

// listenAddress reads the address of a listen. key tells it from others and is "" when that cannot be told, shown is
// what nginx calls it, and text says what is wrong with it.
func listenAddress(s string) (key, shown, text string) {
	if path, ok := cutPrefixFold(s, "unix:"); ok {
		if path == "" {
			return "", "", "no path in the unix domain socket"
		}
		return s, s, ""
	}
	if strings.HasPrefix(s, "[") {
		return listen6(s)
	}
	if strings.ContainsAny(s, "/?") {
		return "", "", "invalid host"
	}
	host, port, hasPort := strings.Cut(s, ":")
	if !hasPort {
		if _, ok := conf.ParseNumber(s); ok {
			host, port = "0.0.0.0", s
		} else if strings.Contains(s, "-") {
			return "", "", "" // a range of ports, or a name
		} else {
			port = "80"
		}
	}
	if strings.Contains(port, "-") {
		return "", "", ""
	}
	if n, ok := conf.ParseNumber(port); !ok || n < 1 || n > 65535 {
		return "", "", "invalid port"
	}
	switch host {
	case "":
		return "", "", "no host"
	case "*":
		host = "0.0.0.0"
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.Is4() {
		return "", "", "" // a name: what it stands for is not known
	}
	port = strings.TrimLeft(port, "0")
	return host + ":" + port, host + ":" + port, ""
}

// listen6 is listenAddress for IPv6 addresses.
func listen6(s string) (key, shown, text string) {
	host, rest, ok := strings.Cut(s[1:], "]")
	if !ok {
		return "", "", "invalid host"
	}
	port, hasPort := strings.CutPrefix(rest, ":")
	switch {
	case rest == "":
		port = "80"
	case !hasPort:
		return "", "", "invalid host"
	case strings.Contains(port, "-"):
		return "", "", ""
	}
	if n, ok := conf.ParseNumber(port); !ok || n < 1 || n > 65535 {
		return "", "", "invalid port"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return "", "", ""
	}
	shown = "[" + ip.String() + "]:" + strings.TrimLeft(port, "0")
	return shown, shown, ""
}

// listenParameter reports whether p sets an option of the socket, which only one listen of an address may do; text
// says what is wrong with p. Parameters of builds with HTTP/3 or SPDY patches are let pass.
func listenParameter(p string) (option bool, text string) {
	switch p {
	case "default_server", "default", "ssl", "http2", "quic", "proxy_protocol", "http3", "spdy":
		return false, ""
	case "bind", "deferred", "reuseport", "multipath", "ipv6only=on", "ipv6only=off":
		return true, ""
	}
	name, value, assigned := strings.Cut(p, "=")
	known := true
	switch {
	case !assigned, name == "ipv6only":
		return false, fmt.Sprintf(`invalid parameter "%s"`, p)
	case name == "backlog", name == "fastopen", name == "setfib":
		_, known = conf.ParseNumber(value)
	case name == "rcvbuf", name == "sndbuf":
		_, known = conf.ParseSize(value)
	case name == "so_keepalive":
		if !keepsAlive(value) {
			return false, fmt.Sprintf(`invalid so_keepalive value: "%s"`, value)
		}
	case name != "accept_filter":
		return false, "" // of a fork, perhaps
	}
	if !known {
		return false, fmt.Sprintf(`invalid %s "%s"`, name, p)
	}
	return true, ""
}

// keepsAlive reports whether so_keepalive takes s: on, off, or [IDLE]:[INTERVAL]:[COUNT] of which one is not 0.
func keepsAlive(s string) bool {
	if s == "on" || s == "off" {
		return true
	}
	some := false
	parts := strings.SplitN(s, ":", 3)
	for i, part := range parts {
		if part == "" {
			continue
		}
		n, ok := conf.ParseNumber(part)
		if i < 2 {
			var d time.Duration
			d, ok = conf.ParseSeconds(part)
			n = int64(d)
		}
		if !ok {
			return false
		}
		some = some || n != 0
	}
	return some
}
