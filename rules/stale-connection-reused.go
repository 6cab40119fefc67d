package rules

import (
	"fmt"
	"time"

	"github.com/wslint/wslint/hop"
)

// StaleConnectionReused is found where a hop sends requests on idle connections that the next one may have closed already.
var StaleConnectionReused = &Rule{
	Name:     "stale-connection-reused",
	Summary:  "the next hop closes idle connections before the load balancer does, which may just be using one",
	Severity: Info,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for i := range p.Hops[1:] {
			from, to := &p.Hops[i], &p.Hops[i+1]
			reuses, a := from.UpstreamKeepAlive.Get()
			keeps, b := to.ClientKeepAlive.Get()
			if !a || !b || keeps > reuses {
				continue
			}
			f := Finding{
				Pos: to.ClientKeepAlive.Pos,
				Message: fmt.Sprintf("%s keeps idle connections for %s to use them again, and %s closes them after %s (%s): a request that meets the closing, a handshake too, gets 502",
					from.Name, hop.FormatDuration(reuses), to.Name, hop.FormatDuration(keeps), to.ClientKeepAlive),
				Notes: []hop.Note{{Pos: from.UpstreamKeepAlive.Pos, Text: fmt.Sprintf("that is %s", from.UpstreamKeepAlive)}},
			}
			helps := fmt.Sprintf("set %s to %s", to.ClientKeepAlive.Name, hop.FormatDuration(reuses+10*time.Second))
			if to.ClientKeepAlive.Set != nil {
				f.Fix = &Fix{Title: helps, Edits: to.ClientKeepAlive.Set(hop.FormatDuration(reuses + 10*time.Second))}
			} else {
				f.Notes = append(f.Notes, hop.Note{Text: "what helps: " + helps})
			}
			report(f)
		}
	},
}
