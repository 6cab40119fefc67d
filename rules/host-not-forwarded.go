package rules

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// HostNotForwarded is found where the application gets another Host than the browser's. Servers that compare Origin
// with Host then refuse the handshake. Measured: law Q2.
var HostNotForwarded = &Rule{
	Name:     "host-not-forwarded",
	Summary:  "the application gets another Host than the browser sent, and may refuse the Origin",
	Severity: Warning,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		h, want, got := hostChange(p)
		if h == nil || hostname(want) == hostname(got) || originOf(h) == "" || sameHost(originOf(h), got) {
			return // there is no Origin to compare, or it is of the Host that is sent
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
		if len(f.Notes) == 0 && p.Confidence != hop.Declared && !namesAnother(p, h) {
			return // many applications do not care, and which name browsers use is not known
		}
		f.Notes = append(f.Notes, note(refusesOrigin)...)
		f.Notes = append(f.Notes, note(whoCompares)...)
		report(f)
	},
}

// sameHost reports whether an origin is of a host, whatever the ports.
func sameHost(origin, host string) bool {
	_, authority, _ := strings.Cut(origin, "://")
	return hostname(authority) == hostname(host)
}

// whoCompares names servers of both kinds. Measured: law Q2, address.go; Jupyter is made of tornado.
const whoCompares = "gorilla, coder/websocket, tornado (Jupyter) and Rails compare; ws, socket.io, aiohttp and " +
	"uvicorn do not"

// comparing are paths, by how they begin, of applications that compare Origin with Host by default: Rails, Jupyter.
var comparing = []string{"/cable", "/api/kernels/", "/terminals/websocket"}

// compares reports whether the path is one of an application that compares. Of others nobody knows: ws, socket.io and
// many more do not, and their configurations are right without Host.
func compares(p *hop.Path) bool {
	return slices.ContainsFunc(comparing, func(begin string) bool { return strings.HasPrefix(p.Request.Target, begin) })
}

// namesAnother reports whether somebody wrote the lines for a handshake into h, for a path of its own, and with them
// the name of another host, neither the browser's, nor as X-Forwarded-Host, which some servers take in its place; or
// none, for an application that compares.
func namesAnother(p *hop.Path, h *hop.Hop) bool {
	upgrade, host, forwarded := h.Next.Header["Upgrade"], h.Next.Header["Host"][0], h.Next.Header["X-Forwarded-Host"]
	if p.Confidence < hop.Likely || p.Request.Host == "localhost" || h.CatchAll {
		return false
	}
	return len(upgrade) == 1 && upgrade[0].IsWritten() && (host.IsWritten() || compares(p)) &&
		!(len(forwarded) > 0 && forwarded[0].IsWritten())
}
