package rules

import (
	"fmt"
	"time"

	"github.com/wslint/wslint/hop"
)

// TCPKeepaliveTooRare is found where somebody set the kernel's TCP keepalive, a hop that counts packets forgets quiet
// connections, and the first probe comes too late for it.
var TCPKeepaliveTooRare = &Rule{
	Name:     "tcp-keepalive-too-rare",
	Summary:  "the kernel's TCP keepalive comes after a hop has dropped the connection",
	Severity: Warning,
	Seen:     Quiet,
	Needs:    onKernel,
	Check: func(p *hop.Path, report func(Finding)) {
		if !p.Kernel.Keepalive.IsWritten() || !tunnels(p) {
			return
		}
		s := p.Kernel.Keepalive
		every, _ := s.Get()
		for _, cut := range p.Cuts() {
			if cut.Timer.Counts != hop.Packets || every < cut.After {
				continue
			}
			name, pos := p.Station(cut.Hop)
			if !cut.Timer.Pos.IsZero() {
				pos = cut.Timer.Pos
			}
			report(Finding{
				Pos: s.Pos,
				Message: fmt.Sprintf("the first TCP keepalive probe comes after %s, but %s drops idle connections after %s",
					hop.FormatDuration(every), brief(name), hop.FormatDuration(cut.After)),
				Notes: []hop.Note{
					{
						Pos:  pos,
						Text: fmt.Sprintf("%s after %s without a packet", origin(cut.Timer.Setting), hop.FormatDuration(cut.After)),
					},
					{Text: sees(cut.Timer)},
				},
				Fix: kernelFix(s, fmt.Sprint(int(max(cut.After/3, time.Second).Seconds()))),
			})
			return
		}
	},
}
