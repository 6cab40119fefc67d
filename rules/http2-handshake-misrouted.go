package rules

import "github.com/wslint/wslint/hop"

// HTTP2HandshakeMisrouted is found where a handshake over HTTP/2 goes to another application than one over HTTP/1.1:
// what tells them apart is not there over HTTP/2. Measured: law B7.
var HTTP2HandshakeMisrouted = &Rule{
	Name:     "http2-handshake-misrouted",
	Summary:  "a handshake over HTTP/2 goes elsewhere: it has no Sec-WebSocket-Key and another version",
	Severity: Warning,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			h := &p.Hops[i]
			to, known := h.OverHTTP1.Get()
			if !known || to == "" {
				continue
			}
			report(Finding{
				Pos:     h.OverHTTP1.Pos,
				Message: headline(h.Name, "gets it, not %s", to),
				Notes: append(
					note("over HTTP/2 rules see version 2.0, upgrade: websocket, and no Sec-WebSocket-Key"),
					remedy("test hdr(Upgrade) alone, or take WebSockets off HTTP/2: alpn http/1.1 on bind, or "+
						"h2-workaround-bogus-websocket-clients in global")...,
				),
			})
		}
	},
}
