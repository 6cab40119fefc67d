package rules

import (
	"slices"

	"github.com/wslint/wslint/hop"
)

// PingThrottledInHiddenTab is found where the messages of a browser's timer keep a connection open only as long as
// somebody looks at the page: the timers of a hidden tab run once a minute.
var PingThrottledInHiddenTab = &Rule{
	Name:     "ping-throttled-in-hidden-tab",
	Summary:  "a keepalive sent by the page comes too late once its tab is hidden",
	Severity: Warning,
	Seen:     Quiet,
	Needs:    pinged,
	Check: func(p *hop.Path, report func(Finding)) {
		if !slices.ContainsFunc(p.Pings, func(ping hop.Ping) bool { return ping.Hidden > 0 }) || !tunnels(p) {
			return
		}
		hidden := *p
		hidden.Pings = slices.Clone(p.Pings)
		for i := range hidden.Pings {
			if h := hidden.Pings[i].Hidden; h > 0 {
				hidden.Pings[i].Every = hop.Written(hidden.Pings[i].Every.Name, h, hidden.Pings[i].Every.Pos)
			}
		}
		visible := p.Cuts()
		cuts := idleCuts(&hidden, func(c hop.Cut) bool {
			return counts(p, c) &&
				!slices.ContainsFunc(visible, func(v hop.Cut) bool { return v.Hop == c.Hop && same(v.Timer, c.Timer) })
		})
		if len(cuts) == 0 {
			return
		}
		cut := cuts[0]
		name, _ := p.Station(cut.Hop)
		ping := lastPing(&hidden, cut)
		every, _ := p.Pings[slices.IndexFunc(p.Pings, func(q hop.Ping) bool { return q.Hidden > 0 })].Every.Get()
		length, _ := cut.Timer.Get()
		to := 2*ping.Hidden + ping.Hidden/6
		report(Finding{
			Pos: cut.Timer.Pos,
			Message: headline(
				name,
				"%s the connection of a hidden tab after %s (%s)",
				ends(cut.Timer),
				hop.FormatDuration(length),
				origin(cut.Timer.Setting),
			),
			Notes: slices.Concat(
				pingNote(ping),
				ladder(p, cut),
				note(
					"the page sends every %s, but in a hidden tab the browser runs its timers only once in %s",
					hop.FormatDuration(every),
					hop.FormatDuration(ping.Hidden),
				),
				note("%s", sees(cut.Timer)),
				assumption(p, cut),
				remedy("let the server ping: no tab slows it down"),
			),
			Fix: lengthenAll(cuts, to),
		})
	},
}
