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
	case !r.http, r.page, r.overOne, r.req.Whole, r.req.Sender != "", !l.TLS, !r.req.TLS, l.NoALPN:
		return false
	case slices.ContainsFunc(r.c.Global, func(l *conf.Line) bool { return l.Is("h2-workaround-bogus-websocket-clients") }):
		return false
	case l.ALPN != nil && !slices.Contains(l.ALPN, "h2"):
		return false
	case l.ALPN == nil && !r.atLeast(conf.Version{Major: 3}):
		return false
	}
	r.overTwo = r.w.Ask(hop.Question{
		Key: "the handshake over HTTP/2 to " + l.Pos().String(), Pos: l.Pos(), NoGate: true,
		Yes: "the browser sends the handshake over HTTP/2", No: "the browser sends the handshake over HTTP/1.1",
		Why: "browsers do so where the page came over HTTP/2 from the same address (Chromium, Firefox)",
	})
	return r.overTwo
}

// elsewhere notes which backend the same handshake goes to over HTTP/1.1, where that has other servers.
func (r *run) elsewhere() {
	if !r.overTwo {
		return
	}
	twin := new(run).begin(r.c, r.w.Further(), r.req, r.l)
	twin.overOne = true
	if h := twin.serve(); twin.w.Asked() || twin.be == nil || !hop.Is(h.Answer, hop.Answer{}) ||
		slices.Equal(serversOf(r.be), serversOf(twin.be)) {
		return
	}
	at := twin.leads
	if at == nil || !at.Is("use_backend") && r.leads != nil {
		at = r.leads
	}
	if at != nil {
		r.out.OverHTTP1 = hop.Written("the way over HTTP/1.1", twin.be.Title(), at.Pos())
	}
}

// serversOf are the addresses of a backend, each once.
func serversOf(p *conf.Proxy) (list []string) {
	for _, s := range p.Servers {
		list = append(list, s.Addr)
	}
	slices.Sort(list)
	return slices.Compact(list)
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
