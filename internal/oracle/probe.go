package oracle

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// A Probe is one handshake and what follows it. Addresses are the original ones.
type Probe struct {
	URL     string // "wss://chat.example.com/ws?room=1"; its port chooses the listener
	Addr    string // the listen address ("*:80", "[::]:443", "unix:/x") where the port is not enough
	Browser string // "chrome", also when empty, "firefox" or "firefox-115"
	// Header replaces header lines of the browser's or adds some; an empty list removes one.
	Header    map[string][]string
	Protocols []string // subprotocols asked for
	Method    string   // "" is GET
	Proto     string   // "" is 1.1
	PROXY     bool     // a PROXY protocol line goes first
	From      string   // the address on loopback that it comes from: "127.0.0.2"; "" is 127.0.0.1
	// Gates says how the services behind gates answer, by lab address: with a status or GateHangs; 204 where nothing is
	// said.
	Gates map[string]int
	Hints bool     // applications send 103 Early Hints before their 101
	ALPN  []string // nil is http/1.1 only, as browsers do for wss

	Client, Server Talk
	Watch          time.Duration // how long the open tunnel is watched for a cut; 0: only the handshake counts
	Reload         bool          // nginx is told to reload when the tunnel is open; Watch counts from then
	Blind          bool          // predictions are made without knowing who the client is and what it holds
	// Facts are what a blind prediction is told all the same, in the way of an answered question: "cookie sid" and its
	// value.
	Facts    [][2]string
	Patience time.Duration // after that time without an answer the handshake hangs; 0 chooses
}

// key is every probe's Sec-WebSocket-Key: predictions may depend on its value, so it must be known beforehand.
const key = "dGhlIHNhbXBsZSBub25jZQ=="

// A dial is a probe worked out against a lab.
type dial struct {
	addr        string // lab address
	tls         bool
	name        string // the host name of the URL
	method      string
	proto       string
	target      string
	lines       []Line
	protocols   []string
	alpn        []string
	proxyHeader bool
	from        string
	firefox     bool // takes a 101 as Firefox does
}

func (l *Lab) dial(p Probe) (dial, error) {
	u, err := url.Parse(p.URL)
	if err != nil {
		return dial{}, err
	}
	d := dial{tls: u.Scheme == "wss" || u.Scheme == "https", name: u.Hostname(), method: p.Method, proto: p.Proto,
		target: u.RequestURI(), protocols: p.Protocols, alpn: p.ALPN, proxyHeader: p.PROXY, from: p.From,
		firefox: strings.HasPrefix(p.Browser, "firefox")}
	if d.method == "" {
		d.method = "GET"
	}
	if d.proto == "" {
		d.proto = "1.1"
	}
	if d.alpn == nil {
		d.alpn = []string{"http/1.1"}
	}
	d.lines = p.lines(u, d.tls)
	d.addr, err = l.endpoint(p.Addr, u, d.tls)
	return d, err
}

// endpoint is the lab address of the listener that a URL leads to.
func (l *Lab) endpoint(addr string, u *url.URL, tls bool) (string, error) {
	if addr != "" {
		if lab, ok := l.Listeners[listenAddress(addr)]; ok {
			return lab, nil
		}
		return "", fmt.Errorf("nothing listens on %s", addr)
	}
	port := u.Port()
	if port == "" {
		port = map[bool]string{false: "80", true: "443"}[tls]
	}
	for _, host := range []string{u.Hostname(), "*", "127.0.0.1", "[::]", "[::1]"} {
		if lab, ok := l.Listeners[host+":"+port]; ok {
			return lab, nil
		}
	}
	for _, original := range slices.Sorted(maps.Keys(l.Listeners)) {
		if strings.HasSuffix(original, ":"+port) {
			return l.Listeners[original], nil
		}
	}
	return "", fmt.Errorf("nothing listens on port %s", port)
}

