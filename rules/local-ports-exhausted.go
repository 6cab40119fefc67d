package rules

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
)

// LocalPortsExhausted is found where more connections are declared than the kernel has local ports towards the
// servers behind a proxy: each tunnel takes one, for as long as it lasts.
var LocalPortsExhausted = &Rule{
	Name:     "local-ports-exhausted",
	Summary:  "the declared clients need more local ports towards the application than the kernel has",
	Severity: Warning,
	Seen:     UnderLoad,
	Needs:    func(p *hop.Path) bool { return onKernel(p) && crowded(p) },
	Check: func(p *hop.Path, report func(Finding)) {
		clients := p.Clients
		if !tunnels(p) {
			return
		}
		s := p.Kernel.Ports
		ports, known := s.Get()
		if !known {
			return
		}
		for i := range p.Hops {
			h := &p.Hops[i]
			room := h.Servers * ports.Count()
			if h.Servers == 0 || strings.HasPrefix(h.Next.Addr, "unix:") || clients <= room {
				continue
			}
			behind := "its backend"
			if h.Servers > 1 {
				behind = fmt.Sprintf("its %d backend addresses", h.Servers)
			}
			f := Finding{
				Pos:     s.Pos,
				Message: headline(h.Name, "can open %d connections to %s, but %d clients are declared", room, behind, clients),
				Notes: []hop.Note{
					{
						Pos:  p.Pos,
						Text: fmt.Sprintf("%d clients are declared for this path", clients),
					}, {Pos: h.Pos, Text: "their connections go through here"},
					{
						Text: fmt.Sprintf(
							"each takes a local port for as long as it is open, and the kernel has %d per backend address (%s, %s)",
							ports.Count(),
							portsText(ports),
							origin(s),
						),
					},
					{Text: "further handshakes " + unreached(h)},
				},
			}
			// Ports below 1024 belong to services.
			if widest := (hop.PortRange{First: 1024, Last: 65535}); clients <= h.Servers*widest.Count() {
				f.Fix = kernelFix(s, "1024 65535")
			}
			if s.IsDefault() {
				f.Pos, f.Notes = p.Pos, f.Notes[1:]
			}
			report(f)
			return
		}
	},
}

// unreached says what becomes of handshakes for which h gets no connection.
func unreached(h *hop.Hop) string {
	if h.Relay != nil {
		if a, known := h.Relay(hop.Refuses).Get(); known && a.Kind == hop.Answered {
			return fmt.Sprintf("get %d", a.Status)
		}
	}
	return "fail"
}

func portsText(r hop.PortRange) string { return fmt.Sprintf("%d to %d", r.First, r.Last) }
