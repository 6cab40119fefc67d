package haproxy

import (
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
)

// Endpoints finds the ways through the configuration that seem meant for WebSockets. HAProxy passes them on everywhere, so that a
// frontend proves nothing: it takes a condition, a name or a timeout that somebody wrote for them. Few and true beats many.
func (c *Config) Endpoints() []hop.Endpoint { return c.endpoints(false) }

// Everywhere finds all ways, for somebody who says that WebSockets enter.
func (c *Config) Everywhere() []hop.Endpoint { return c.endpoints(true) }

func (c *Config) endpoints(all bool) []hop.Endpoint {
	var list []hop.Endpoint
	seen := map[*proxy]bool{}
	for _, f := range c.proxies {
		if mode, why := f.mode(); !f.frontend() || !all && mode != "http" || why != "" {
			continue
		}
		for _, w := range c.ways(f) {
			confidence, why, ok := w.intention()
			if all && !ok {
				confidence, why, ok = hop.Possible, "passes connections on", true
			}
			if seen[w.to] || !ok {
				continue
			}
			if e, ok := c.endpoint(f, w); ok {
				e.Confidence, e.Why = confidence, why
				list, seen[w.to] = append(list, e), true
			}
		}
	}
	return list
}

// A way leads from a frontend to a backend.
type way struct {
	to   *proxy
	line *line      // nil for the section's own servers
	cond *condition // nil for none
}

func (c *Config) ways(f *proxy) []way {
	var list []way
	for _, l := range f.lines {
		if !l.is("use_backend") {
			continue
		}
		args, cond := rule{f, l}.condition(1)
		if len(args) == 1 {
			if to := c.find(args[0].Value); to != nil {
				list = append(list, way{to, l, cond})
			}
		}
	}
	if l, _ := f.setting("default_backend"); l != nil {
		if to := c.find(l.arg(1)); to != nil {
			list = append(list, way{to: to, line: l})
		}
	} else if f.backend() && len(f.servers) > 0 {
		list = append(list, way{to: f})
	}
	return list
}

// speaks matches names that people give to WebSocket endpoints and the servers behind them.
var speaks = regexp.MustCompile(`(?i)(^|[^a-z])(ws|wss)([^a-z]|$)|websocket|socket\.?io|sockjs|(^|[^a-z])cable([^a-z]|$)|signalr|novnc|websockify`)

// intention judges what a way shows.
func (w way) intention() (confidence hop.Confidence, why string, ok bool) {
	for _, e := range w.tests() {
		name := e.e.fetch.name
		if (name == "hdr" || name == "req.hdr" || name == "req.fhdr") && strings.EqualFold(e.e.fetch.arg(0), "Upgrade") &&
			slices.ContainsFunc(e.patterns, func(p Word) bool { return strings.EqualFold(p.Value, "websocket") }) {
			return hop.Certain, "tests the Upgrade header", true
		}
	}
	for _, e := range w.tests() {
		if slices.ContainsFunc(e.patterns, func(p Word) bool { return strings.HasPrefix(e.e.fetch.name, "path") && speaks.MatchString(p.Value) }) {
			return hop.Likely, "a path for WebSockets", true
		}
	}
	if speaks.MatchString(w.to.name) {
		return hop.Likely, "is named like a WebSocket", true
	}
	if slices.ContainsFunc(w.to.lines, func(l *line) bool { return l.is("timeout", "tunnel") && l.arg(2) != "0" }) {
		return hop.Possible, "has a timeout tunnel of its own", true
	}
	return 0, "", false
}

// tests are the ACL expressions that must hold on the way, those of the first alternative.
func (w way) tests() []aclExpr {
	if w.cond == nil || w.cond.unless {
		return nil
	}
	suites, missing := w.cond.terms()
	if missing {
		return nil
	}
	var list []aclExpr
	for _, t := range suites[0] {
		if t.negated {
			continue
		}
		if t.inline != nil {
			if len(t.inline) > 0 {
				list = append(list, parseACL(t.inline))
			}
			continue
		}
		for _, l := range w.cond.p.findACL(t.name.Value) {
			list = append(list, parseACL(l.rest(2)))
		}
	}
	return list
}

