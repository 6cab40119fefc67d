package rules

import "github.com/wslint/wslint/hop"

// HardcodedUpgrade is found where every request of a site is sent as a handshake. Measured: law H2.
var HardcodedUpgrade = &Rule{
	Name:     "hardcoded-upgrade",
	Summary:  "every request, pages included, is sent to the application as a handshake",
	Severity: Warning,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			h := &p.Hops[i]
			line, found := h.Constant["Upgrade"]
			if !found || !hop.Is(h.Answer, hop.Answer{}) {
				continue
			}
			f := Finding{
				Pos:     line.Pos,
				Message: headline(h.Name, "sends Upgrade with every request, pages included"),
				Notes:   note("applications answer a page request that asks for an upgrade with 400 or 426"),
			}
			switch {
			case line.Set != nil:
				f.Fix = &Fix{Title: "forward the client's own Upgrade", Edits: line.Set("$http_upgrade")}
			case line.Remove != nil:
				f.Fix = &Fix{Title: "remove the line: without it, the client's own Upgrade is forwarded", Edits: line.Remove()}
			}
			report(f)
		}
	},
}
