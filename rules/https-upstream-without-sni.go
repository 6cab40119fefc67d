package rules

import (
	"strings"

	"github.com/wslint/wslint/hop"
)

// HTTPSUpstreamWithoutSNI is found where TLS to a named server does not say the name. Whether the server needs it
// cannot be seen. Measured: law P3.
var HTTPSUpstreamWithoutSNI = &Rule{
	Name:     "https-upstream-without-sni",
	Summary:  "TLS to the next server does not send its name (SNI)",
	Severity: Info,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		if !toApplication(p) {
			return
		}
		h := p.Last()
		unsent := h.UnsentName != (hop.Pos{})
		if !hop.Is(h.SNI, false) || h.SNI.Name == "" ||
			!strings.Contains(h.Next.Host, ".") && h.Upstream == nil && !unsent {
			return // one label is a container or a machine of the same network
		}
		f := Finding{
			Pos:     h.SNI.Pos,
			Message: headline(h.Name, "connects with TLS but does not send the server's name (%s)", origin(h.SNI)),
			Notes:   note("a server that has several certificates refuses that, and the handshake is answered with 502"),
		}
		if unsent {
			f.Notes = append([]hop.Note{{Pos: h.UnsentName, Text: "this name is only compared with the certificate, not sent"}},
				f.Notes...)
		}
		if h.SNI.IsDefault() && h.SNI.As == hop.Unseen {
			f.Notes = append(f.Notes, unlessSet(h, h.SNI.Name)...)
		}
		if h.SNI.Set != nil {
			f.Fix = &Fix{Title: "switch " + h.SNI.Name + " on", Edits: h.SNI.Set("on")}
		}
		report(f)
	},
}
