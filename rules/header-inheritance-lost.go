package rules

import "github.com/wslint/wslint/hop"

// HeaderInheritanceLost is found where a level sets one header and so discards all those that the levels around it set.
var HeaderInheritanceLost = &Rule{
	Name:     "header-inheritance-lost",
	Summary:  "a level sets a header of its own and so discards the inherited Upgrade and Connection",
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
			Message: at.Name + " has header lines of its own, and these discard the inherited " + list(headersOf(lost)) + ": " + refuses,
			Fix:     forward(at, names...),
		}
		for _, d := range lost {
			f.Notes = append(f.Notes, hop.Note{Pos: d.Outer.Pos, Text: "without effect here"})
		}
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
