package rules

import "github.com/wslint/wslint/hop"

// HostNotForwarded is found where the application gets another Host than the browser's. Servers that compare Origin with Host then
// refuse the handshake. Measured: law Q2.
var HostNotForwarded = &Rule{
	Name:     "host-not-forwarded",
	Summary:  "the application gets another Host than the browser sent, and may refuse the Origin",
	Severity: Warning,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		h, want, got := hostChange(p)
		if h == nil || hostname(want) == hostname(got) || originOf(h) == "" {
			return
		}
		line := h.Next.Header["Host"][0]
		f := Finding{
			Pos:     line.Pos,
			Message: headline(h.Name, `sends Host "%s", but the browser sent "%s"`, got, want),
			Fix:     forward(h, "Host"),
		}
		for _, d := range h.NotInherited {
			if d.Header == "Host" && !line.IsWritten() {
				f.Pos = d.By
				f.Notes = []hop.Note{{Pos: d.Outer.Pos, Text: "ignored here: the location sets its own headers"}}
			}
		}
		if len(f.Notes) == 0 && p.Confidence != hop.Declared {
			return // many applications do not care, and which name browsers use is not known
		}
		f.Notes = append(f.Notes, note(refusesOrigin)...)
		report(f)
	},
}
