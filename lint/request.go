package lint

import (
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
)

// Browsers are the forms of the handshake. They differ in what Chromium and Firefox make of a 101, and in Connection,
// which servers and maps compare: Firefox 115 sends "keep-alive, Upgrade" (law B3).
var Browsers = []string{"chrome", "firefox", "firefox-115"}

// A Header replaces one header of a browser's handshake; an empty value removes it.
type Header struct{ Name, Value string }

// ParseHeader reads "Name: value".
func ParseHeader(s string) (Header, error) {
	name, value, ok := strings.Cut(s, ":")
	if !ok {
		return Header{}, fmt.Errorf("%q is not a header: write it like 'Origin: https://example.com'", s)
	}
	return newHeader(name, value)
}

func newHeader(name, value string) (Header, error) {
	name, value = strings.TrimSpace(name), strings.Trim(value, " \t")
	isToken := name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
	switch {
	case !isToken:
		return Header{}, fmt.Errorf("%q is not the name of a header", name)
	case strings.ContainsAny(value, "\r\n\x00"):
		return Header{}, fmt.Errorf("the value of %s has a line break", name)
	}
	return Header{textproto.CanonicalMIMEHeaderKey(name), value}, nil
}

// parseURL reads the URL of a WebSocket.
func parseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }):
		return nil, fmt.Errorf("%q is not a URL", s)
	case u.Scheme == "http" || u.Scheme == "https":
		return nil, fmt.Errorf("%q: a WebSocket has a ws: or wss: URL: %s", s, "ws"+strings.TrimPrefix(s, "http"))
	case u.Scheme != "ws" && u.Scheme != "wss":
		return nil, fmt.Errorf("%q: a WebSocket has a URL like wss://chat.example.com/ws", s)
	case u.Hostname() == "" || u.User != nil:
		return nil, fmt.Errorf("%q: a WebSocket has a URL like wss://chat.example.com/ws", s)
	case u.Fragment != "":
		return nil, fmt.Errorf("%q: the URL of a WebSocket has no fragment (#%s)", s, u.Fragment)
	}
	if p := u.Port(); p != "" {
		if n, err := strconv.Atoi(p); err != nil || n < 1 || n > 65535 {
			return nil, fmt.Errorf("%q: %s is not a port", s, p)
		}
	}
	return u, nil
}

// A Handshake is what is asked of a browser.
type Handshake struct {
	URL          string
	Browser      string // one of Browsers
	Headers      []Header
	Subprotocols []string
	Client       netip.Addr // the client's address; the zero Addr when that is not known
}

// Request is what the browser sends.
func (h Handshake) Request() (hop.Request, error) {
	u, err := parseURL(h.URL)
	if err != nil {
		return hop.Request{}, err
	}
	tls, defaultPort := u.Scheme == "wss", "80"
	if tls {
		defaultPort = "443"
	}
	port := u.Port()
	if port == "" {
		port = defaultPort
	}
	target := u.RequestURI()
	host := strings.ToLower(u.Hostname())
	r := hop.Request{
		Host:   host,
		Target: target,
		TLS:    tls,
		Addr:   net.JoinHostPort(host, port),
		Client: clientOf(h.Client, host),
	}
	set(&r, "Host", authority(host, port, defaultPort))
	r = dress(r, h.Browser)
	if len(h.Subprotocols) > 0 {
		set(&r, "Sec-Websocket-Protocol", strings.Join(h.Subprotocols, ", "))
	}
	replace(&r, h.Headers)
	return r, nil
}

// clientOf is the client's address, with the kind of port that clients have.
func clientOf(given netip.Addr, host string) netip.AddrPort {
	const port = 50000
	ip, err := netip.ParseAddr(host)
	switch {
	case given.IsValid():
		return netip.AddrPortFrom(given, port)
	case host == "localhost":
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)
	case err == nil && ip.IsLoopback():
		return netip.AddrPortFrom(ip, port)
	}
	return netip.AddrPort{}
}

