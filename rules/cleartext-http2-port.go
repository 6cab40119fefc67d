package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// CleartextHTTP2Port is found where a port without TLS takes HTTP/2 only. Measured: law X1.
var CleartextHTTP2Port = &Rule{
	Name:     "cleartext-http2-port",
	Summary:  "a port without TLS that takes HTTP/2 only takes no handshake",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.HTTP2Only {
			return
		}
		f := Finding{
			Pos:     h.Answer.Pos,
			Message: fmt.Sprintf("%s: browsers do not speak that without TLS, so the handshake fails and they report 1006", h.Answer.Name),
		}
		if h.Assumes != "" {
			f.Notes = []hop.Note{{Text: h.Assumes}}
		}
		report(f)
	},
}
