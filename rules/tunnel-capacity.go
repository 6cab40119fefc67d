package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// TunnelCapacity is found where the declared sockets do not fit into one worker. Measured: law A1.
var TunnelCapacity = &Rule{
	Name:     "tunnel-capacity",
	Summary:  "the declared clients do not fit into one worker's connections",
	Severity: Warning,
	Seen:     UnderLoad,
	Needs:    crowded,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for i := range p.Hops {
			h := &p.Hops[i]
			n, known := h.Capacity.Get()
			if h.Capacity.Name == "" || !known || 2*p.Clients <= n {
				continue
			}
			report(Finding{
				Pos: h.Capacity.Pos,
				Message: fmt.Sprintf("%s %d leaves room for %d WebSockets, but %d clients are declared",
					origin(h.Capacity), n, n/2, p.Clients),
				Notes: note(
					"each takes two connections, and one worker may get all of them: further handshakes are answered with " +
						"500 or closed",
				),
				Fix: raise(h.Capacity, (2*p.Clients*5/4+1023)/1024*1024),
			})
		}
	},
}
