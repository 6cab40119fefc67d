package rules

import "github.com/wslint/wslint/hop"

// HandshakeAnsweredFromCache is found where a cache may hand an answer to an earlier request out to a handshake.
var HandshakeAnsweredFromCache = &Rule{
	Name:     "handshake-answered-from-cache",
	Summary:  "the handshake may be answered from a cache",
	Severity: Warning,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) || p.Confidence == hop.Possible {
			return
		}
		for i := range p.Hops {
			h := &p.Hops[i]
			if _, known := h.Cache.Get(); !known {
				continue
			}
			f := Finding{
				Pos:     h.Cache.Pos,
				Message: headline(h.Name, "may answer the handshake from its cache (%s)", h.Cache.Name),
				Notes: note(
					"an earlier answer to the same address, an error page too, is sent instead of the 101, and " + reports1006,
				),
			}
			if h.Cache.Set != nil {
				f.Fix = &Fix{Title: "switch " + h.Cache.Name + " off here", Edits: h.Cache.Set("off")}
			}
			report(f)
		}
	},
}
