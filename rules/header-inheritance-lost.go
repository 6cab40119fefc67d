package rules

import "github.com/wslint/wslint/hop"

// HeaderInheritanceLost is found where a level sets one header and so discards all those that the levels around it
// set.
var HeaderInheritanceLost = &Rule{
	Name:     "header-inheritance-lost",
	Summary:  "a location sets its own headers and so drops the inherited Upgrade and Connection",
	Severity: Error,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		var at *hop.Hop
		var lost []hop.NotInherited
		var names []string
		for _, header := range []struct{ name, token string }{{"Upgrade", "websocket"}, {"Connection", "upgrade"}} {
			h := loses(p, header.name, header.token)
			if h == nil || at != nil && h != at {
				continue
			}
			if d := dropped(h, header.name, header.token); len(d) > 0 {
				at, lost, names = h, append(lost, d...), append(names, header.name)
			} else if !has(h.Next, header.name, header.token) && len(lost) > 0 {
				names = append(names, header.name)
			}
		}
		if at == nil {
			return
		}
		f := Finding{
			Pos:     lost[0].By,
			Message: headline(at.Name, "sets its own headers, so it drops the inherited %s", list(headersOf(lost))),
			Fix:     forward(at, names...),
		}
		for _, d := range lost {
			f.Notes = append(f.Notes, hop.Note{Pos: d.Outer.Pos, Text: "ignored in this location"})
		}
		f.Notes = append(f.Notes, note(refuses)...)
		report(f)
	},
}

func headersOf(lost []hop.NotInherited) []string {
	var names []string
	for _, d := range lost {
		names = append(names, hop.Spelling(d.Header))
	}
	return names
}