// endpoint makes up a handshake that takes the way, and makes sure that it does.
func (c *Config) endpoint(f *proxy, w way) (e hop.Endpoint, ok bool) {
	host, target := w.sample()
	for _, secure := range []bool{true, false} {
		for _, b := range f.binds {
			if b.ssl != secure || b.first == 0 {
				continue
			}
			q := b.request(host, target)
			if slices.ContainsFunc(c.Serve(q), func(k hop.Case) bool { return hop.Is(k.Hop.Answer, hop.Answer{}) && k.Hop.Pos == w.to.pos() }) {
				e.Requests = append(e.Requests, q)
			}
		}
	}
	if len(e.Requests) == 0 {
		return e, false
	}
	scheme := "ws://"
	if e.Requests[0].TLS {
		scheme = "wss://"
	}
	lines, _ := e.Requests[0].Lines("Host")
	e.Name, e.Pos = scheme+strings.Join(lines, "")+target, w.to.pos()
	return e, true
}

// sample makes up a host and a request target from the patterns of the conditions.
func (w way) sample() (host, target string) {
	host, target = "localhost", "/"
	for _, t := range w.tests() {
		if len(t.patterns) == 0 || t.patterns[0].Why != "" {
			continue
		}
		p := t.patterns[0].Value
		switch name := t.e.fetch.name; {
		case (name == "hdr" || name == "req.hdr") && strings.EqualFold(t.e.fetch.arg(0), "Host"), name == "ssl_fc_sni":
			host = sampleText(t.method, p, "example", ".")
		case name == "path" || name == "url" || name == "pathq":
			target = sampleText(t.method, p, "x", "/")
		}
	}
	if !strings.HasPrefix(target, "/") {
		target = "/" + target
	}
	return strings.ToLower(host), target
}

// sampleText is a value that a pattern of the method matches; a regular expression gives the literal text that it consists of, if
// it is that simple.
func sampleText(m method, pattern, filler, between string) string {
	switch m {
	case "beg":
		return strings.TrimSuffix(pattern, ".") + map[bool]string{true: between + filler}[strings.HasSuffix(pattern, ".")]
	case "end":
		return map[bool]string{true: filler}[strings.HasPrefix(pattern, between)] + pattern
	case "reg":
		s := strings.TrimSuffix(strings.TrimPrefix(pattern, "^"), "$")
		s = strings.ReplaceAll(strings.TrimSuffix(s, ".*"), `\.`, ".")
		return s
	}
	return pattern
}

// request is a handshake as it arrives at the listener.
func (b *listener) request(host, target string) hop.Request {
	authority, standard := host, 80
	if b.ssl {
		standard = 443
	}
	if b.first != standard {
		authority += ":" + strconv.Itoa(b.first)
	}
	addr := map[string]string{"*": "127.0.0.1", "[::]": "::1"}[b.addr]
	if addr == "" {
		addr = strings.Trim(b.addr, "[]")
	}
	open := func(name string) []hop.Setting[string] {
		return []hop.Setting[string]{hop.Unknown[string](name, hop.Pos{}, "what is in front of HAProxy is not declared")}
	}
	return hop.Request{
		Method: "GET", Host: host, Target: target, TLS: b.ssl, ProxyProtocol: b.acceptProxy, Addr: net.JoinHostPort(addr, strconv.Itoa(b.first)),
		Proto: hop.Written("the browser's HTTP version", "1.1", hop.Pos{}),
		Header: map[string][]hop.Setting[string]{
			"Host":    {hop.Written("Host", authority, hop.Pos{})},
			"Upgrade": {hop.Written("Upgrade", "websocket", hop.Pos{})}, "Connection": {hop.Written("Connection", "Upgrade", hop.Pos{})},
			"Sec-Websocket-Key":     {hop.Written("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==", hop.Pos{})},
			"Sec-Websocket-Version": {hop.Written("Sec-WebSocket-Version", "13", hop.Pos{})},
			"X-Forwarded-Proto":     open("X-Forwarded-Proto"), "X-Forwarded-For": open("X-Forwarded-For"), "X-Real-Ip": open("X-Real-IP"),
			"X-Forwarded-Host": open("X-Forwarded-Host"), "X-Forwarded-Port": open("X-Forwarded-Port"),
			"Cookie": open("Cookie"), "Authorization": open("Authorization"),
		},
	}
}
