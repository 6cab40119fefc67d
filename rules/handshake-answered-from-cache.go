package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// HandshakeAnsweredFromCache is found where a cache may hand an answer to an earlier request out to a handshake.
var HandshakeAnsweredFromCache = &Rule{
	Name:     "handshake-answered-from-cache",
	Summary:  "a cached answer may be given to the handshake",
	Severity: Warning,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) || p.Confidence == hop.Possible {
			return
		}
		for _, h := range p.Hops {
			if _, known := h.Cache.Get(); !known {
				continue
			}
			f := Finding{
				Pos:     h.Cache.Pos,
				Message: fmt.Sprintf("%s looks for the handshake in the cache first: an earlier answer to the same address, an error page too, is given to it, and the browser reports 1006", h.Name),
			}
			if h.Cache.Set != nil {
				f.Fix = &Fix{Title: "switch " + h.Cache.Name + " off for this place", Edits: h.Cache.Set("off")}
			}
			report(f)
		}
	},
}
