package rules

import (
	"slices"

	"github.com/wslint/wslint/hop"
)

// UpgradeNotForwarded is found where the Upgrade header of a handshake ends.
var UpgradeNotForwarded = &Rule{
	Name:     "upgrade-not-forwarded",
	Summary:  "the Upgrade header does not reach the application",
	Severity: Error,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		h := loses(p, "Upgrade", "websocket")
		if h == nil || len(dropped(h, "Upgrade", "websocket")) > 0 {
			return // header-inheritance-lost says it
		}
		if _, _, byMap := mapped(h, "Upgrade"); byMap {
			return // map-yields-wrong-value says it
		}
		f := Finding{Pos: h.Pos, Message: headline(h.Name, "does not forward the Upgrade header"), Notes: note(refuses)}
		if line, found := writtenLine(h, "Upgrade"); found {
			f.Pos, f.Message = line.Pos, asWritten(line)
		} else if h.Around != nil && h.Around.Headers {
			f.Held, f.Notes = true, append(f.Notes, unlessSet(h, "this header")...)
		}
		names := []string{"Upgrade"}
		if _, why := h.Next.Lines("Connection"); why == "" && !has(h.Next, "Connection", "upgrade") {
			names = append(names, "Connection")
		}
		if f.Fix = forward(h, names...); f.Fix == nil && f.Pos == h.Pos {
			// A listener that forwards it to nobody says so, where it is written.
			i := slices.IndexFunc(h.Notes, func(n hop.Note) bool { return n.Pos == h.Answer.Pos && !n.Pos.IsZero() })
			if i >= 0 {
				f.Notes = append(f.Notes, h.Notes[i])
			}
		}
		report(f)
	},
}
