package rules

import (
	"fmt"
	"time"

	"github.com/wslint/wslint/hop"
)

// StaleConnectionReused is found where a hop sends requests on idle connections that the next one may have closed
// already.
var StaleConnectionReused = &Rule{
	Name:     "stale-connection-reused",
	Summary:  "the next hop closes idle connections before the load balancer does, while one may be in use",
	Severity: Info,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for i := range p.Hops[1:] {
			sender, to := &p.Hops[i], &p.Hops[i+1]
			reuses, a := sender.UpstreamKeepAlive.Get()
			keeps, b := to.ClientKeepAlive.Get()
			if !a || !b || keeps > reuses {
				continue
			}
			f := Finding{
				Pos: to.ClientKeepAlive.Pos,
				Message: headline(
					to.Name,
					"closes idle connections after %s, but %s reuses them for %s",
					hop.FormatDuration(keeps),
					brief(sender.Name),
					hop.FormatDuration(reuses),
				),
				Notes: []hop.Note{
					{
						Pos: sender.UpstreamKeepAlive.Pos,
						Text: fmt.Sprintf(
							"%s keeps idle connections for %s (%s)",
							sender.Name,
							hop.FormatDuration(reuses),
							origin(sender.UpstreamKeepAlive),
						),
					},
					from(to.ClientKeepAlive),
					{Text: "a request that meets the closing, a handshake too, gets 502"},
				},
			}
			helps := fmt.Sprintf("set %s to %s", to.ClientKeepAlive.Name, hop.FormatDuration(reuses+10*time.Second))
			if to.ClientKeepAlive.Set != nil {
				f.Fix = &Fix{Title: helps, Edits: to.ClientKeepAlive.Set(hop.FormatDuration(reuses + 10*time.Second))}
			} else {
				f.Notes = append(f.Notes, remedy("%s", helps)...)
			}
			report(f)
		}
	},
}
