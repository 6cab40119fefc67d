package rules

import "github.com/wslint/wslint/hop"

// TrailingSlashRedirect is found where the redirect to the name with a slash answers a handshake. Measured: law L1.
var TrailingSlashRedirect = &Rule{
	Name:     "trailing-slash-redirect",
	Summary:  "the handshake is redirected to the same path with a slash, which browsers do not follow",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.AddsSlash || a.Status != 301 {
			return
		}
		report(Finding{
			Pos:     h.Pos,
			Message: headline(h.Name, "redirects the handshake to %s (301)", a.Location),
			Notes:   note(noRedirects),
		})
	},
}
