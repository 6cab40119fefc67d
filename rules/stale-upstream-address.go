package rules

import (
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
)

// movingName finds the names of load balancers whose addresses change: those of AWS that are called
// NAME.REGION.elb.amazonaws.com. Network load balancers, NAME.elb.REGION.amazonaws.com, keep theirs.
var movingName = lazyregexp.New(`(?i)\.[a-z]{2}(-[a-z]+)+-[0-9]\.elb\.amazonaws\.com(\.cn)?\.?$`)

// StaleUpstreamAddress is found where a name of which it is known that its addresses change is looked up once. Names
// of containers and services are as good as fixed in most places, so nothing is said of them. Measured: law P1.
var StaleUpstreamAddress = &Rule{
	Name:     "stale-upstream-address",
	Summary:  "the address of a load balancer is looked up once, and changes",
	Severity: Info,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			h := &p.Hops[i]
			if !hop.Is(h.Answer, hop.Answer{}) {
				return
			}
			for _, s := range h.LookedUpOnce {
				name, known := s.Get()
				if !known || !movingName.MatchString(name) {
					continue
				}
				f := Finding{
					Pos:     s.Pos,
					Message: headline(h.Name, "looks up %s when it starts, and never again", name),
				}
				f.Notes = append(note("AWS changes the addresses of this load balancer: handshakes then get 502 or 504"),
					remedy("a variable and a resolver, or from nginx 1.27.3 on server … resolve in an upstream with a zone")...)
				report(f)
			}
		}
	},
}
