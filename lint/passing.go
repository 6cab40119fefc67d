package lint

import (
	"slices"

	"github.com/wslint/wslint/hop"
)

// passAll lets the timers of a load balancer hold in the cases of which nobody knows what becomes of the handshake;
// which says in which of them one is the last hop.
func passAll(cases []*hop.Path, which func(p *hop.Path) bool) {
	for _, p := range cases {
		if which(p) && unpredicted(p) {
			p.Hops = passing(p)
		}
	}
}

func everyCase(*hop.Path) bool { return true }

// unpredicted reports whether nobody knows what becomes of the handshake.
func unpredicted(p *hop.Path) bool { return p.Handshake().Kind == hop.OutcomeUnknown }

// passing is the hops of a path as they are for whatever handshake passes: when nobody knows whether one does, or
// whether the application expects the PROXY protocol, the timers still hold.
func passing(p *hop.Path) []hop.Hop {
	hops := slices.Clone(p.Hops)
	for i := range hops {
		if _, known := hops[i].Answer.Get(); !known && len(hops[i].Idle) > 0 {
			hops[i].Answer = hop.Written("whatever passes", hop.Answer{}, hops[i].Answer.Pos)
			hops[i].Next = p.Got(i)
			hops[i].Next.Addr = "" // where it goes on to is not known either
		}
	}
	hops[len(hops)-1].Next.ProxyProtocol = false
	return hops
}
