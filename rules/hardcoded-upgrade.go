package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// HardcodedUpgrade is found where every request of a site is sent as a handshake. Measured: law H2.
var HardcodedUpgrade = &Rule{
	Name:     "hardcoded-upgrade",
	Summary:  "every request, also for pages, is sent to the application as a handshake",
	Severity: Warning,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		for _, h := range p.Hops {
			line, found := h.Constant["Upgrade"]
			if !found || !hop.Is(h.Answer, hop.Answer{}) {
				continue
			}
			f := Finding{
				Pos:     line.Pos,
				Message: fmt.Sprintf("%s sends Upgrade with every request, also for pages: applications answer those with 400 or 426", h.Name),
			}
			if line.Set != nil {
				f.Fix = &Fix{Title: "send the client's own Upgrade", Edits: line.Set("$http_upgrade")}
			}
			report(f)
		}
	},
}
