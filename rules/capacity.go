package rules

import (
	"fmt"
	"strconv"
	"time"

	"github.com/wslint/wslint/hop"
)

// fewPerClient is how many connections one client address has with a few tabs open, or a few people behind one router.
const fewPerClient = 20

// ConnectionLimit is found where a limit on connections counts sockets, which stay. Measured: law A1.
var ConnectionLimit = &Rule{
	Name:     "connection-limit",
	Summary:  "a limit on connections counts every open WebSocket for its whole life",
	Severity: Warning,
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
					report(Finding{
						Pos:     l.Pos,
						Message: fmt.Sprintf("%s lets %d connections be open, and %d sockets are declared: further handshakes are answered 503", l.Name, n, p.Clients),
						Fix:     raise(l.Setting, p.Clients+p.Clients/5),
					})
				}
			}
		}
	},
}

func raise(s hop.Setting[int], to int) *Fix {
	if s.Set == nil {
		return nil
	}
	return &Fix{Title: fmt.Sprintf("raise it to %d", to), Edits: s.Set(strconv.Itoa(to))}
}

// TunnelCapacity is found where the declared sockets do not fit into one worker. Measured: law A1.
var TunnelCapacity = &Rule{
	Name:     "tunnel-capacity",
	Summary:  "the declared number of sockets does not fit into one worker's connections",
	Severity: Warning,
	Check: func(p *hop.Path, report func(Finding)) {
		if p.Clients == 0 || !tunnels(p) {
			return
		}
		for _, h := range p.Hops {
			n, known := h.Capacity.Get()
			if h.Capacity.Name == "" || !known || 2*p.Clients <= n {
				continue
			}
			report(Finding{
				Pos: h.Capacity.Pos,
				Message: fmt.Sprintf("%s of %d is room for %d WebSockets in a worker, two connections each, and %d are declared: one worker may get them all, and further handshakes are answered 500 or closed",
					h.Capacity, n, n/2, p.Clients),
				Fix: raise(h.Capacity, (2*p.Clients*5/4+1023)/1024*1024),
			})
		}
	},
}

// KeepaliveMargin is found where a ping comes in time and just so: a late timer, a slow network or a throttled tab loses the race.
var KeepaliveMargin = &Rule{
	Name:     "keepalive-margin",
	Summary:  "the ping comes just before the timeout, and too late if anything delays it",
	Severity: Warning,
	Check: func(p *hop.Path, report func(Finding)) {
		if len(p.Pings) == 0 || !tunnels(p) {
			return
		}
		for i, h := range p.Hops {
			for _, t := range h.Idle {
				length, known := t.Get()
				ping := lastPing(p, hop.Cut{Hop: i, Timer: t})
				every, sure := ping.Every.Get()
				if !known || !sure || !p.Counts(ping, i, t) || t.Starts != hop.Opened || every >= length {
					continue
				}
				f := Finding{Pos: t.Pos, Notes: pingNote(ping)}
				if every+max(5*time.Second, every/5) <= length {
					continue
				}
				f.Message = fmt.Sprintf("%s: %s of %s leaves a ping every %s only %s of slack: one that comes later ends the connection with 1006",
					h.Name, t.Setting, duration(length), duration(every), duration(length-every))
				to := 2*every + 10*time.Second
				f.Notes = append(f.Notes, cure([]hop.Cut{{Hop: i, Timer: t}}, to, often(length))...)
				f.Fix = lengthen(t, to)
				report(f)
			}
		}
	},
}

// TimeoutForWrongModule is found where the timeout that somebody wrote is not the one that ends the connection. Measured: law P2.
var TimeoutForWrongModule = &Rule{
	Name:     "timeout-for-wrong-module",
	Summary:  "the timeout that is written belongs to another module and does not act",
	Severity: Warning,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for _, cut := range p.Cuts() {
			if cut.Hop == len(p.Hops) {
				continue // the application's own
			}
			for _, d := range p.Hops[cut.Hop].Decoys {
				length, known := d.Get()
				if !known || d.For != cut.Timer.Name || !cut.Timer.IsDefault() || length <= cut.After {
					continue
				}
				report(Finding{
					Pos: d.Pos,
					Message: fmt.Sprintf("%s does not act on %s: %s closes the connection after %s of silence",
						d.Name, p.Hops[cut.Hop].Name, cut.Timer.Setting, duration(cut.After)),
					Fix: lengthen(cut.Timer, length),
				})
			}
		}
	},
}

// UnitSlip is found where a number of seconds was written with the unit of milliseconds.
var UnitSlip = &Rule{
	Name:     "unit-slip",
	Summary:  "a timeout in milliseconds looks as if seconds were meant",
	Severity: Warning,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for _, h := range p.Hops {
			for _, t := range h.Idle {
				length, known := t.Get()
				ms := length.Milliseconds()
				// 300ms, 3600ms, 86400ms: whole minutes if they were seconds, and no whole seconds as they are.
				if !known || !t.IsWritten() || length%time.Second == 0 || ms%60 != 0 || ms < 120 {
					continue
				}
				f := Finding{
					Pos:     t.Pos,
					Message: fmt.Sprintf("%s of %dms closes the connection after %s seconds of silence: the number is a usual one of seconds, not of milliseconds", t.Name, ms, strconv.FormatFloat(length.Seconds(), 'f', -1, 64)),
				}
				if t.Set != nil {
					f.Fix = &Fix{Title: fmt.Sprintf("set %s to %ds", t.Name, ms), Edits: t.Set(fmt.Sprintf("%ds", ms))}
				}
				report(f)
			}
		}
	},
}

// HardcodedUpgrade is found where every request of a site is sent as a handshake. Measured: law H2.
var HardcodedUpgrade = &Rule{
	Name:     "hardcoded-upgrade",
	Summary:  "every request, also for pages, is sent to the application as a handshake",
	Severity: Warning,
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
