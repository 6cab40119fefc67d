package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

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
		if h == nil || hostname(want) != hostname(got) || originOf(h) == "" || (want == hostname(want)) == (got == hostname(got)) {
			return
		}
		report(Finding{
			Pos: h.Next.Header["Host"][0].Pos,
			Message: fmt.Sprintf("%s sends Host %s where the browser's is %s: servers that compare Origin with Host answer 403, and the browser reports 1006",
				h.Name, got, want),
			Fix: forward(h, "Host"),
		})
	},
}
