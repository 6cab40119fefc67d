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
		for _, h := range p.Hops {
			for _, l := range h.Limits {
				n, known := l.Get()
				switch {
				case !known:
				case l.PerClient && n < fewPerClient:
					report(Finding{
						Pos:     l.Pos,
						Message: fmt.Sprintf("%s lets one client address have %d connections, and every open WebSocket is one: the next handshake, of another tab or another person behind the same address, is answered 503", l.Name, n),
						Fix:     raise(l.Setting, 100),
					})
				case !l.PerClient && p.Clients > n:
					then := "are answered 503"
					if l.Waits {
						then = "get no answer until one of them closes"
					}
					report(Finding{
						Pos:     l.Pos,
						Message: fmt.Sprintf("%s lets %d connections be open, and %d sockets are declared: further handshakes %s", l.Name, n, p.Clients, then),
						Fix:     raise(l.Setting, p.Clients+p.Clients/5),
					})
				}
			}
		}
	},
}

// fewPerClient is how many connections one client address has with a few tabs open, or a few people behind one router.
const fewPerClient = 20
