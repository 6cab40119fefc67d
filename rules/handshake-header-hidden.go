package rules

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// HandshakeHeaderHidden is found where a hop takes a header out of the 101 that the browser needs. Measured: laws R1,
// R2.
var HandshakeHeaderHidden = &Rule{
	Name:     "handshake-header-hidden",
	Summary:  "a header that the browser needs is removed from the 101",
	Severity: Error,
	Seen:     ReplyLost,
	Check: func(p *hop.Path, report func(Finding)) {
		if !toApplication(p) {
			return
		}
		asks := len(p.Request.Header["Sec-Websocket-Protocol"]) > 0
		for i := range p.Hops {
			h := &p.Hops[i]
			for _, hidden := range h.Reply.Hidden {
				name, known := hidden.Get()
				needed := name == "Upgrade" || name == "Connection" || name == "Sec-Websocket-Accept" ||
					name == "Sec-Websocket-Protocol" && asks
				if !known || !needed || replacedWell(p, h, name) {
					continue
				}
				does := "removes " + hop.Spelling(name) + " from"
				if len(h.Reply.Added[name]) > 0 {
					does = "replaces " + hop.Spelling(name) + " in"
				}
				f := Finding{
					Pos:     hidden.Pos,
					Message: headline(h.Name, "%s the 101 (%s)", does, hidden.Name),
					Notes:   note("the browser rejects that answer and reports 1006"),
				}
				if h.Reply.Reveal != nil {
					if edits := h.Reply.Reveal(name); len(edits) > 0 {
						f.Fix = &Fix{Title: "let " + hop.Spelling(name) + " through here", Edits: edits}
					}
				}
				report(f)
			}
		}
	},
}

// replacedWell reports whether h sends a header in the place of the one that it takes out, and whether that may do.
func replacedWell(p *hop.Path, h *hop.Hop, name string) bool {
	lines := h.Reply.Added[name]
	if len(lines) != 1 {
		return false
	}
	v, known := lines[0].Get()
	if !known {
		return true
	}
	switch name {
	case "Upgrade":
		return strings.EqualFold(v, "websocket")
	case "Connection":
		return slices.Contains(hop.Tokens([]string{v}), "upgrade")
	case "Sec-Websocket-Protocol":
		asked, why := p.Request.Lines(name)
		return why != "" || slices.Contains(hop.Tokens(asked), strings.ToLower(v))
	}
	return false
}
