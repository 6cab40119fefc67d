package rules

import (
	"strings"

	"github.com/wslint/wslint/hop"
)

// ForwardedHostMismatch is found where the application gets an X-Forwarded-Host that does not fit the browser's
// Origin: several servers compare that one where it is sent, in place of Host.
var ForwardedHostMismatch = &Rule{
	Name:     "forwarded-host-mismatch",
	Summary:  "X-Forwarded-Host does not fit the Origin, and servers that prefer it to Host refuse the handshake",
	Severity: Warning,
	Seen:     AppRefuses,
	Needs:    declared, // which host and port a browser types is only known of declared paths
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		h := p.Last()
		origin, _ := p.Request.Lines("Origin")
		line, written := writtenLine(h, "X-Forwarded-Host")
		got, known := line.Get()
		if !written || !known || len(origin) != 1 {
			return
		}
		_, want, isURL := strings.Cut(origin[0], "://")
		first, _, _ := strings.Cut(got, ",")
		if first = strings.TrimSpace(first); !isURL || first == "" || strings.EqualFold(first, want) {
			return
		}
		report(Finding{
			Pos:     line.Pos,
			Message: headline(h.Name, `sends X-Forwarded-Host "%s", but the Origin is %s`, first, origin[0]),
			Notes:   note("servers that prefer it to Host, as code-server does, answer 403, and " + reports1006),
		})
	},
}
