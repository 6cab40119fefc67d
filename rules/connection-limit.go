package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// ConnectionLimit is found where a limit on connections counts sockets, which stay. Measured: law A1.
var ConnectionLimit = &Rule{
	Name:     "connection-limit",
	Summary:  "a limit on connections counts every open WebSocket for its whole life",
	Severity: Warning,
	Seen:     UnderLoad,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for i := range p.Hops {
			h := &p.Hops[i]
			for _, l := range h.Limits {
				n, known := l.Get()
				switch {
				case !known:
				case l.PerClient && n < fewPerClient:
					report(Finding{
						Pos:     l.Pos,
						Message: fmt.Sprintf("%s allows %d connections per client address, and every open WebSocket counts", l.Name, n),
						Notes: note(
							"further handshakes, of another tab or another person behind the same address, are answered with %d",
							l.Refuses(),
						),
						Fix: raise(l.Setting, 100),
					})
				case l.Shared && p.Clients == 0 && n < fewInAll:
					report(Finding{
						Pos: l.Pos,
						Message: fmt.Sprintf(
							"%s allows %d connections of all clients together, and every open WebSocket counts", l.Name, n),
						Notes: append(
							note("further handshakes, whoever makes them, are answered with %d", l.Refuses()),
							note("clients in %s says how many there are at a time", ".wslint.yaml")...,
						),
					})
				case !l.PerClient && p.Clients > n:
					then := fmt.Sprintf("are answered with %d", l.Refuses())
					if l.Waits {
						then = "wait until another connection closes"
					}
					report(Finding{
						Pos:     l.Pos,
						Message: fmt.Sprintf("%s allows %d connections, but %d clients are declared", l.Name, n, p.Clients),
						Notes:   note("further handshakes %s", then),
						Fix:     raise(l.Setting, p.Clients+p.Clients/5),
					})
				}
			}
		}
	},
}

// fewInAll is fewer WebSockets than a site with people on it has.
const fewInAll = 50

// fewPerClient is how many connections one client address has with a few tabs open, or a few people behind one router.
const fewPerClient = 20
