package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// fewConnections is up to which number of connections of one process somebody is told how few WebSockets that is. What
// nginx has by default, 512, is no mistake of anybody's.
const fewConnections = 128

// FewWorkerConnections is found where a line leaves a worker room for a few dozen WebSockets. Whether more come is not
// known where no clients are declared, so it is an info; where they are, tunnel-capacity says whether they fit.
// Measured: law A1.
var FewWorkerConnections = &Rule{
	Name:     "few-worker-connections",
	Summary:  "worker_connections leaves room for a few dozen WebSockets",
	Severity: Info,
	Seen:     UnderLoad,
	Needs:    func(p *hop.Path) bool { return !crowded(p) },
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for i := range p.Hops {
			h := &p.Hops[i]
			n, known := h.Capacity.Get()
			if h.Capacity.Name == "" || h.Capacity.IsDefault() || !known || n > fewConnections {
				continue
			}
			report(Finding{
				Pos:     h.Capacity.Pos,
				Message: fmt.Sprintf("%s %d leaves each worker room for %d WebSockets at most", origin(h.Capacity), n, n/2),
				Notes:   note("each takes two connections: further handshakes are answered with 500 or closed"),
				Fix:     raise(h.Capacity, 1024),
			})
		}
	},
}
