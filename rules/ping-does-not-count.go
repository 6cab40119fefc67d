package rules

import (
	"fmt"
	"slices"
	"time"

	"github.com/wslint/wslint/hop"
)

// PingDoesNotCount is found where a declared keepalive comes often enough and a timer does not take it for traffic.
var PingDoesNotCount = &Rule{
	Name:     "ping-does-not-count",
	Summary:  "the declared keepalive does not restart an idle timer on the path",
	Severity: Error,
	Seen:     Quiet,
	Needs:    pinged,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		cuts := idleCuts(p, func(c hop.Cut) bool { return c.After <= time.Hour && !counts(p, c) })
		if len(cuts) == 0 {
			return
		}
		cut, ping := surest(p, cuts), p.Pings[0]
		name, _ := p.Station(cut.Hop)
		every, _ := ping.Every.Get()
		why, helps := uncounted(p, ping, cut)
		// Where nobody read what is set, it may be off; where it cannot be, no value makes the ping count.
		held := assumed(p, cut) && (cut.Timer.Most == 0 || cut.Timer.Most > 2*time.Hour)
		var assumes []hop.Note
		if held {
			assumes = assumption(p, cut)
		}
		message, from := closesIdle(name, cut, fmt.Sprintf(": the ping every %s does not count", hop.FormatDuration(every)))
		report(Finding{
			Pos:     cut.Timer.Pos,
			Message: message,
			Notes: slices.Concat(
				pingNote(ping),
				ladder(p, cut),
				from,
				note("%s", why),
				note("%s", sees(cut.Timer)),
				assumes,
				remedy("%s", helps),
			),
			Held: held,
		})
	},
}

// uncounted says why a ping does not restart the timer of a cut, and what would.
func uncounted(p *hop.Path, ping hop.Ping, c hop.Cut) (why, helps string) {
	frame := fmt.Sprintf(
		"send a ping frame every %s: one end sends, the other answers",
		hop.FormatDuration(often(c.After)),
	)
	switch {
	case ping.Sends == hop.Packets && c.Timer.Counts == hop.Packets:
		return "TCP keepalive ends at the next proxy and does not reach this hop", frame
	case ping.Sends == hop.Packets:
		return "TCP keepalive carries no payload, and only payload counts", frame
	}
	other := "server"
	if c.Timer.Restart == hop.Client {
		other = "client"
	}
	return fmt.Sprintf("only what the %s sends counts, and nothing makes it send", other),
		fmt.Sprintf(
			"let the %s send a ping or a message every %s; if it answers what it is sent, declare kind: ping",
			other,
			hop.FormatDuration(often(c.After)),
		)
}
