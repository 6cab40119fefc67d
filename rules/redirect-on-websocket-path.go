package rules

import (
	"strings"

	"github.com/wslint/wslint/hop"
)

// noRedirects is what browsers do. Measured: law B1.
const noRedirects = "browsers do not follow redirects of a handshake and report 1006"

// RedirectOnWebSocketPath is found where a handshake is answered with a redirect: browsers do not follow it.
// Measured: law L1.
var RedirectOnWebSocketPath = &Rule{
	Name:     "redirect-on-websocket-path",
	Summary:  "the handshake is redirected, which browsers do not follow",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		o := p.Handshake()
		if o.Kind != hop.AnsweredByProxy || o.Status < 300 || o.Status > 399 || o.Status == 304 {
			return
		}
		h := p.Hops[o.By]
		a, _ := h.Answer.Get()
		if a.Cause == hop.AddsSlash || a.Cause == hop.Credentials || a.Cause == hop.FromFiles {
			return // rules of their own say it
		}
		toTLS := a.Location == "" || strings.HasPrefix(a.Location, "https:")
		if p.Confidence != hop.Declared && !p.Got(o.By).TLS && toTLS && !neverReached(p, &h, a) {
			return // a server that sends all to https: WebSockets are meant to connect there
		}
		to := ""
		if a.Location != "" {
			to = " to " + a.Location
		}
		report(Finding{
			Pos:     h.Answer.Pos,
			Message: headline(h.Name, "redirects the handshake%s (%d)", to, o.Status),
			Notes:   note(noRedirects),
		})
	},
}
