package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// CleartextHTTP2Port is found where a port without TLS takes HTTP/2 only. Measured: law X1.
var CleartextHTTP2Port = &Rule{
	Name:     "cleartext-http2-port",
	Summary:  "a port without TLS that has http2 takes no handshake before nginx 1.25.1",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.HTTP2Only {
			return
		}
		f := Finding{
			Pos:     h.Answer.Pos,
			Message: fmt.Sprintf("%s answers the handshake in HTTP/2, which browsers do not expect without TLS: they report 1006", h.Answer.Name),
		}
		if h.Assumes != "" {
			f.Notes = []hop.Note{{Text: h.Assumes}}
		}
		report(f)
	},
}
