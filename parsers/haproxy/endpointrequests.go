package haproxy

import (
	"maps"
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// through are handshakes for a path that take the way, for some clients at least. A port that browsers would not take
// by themselves is often the inner end of a mapping, and the Host then has another one or none.
func (c *Config) through(f *conf.Proxy, w way, host, target string) (list []hop.Request) {
	briefly := c.spare()
	defer c.spares.Put(briefly)
	for _, mapped := range []bool{false, true} {
		for _, secure := range []bool{true, false} {
			led := map[int]bool{}
			for i, b := range f.Binds {
				if b.Open {
					b = b.WithTLS(secure)
				}
				if b.TLS != secure || !enterable(f, b) || mapped && (b.First == 0 || b.First == standardPort(b)) {
					continue
				}
				q := request(b, host, target, mapped)
				n := 0
				if w.alike != nil {
					n = w.alike[i]
				}
				does, known := led[n]
				if n == 0 || !known {
					does = c.leads(trial{f, i, host, target, mapped, secure, false}, w.to, func() (to []hop.Pos) {
						for _, k := range c.serve(q, briefly) {
							if hop.Is(k.Hop.Answer, hop.Answer{}) {
								to = append(to, k.Hop.Pos)
							}
						}
						return to
					})
					led[n] = does
				}
				if does {
					list = append(list, q)
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b hop.Request) int { return rank(a) - rank(b) })
	return list
}

// rank puts handshakes behind others that arrive where nothing says.
func rank(q hop.Request) int { return strings.Count(q.Addr[:1], "?") }

// enterable reports whether handshakes may come in at a listener: one that has a port, if not one that is known, and
// another one where the frontend has nothing else.
func enterable(f *conf.Proxy, b *conf.Listener) bool {
	onPort := func(b *conf.Listener) bool { return b.First != 0 || b.Addr == "?" && !b.Local }
	return onPort(b) || !slices.ContainsFunc(f.Binds, onPort)
}

// turnedAway are handshakes that would take the way if no rule answered them before: that none gets through is a
// fault of its own.
func (c *Config) turnedAway(f *conf.Proxy, w way, host, target string) (list []hop.Request) {
	if len(w.to.Servers) == 0 {
		return nil // it is made to answer itself
	}
	for i, b := range f.Binds {
		if !enterable(f, b) {
			continue
		}
		q := request(b, host, target, false)
		if c.leads(trial{f, i, host, target, false, false, true}, w.to, func() (to []hop.Pos) {
			hop.Cases(nil, func(a *hop.Assumptions, h *hop.Hop) {
				r := new(run).begin(c, a, q, b)
				r.http = true
				r.requestLine()
				if r.chooseBackend(); r.be != nil {
					to = append(to, r.be.Pos())
				}
				*h = r.out
			})
			return to
		}) {
			list = append(list, q)
		}
	}
	return list
}

// A trial is a handshake that is tried at a listener of a frontend, to see where it leads.
type trial struct {
	f                        *conf.Proxy
	bind                     int
	host, target             string
	mapped, secure, rejected bool
}

// leads reports whether a handshake gets to a section. A name that a template fills in may be that of each of many
// backends, to which the same handshakes are tried: where these get is remembered.
func (c *Config) leads(t trial, to *conf.Proxy, follow func() []hop.Pos) bool {
	if !c.Template {
		return slices.Contains(follow(), to.Pos())
	}
	c.trying.Lock()
	defer c.trying.Unlock()
	got, known := c.trials[t]
	if !known {
		got = follow()
		if c.trials == nil {
			c.trials = map[trial][]hop.Pos{}
		}
		c.trials[t] = got
	}
	return slices.Contains(got, to.Pos())
}

// standardPort is the port that a browser takes where the URL has none.
func standardPort(b *conf.Listener) int {
	if b.TLS {
		return 443
	}
	return 80
}

// request is a handshake as it arrives at the listener, which is mapped where browsers connect to a standard port
// instead.
func request(b *conf.Listener, host, target string, mapped bool) hop.Request {
	header := maps.Clone(ofHandshakes())
	header["Host"] = []hop.Setting[string]{hop.Written("Host", authority(b, host, mapped), hop.Pos{})}
	return hop.Request{
		Method: "GET", Host: host, Target: target, TLS: b.TLS, ProxyProtocol: b.AcceptProxy, Fronted: true,
		Addr: addressOf(b), When: there(b),
		Proto:  hop.Written("the browser's HTTP version", "1.1", hop.Pos{}),
		Header: header,
	}
}

// there are the conditions of the configuration's own on which a listener is there.
func there(b *conf.Listener) (when []hop.Condition) {
	for _, l := range []*conf.Line{b.Proxy.Head, b.Line} {
		for _, branch := range l.When {
			when = append(when, branch.Question(l.Pos()).Taken(branch.Holds))
		}
	}
	return when
}

// authority is what browsers put into the Host.
func authority(b *conf.Listener, host string, mapped bool) string {
	if b.First != standardPort(b) && b.First != 0 && !mapped {
		return host + ":" + strconv.Itoa(b.First)
	}
	return host
}

// addressOf is where connections to a listener arrive; at one whose address is not known it is one that nothing else
// has.
func addressOf(b *conf.Listener) string {
	if b.Addr == "?" {
		return "?" + strings.ReplaceAll(b.Pos().String(), ":", ",") // no host and no port
	}
	if hop.IsUnix(b.Addr) {
		return b.Addr
	}
	addr := map[string]string{"*": "127.0.0.1", "[::]": "::1"}[b.Addr]
	if addr == "" {
		addr = strings.Trim(b.Addr, "[]")
	}
	return net.JoinHostPort(addr, strconv.Itoa(b.First))
}

// ofHandshakes are the headers of handshakes, and those that something in front may add, without Host. They are made
// once: large configurations have many handshakes, which share them.
var ofHandshakes = sync.OnceValue(func() map[string][]hop.Setting[string] {
	header := map[string][]hop.Setting[string]{}
	for name, value := range map[string]string{
		"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "q3Vx0kT8h1mJ2sZc9bYw5A==",
		"Sec-WebSocket-Version": "13",
	} {
		header[textproto.CanonicalMIMEHeaderKey(name)] = []hop.Setting[string]{hop.Written(name, value, hop.Pos{})}
	}
	for _, name := range []string{"X-Forwarded-Proto", "X-Forwarded-For", "X-Real-IP", "X-Forwarded-Host",
		"X-Forwarded-Port", "Cookie", "Authorization"} {
		header[textproto.CanonicalMIMEHeaderKey(name)] = []hop.Setting[string]{
			hop.Unknown[string](name, hop.Pos{}, "what is in front of HAProxy is not declared"),
		}
	}
	return header
})
