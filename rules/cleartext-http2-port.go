package rules

import "github.com/wslint/wslint/hop"

// CleartextHTTP2Port is found where a port without TLS takes HTTP/2 only. Measured: law X1.
var CleartextHTTP2Port = &Rule{
	Name:     "cleartext-http2-port",
	Summary:  "a port without TLS accepts only HTTP/2, which browsers do not speak there",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.HTTP2Only {
			return
		}
		f := Finding{
			Pos:     h.Answer.Pos,
			Message: headline(h.Name, "accepts only HTTP/2 on this port, which browsers do not speak without TLS"),
			Notes:   note("%s: the handshake fails and %s", h.Answer.Name, reports1006),
		}
		if h.Assumes != "" {
			f.Notes = append(f.Notes, note("%s", h.Assumes)...)
		}
		report(f)
	},
}
