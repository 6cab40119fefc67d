package haproxy

import (
	"net/textproto"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// overHTTP2 answers whether a browser sends the handshake over HTTP/2 (RFC 8441). HAProxy announces that it takes
// that, and browsers then do so where the page came over HTTP/2 from the same address. Rules see GET, HTTP/2.0,
// "connection: upgrade", "upgrade: websocket" and no key; the server gets an ordinary handshake. So it is asked where
// a rule looks at the key or the version. Measured: law B7.
func (r *run) overHTTP2() bool {
	l := r.l
	switch {
	case !r.http, r.page, r.req.Whole, r.req.Sender != "", !l.TLS, !r.req.TLS, l.NoALPN:
		return false
	case slices.ContainsFunc(r.c.Global, func(l *conf.Line) bool { return l.Is("h2-workaround-bogus-websocket-clients") }):
		return false
	case l.ALPN != nil && !slices.Contains(l.ALPN, "h2"):
		return false
	case l.ALPN == nil && !r.atLeast(conf.Version{Major: 3}):
		return false
	}
	return r.w.Ask(hop.Question{
		Key: "the handshake over HTTP/2 to " + l.Pos().String(), Pos: l.Pos(), NoGate: true,
		Yes: "the browser sends the handshake over HTTP/2", No: "the browser sends the handshake over HTTP/1.1",
		Why: "Chromium and Firefox send it over HTTP/2 where the page came over HTTP/2 from the same address",
	})
}

// version is the HTTP version that rules see.
func (r *run) version() string {
	if r.overHTTP2() {
		return "2.0"
	}
	return r.proto
}

// fetched is a header as rules see it.
func (r *run) fetched(name string) sample {
	const key = "Sec-Websocket-Key"
	if textproto.CanonicalMIMEHeaderKey(name) == key && !r.written[key] && r.overHTTP2() {
		return sample{}
	}
	return r.header(name)
}
