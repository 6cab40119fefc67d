package rules

import "github.com/wslint/wslint/hop"

// HostPortLost is found where the application gets the browser's Host without its port. Measured: law Q2.
var HostPortLost = &Rule{
	Name:     "host-port-lost",
	Summary:  "the application gets the Host without its port, and may refuse the Origin",
	Severity: Warning,
	Seen:     AppRefuses,
	Needs:    declared,
	Check: func(p *hop.Path, report func(Finding)) {
		h, want, got := hostChange(p)
		// Which port a browser sees is only known of declared paths.
		if h == nil || hostname(want) != hostname(got) || originOf(h) == "" ||
			(want == hostname(want)) == (got == hostname(got)) {
			return
		}
		report(Finding{
			Pos:     h.Next.Header["Host"][0].Pos,
			Message: headline(h.Name, `sends Host "%s", but the browser sent "%s"`, got, want),
			Notes:   note(refusesOrigin),
			Fix:     forward(h, "Host"),
		})
	},
}
