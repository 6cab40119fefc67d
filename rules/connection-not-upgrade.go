package rules

import "github.com/wslint/wslint/hop"

// ConnectionNotUpgrade is found where a handshake's Connection header stops naming upgrade. Where no upgrade line is
// written at all, upgrade-not-forwarded says it.
var ConnectionNotUpgrade = &Rule{
	Name:     "connection-not-upgrade",
	Summary:  `the Connection header that reaches the application does not say "upgrade"`,
	Severity: Error,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		h := loses(p, "Connection", "upgrade")
		if h == nil {
			return
		}
		f := Finding{Fix: forward(h, "Connection")}
		if _, _, byMap := mapped(h, "Connection"); byMap {
			return // map-yields-wrong-value says it
		}
		line, found := writtenLine(h, "Connection")
		switch {
		case found:
			f.Pos, f.Message = line.Pos, asWritten(line)
		case len(dropped(h, "Connection", "upgrade")) > 0 || !has(h.Next, "Upgrade", "websocket"):
			return
		default:
			f.Pos, f.Message = h.Pos, headline(h.Name, "forwards Upgrade, but sends no Connection header")
			if lines, _ := h.Next.Lines("Connection"); len(lines) > 0 {
				f.Message = headline(h.Name, `forwards Upgrade, but sends Connection "%s"`, lines[0])
			}
		}
		f.Notes = note(refuses)
		report(f)
	},
}
