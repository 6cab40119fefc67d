package rules

import (
	"slices"

	"github.com/wslint/wslint/hop"
)

// CaptureClobbered is found where an address is made of a part of the path that something else has replaced: nginx has
// one set of $1 to $9 for a request. Measured: law L1.
var CaptureClobbered = &Rule{
	Name:     "capture-clobbered",
	Summary:  "a pattern replaces the $1 that the address of the application is made of",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			h := &p.Hops[i]
			c := h.Clobbered
			if c == nil {
				continue
			}
			report(Finding{
				Pos:     c.By.Pos,
				Message: headline(h.Name, "no longer has %q in %s: %s replaces it", c.Had, c.Name, c.By.Text),
				Notes: slices.Concat(
					[]hop.Note{{Pos: c.Pos, Text: c.Name + " is read here"}},
					note("nginx keeps one set of $1 to $9: the last pattern that is tried fills or empties it"),
					remedy("name the group of the location, (?<name>…), and use $name"),
				),
			})
		}
	},
}