// authority is the Host header for a host and port: a default port is left out, an IPv6 address is bracketed.
func authority(host, port, defaultPort string) string {
	if port != defaultPort {
		return net.JoinHostPort(host, port)
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// dress adds the headers that a browser sends and r lacks. Connection is always the browser's own.
func dress(r hop.Request, browser string) hop.Request {
	if r.Method == "" {
		r.Method = "GET"
	}
	if _, known := r.Proto.Get(); !known && r.Proto.Name == "" {
		r.Proto = hop.Written("the browser's HTTP version", "1.1", hop.Pos{})
	}
	own, known := costumes[browser]
	if !known {
		own = costumes["chrome"]
	}
	header := make(map[string][]hop.Setting[string], len(own)+len(r.Header)+2)
	maps.Copy(header, own)
	maps.Copy(header, r.Header)
	header["Connection"] = own["Connection"]
	r.Header = header
	if _, has := header["Host"]; !has {
		set(&r, "Host", r.Host)
	}
	if _, has := header["Origin"]; !has {
		// That of the page that opens the WebSocket may be another.
		own := hop.Default("Origin", origin(r), hop.Pos{})
		own.As = hop.Assumed
		header["Origin"] = []hop.Setting[string]{own}
	}
	if _, has := header["Cookie"]; !has {
		header["Cookie"] = anyCookie
	}
	return r
}

// anyCookie stands for the cookies that a browser may hold.
var anyCookie = []hop.Setting[string]{
	hop.Unknown[string]("Cookie", hop.Pos{}, "which cookies the browser holds is not known"),
}

// costumes are the headers that browsers send with every handshake. They are made once: large configurations have
// many handshakes. Measured: law B3.
var costumes = map[string]map[string][]hop.Setting[string]{
	"chrome": costume(
		"Connection", "Upgrade",
		"User-Agent",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
		"Sec-Websocket-Extensions", "permessage-deflate; client_max_window_bits",
	),
	"firefox": costume(
		"Connection", "Upgrade",
		"User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:153.0) Gecko/20100101 Firefox/153.0",
		"Sec-Websocket-Extensions", "permessage-deflate",
		"Accept", "*/*", "Sec-Fetch-Dest", "empty", "Sec-Fetch-Mode", "websocket", "Sec-Fetch-Site", "same-origin",
	),
	"firefox-115": costume(
		"Connection", "keep-alive, Upgrade",
		"User-Agent", "Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:109.0) Gecko/20100101 Firefox/115.0",
		"Sec-Websocket-Extensions", "permessage-deflate",
		"Accept", "*/*", "Sec-Fetch-Dest", "websocket", "Sec-Fetch-Mode", "websocket", "Sec-Fetch-Site", "same-origin",
		"Accept-Encoding", "gzip, deflate, br", "Accept-Language", "en-US,en;q=0.5",
	),
}

// costume makes headers of names and values, beside those that browsers share.
func costume(pairs ...string) map[string][]hop.Setting[string] {
	r := hop.Request{}
	pairs = append([]string{
		"Upgrade", "websocket",
		"Sec-Websocket-Key", "q3Vx0kT8h1mJ2sZc9bYw5A==", // one that nobody copies: every handshake has another
		"Sec-Websocket-Version", "13",
		"Pragma", "no-cache",
		"Cache-Control", "no-cache",
		"Accept-Encoding", "gzip, deflate, br, zstd",
		"Accept-Language", "en-US,en;q=0.9",
	}, pairs...)
	for i := 0; i < len(pairs); i += 2 {
		set(&r, pairs[i], pairs[i+1])
	}
	r.Header["Accept-Language"][0].As = hop.Assumed // people choose it
	return r.Header
}

// origin is that of a page on the host the WebSocket goes to.
func origin(r hop.Request) string {
	scheme := "http://"
	if r.TLS {
		scheme = "https://"
	}
	if lines, why := r.Lines("Host"); why == "" && len(lines) == 1 {
		return scheme + lines[0]
	}
	return scheme + r.Host
}

func set(r *hop.Request, name, value string) {
	if r.Header == nil {
		r.Header = map[string][]hop.Setting[string]{}
	}
	r.Header[name] = []hop.Setting[string]{hop.Written(hop.Spelling(name), value, hop.Pos{})}
}

// replace puts the given headers in the place of a browser's; a name given twice is sent twice.
func replace(r *hop.Request, headers []Header) {
	for _, h := range headers {
		delete(r.Header, h.Name)
	}
	for _, h := range headers {
		if h.Value != "" {
			r.Header[h.Name] = append(r.Header[h.Name], hop.Written(hop.Spelling(h.Name), h.Value, hop.Pos{}))
		}
	}
}