// lines are the header lines of the handshake, in the browser's order.
func (p Probe) lines(u *url.URL, tls bool) []Line {
	origin := "http://" + u.Host
	if tls {
		origin = "https://" + u.Host
	}
	ws := []Line{
		{"Sec-WebSocket-Version", "13"},
		{"Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"},
		{"Sec-WebSocket-Key", key},
	}
	if len(p.Protocols) > 0 {
		ws = append(ws, Line{"Sec-WebSocket-Protocol", strings.Join(p.Protocols, ", ")})
	}
	general := []Line{
		{"Origin", origin},
		{"Pragma", "no-cache"},
		{"Cache-Control", "no-cache"},
		{"Accept-Encoding", "gzip, deflate"},
		{"Accept-Language", "en"},
	}
	var all []Line
	if strings.HasPrefix(p.Browser, "firefox") {
		version, connection := "153.0", "Upgrade"
		if p.Browser != "firefox" {
			version, connection = "115.0", "keep-alive, Upgrade"
		}
		all = append(all, Line{"Host", u.Host}, Line{"User-Agent", "Mozilla/5.0 Firefox/" + version}, Line{"Accept", "*/*"})
		all = append(append(all, general...), ws...)
		all = append(all, Line{"Connection", connection}, Line{"Upgrade", "websocket"})
	} else {
		all = append(all, Line{"Host", u.Host}, Line{"Connection", "Upgrade"}, Line{"Upgrade", "websocket"},
			Line{"User-Agent", "Mozilla/5.0 Chrome/140.0"})
		all = append(append(all, general...), ws...)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Header)) {
		same := func(l Line) bool { return strings.EqualFold(l.Name, name) }
		at := slices.IndexFunc(all, same)
		if at < 0 {
			at = len(all)
		}
		all = slices.DeleteFunc(all, same)
		for _, v := range slices.Backward(p.Header[name]) {
			all = slices.Insert(all, at, Line{name, v})
		}
	}
	return all
}

// fact is the condition that a value of the client's is this one.
func fact(about, value string) hop.Condition {
	for _, c := range hop.Cases(nil, func(a *hop.Assumptions, _ *hop.Hop) {
		a.Ask(hop.IsOneOf(about, about, hop.Pos{}, value))
	}) {
		if c.When[0].Holds {
			return c.When[0]
		}
	}
	panic("a question without an answer")
}

// Request is the handshake of p as the model sees it arrive at the lab: what predictions start from.
func (l *Lab) Request(p Probe) (hop.Request, error) {
	d, err := l.dial(p)
	if err != nil {
		return hop.Request{}, err
	}
	r := hop.Request{
		Method: d.method, Host: d.name, Target: d.target, TLS: d.tls, ProxyProtocol: d.proxyHeader, Addr: d.addr,
		Client: netip.AddrPortFrom(netip.MustParseAddr(cmp.Or(p.From, "127.0.0.1")), 0), Whole: true,
		Proto:  hop.Written("the client's HTTP version", d.proto, hop.Pos{}),
		Header: map[string][]hop.Setting[string]{},
	}
	for _, line := range d.lines {
		name := textproto.CanonicalMIMEHeaderKey(line.Name)
		r.Header[name] = append(r.Header[name], hop.Written("the client's "+line.Name, line.Value, hop.Pos{}))
	}
	if d.proxyHeader {
		r.Announced = r.Client
	}
	if hop.IsUnix(d.addr) {
		r.Client = netip.AddrPort{}
	}
	for _, f := range p.Facts {
		r.When = append(r.When, fact(f[0], f[1]))
	}
	if p.Blind {
		r.Client, r.Announced, r.Whole = netip.AddrPort{}, netip.AddrPort{}, false
		for _, name := range []string{"Cookie", "Authorization", "Referer"} {
			// Its length may be what the case is about.
			if lines, _ := r.Lines(name); len(lines) > 0 && len(strings.Join(lines, "")) < 200 {
				r.Header[name] = []hop.Setting[string]{
					hop.Unknown[string]("the client's "+name, hop.Pos{}, "what the client holds is not known"),
				}
			}
		}
	}
	return r, nil
}
