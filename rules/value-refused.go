package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// ValueRefused is found where a setting has a value, or a name, that is refused when the configuration is applied.
// Planning does not notice.
var ValueRefused = &Rule{
	Name:     "value-refused",
	Summary:  "a setting has a name or a value that is refused when it is applied",
	Severity: Error,
	Seen:     CannotBeRead,
	Anyway:   true,
	Check: func(p *hop.Path, report func(Finding)) {
		misfits(p, true, func(h *hop.Hop, m hop.Misfit) {
			value, _ := m.Get()
			f := Finding{Pos: m.Pos, Message: fmt.Sprintf("%s: %s = %s is refused when it is applied", h.Name, m.Name, value)}
			f.Notes = append(f.Notes, note("%s", m.Why)...)
			if m.Meant != "" {
				f.Message = fmt.Sprintf("%s: unknown attribute %s: did you mean %s?", h.Name, m.Name, m.Meant)
			}
			if m.Instead != "" {
				f.Notes = append(f.Notes, note("to fix this: %s", m.Instead)...)
			}
			switch {
			case m.Rename != nil:
				f.Fix = &Fix{Title: "write " + m.Meant, Edits: m.Rename()}
			case m.Unfit && m.Remove != nil:
				f.Fix = &Fix{Title: "remove " + m.Name, Edits: m.Remove()}
			}
			report(f)
		})
	},
}
