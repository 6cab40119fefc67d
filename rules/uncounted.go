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
	Summary:  "the declared keepalive does not restart a timer on the path",
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
		cut, ping := cuts[0], p.Pings[0]
		name, _ := p.Station(cut.Hop)
		every, _ := ping.Every.Get()
		length, _ := cut.Timer.Get()
		why, helps := uncounted(p, ping, cut)
		report(Finding{
			Pos: cut.Timer.Pos,
			Message: fmt.Sprintf("%s: %s of %s %s the connection after %s although something is sent every %s: %s: %s",
				name, cut.Timer.Setting, hop.FormatDuration(length), ends(cut.Timer), hop.FormatDuration(cut.After), hop.FormatDuration(every), why, sees(cut.Timer)),
			Notes: slices.Concat(pingNote(ping), ladder(p, cut), []hop.Note{{Text: "what helps: " + helps}}),
		})
	},
}

// uncounted says why a ping does not restart the timer of a cut, and what would.
func uncounted(p *hop.Path, ping hop.Ping, c hop.Cut) (why, helps string) {
	frame := fmt.Sprintf("a ping frame every %s, which both ends answer or send", hop.FormatDuration(often(c.After)))
	switch {
	case ping.Sends == hop.Packets && c.Timer.Counts == hop.Packets:
		return "TCP keepalive ends at the next proxy and does not get here", frame
	case ping.Sends == hop.Packets:
		return "TCP keepalive carries no payload, and only payload counts", frame
	}
	other := "server"
	if c.Timer.Restart == hop.Client {
		other = "client"
	}
	return fmt.Sprintf("only what the %s sends counts, and nothing makes it send", other),
		fmt.Sprintf("a ping or a message of the %s every %s; if it answers what is sent to it, kind: ping says so", other, hop.FormatDuration(often(c.After)))
}
