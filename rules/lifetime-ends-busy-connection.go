package rules

import (
	"fmt"
	"slices"
	"time"

	"github.com/wslint/wslint/hop"
)

// LifetimeEndsBusyConnection is found where something on the path ends every connection after a fixed time.
var LifetimeEndsBusyConnection = &Rule{
	Name:     "lifetime-ends-busy-connection",
	Summary:  "every connection is ended after a fixed time, active or idle",
	Severity: Warning,
	Seen:     Aged,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		cuts := slices.DeleteFunc(p.Cuts(), func(c hop.Cut) bool {
			// A day that nobody can change is no news, nor is less where nobody asked.
			return c.Timer.Restart != 0 ||
				c.Timer.As == hop.Fixed && (c.After >= 24*time.Hour || p.Confidence < hop.Declared)
		})
		if len(cuts) == 0 {
			return
		}
		cut := cuts[0]
		name, _ := p.Station(cut.Hop)
		f := Finding{
			Pos: cut.Timer.Pos,
			Message: headline(
				name,
				"ends every connection after %s, active or idle (%s)",
				hop.FormatDuration(cut.After),
				origin(cut.Timer.Setting),
			),
			Fix: lengthen(cut.Timer, 24*time.Hour),
		}
		for _, c := range cuts[1:] {
			name, _ := p.Station(c.Hop)
			f.Notes = append(
				f.Notes,
				hop.Note{
					Pos: c.Timer.Pos,
					Text: fmt.Sprintf(
						"%s ends every connection after %s (%s)",
						name,
						hop.FormatDuration(c.After),
						origin(c.Timer.Setting),
					),
				},
			)
		}
		f.Notes = append(f.Notes, note("pings do not help, and a client that does not reconnect stays disconnected")...)
		if f.Fix == nil && cut.Timer.As != hop.Fixed {
			most := 24 * time.Hour
			if cut.Timer.Most > 0 {
				most = min(most, cut.Timer.Most)
			}
			if most > cut.After {
				f.Notes = append(f.Notes, remedy("set %s to %s", cut.Timer.Name, hop.FormatDuration(most))...)
			}
		}
		report(f)
	},
}
