package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// SettingWithoutEffect is found where somebody wrote a setting, and what it is written on does not have it: whoever
// applies the configuration hears nothing of that.
var SettingWithoutEffect = &Rule{
	Name:     "setting-without-effect",
	Summary:  "a setting is written where it changes nothing",
	Severity: Warning,
	Seen:     Quiet,
	Anyway:   true,
	Check: func(p *hop.Path, report func(Finding)) {
		misfits(p, false, func(h *hop.Hop, m hop.Misfit) {
			f := Finding{Pos: m.Pos, Message: fmt.Sprintf("%s: %s has no effect", h.Name, m.Name)}
			f.Notes = append(f.Notes, note("%s", m.Why)...)
			if m.Instead != "" {
				f.Notes = append(f.Notes, note("to fix this: %s", m.Instead)...)
			}
			if m.Remove != nil {
				f.Fix = &Fix{Title: "remove " + m.Name, Safe: true, Edits: m.Remove()}
			}
			report(f)
		})
	},
}

// misfits calls do with the settings of all hops that change nothing: those that are refused, or the others.
func misfits(p *hop.Path, refused bool, do func(h *hop.Hop, m hop.Misfit)) {
	for i := range p.Hops {
		h := &p.Hops[i]
		for _, m := range h.Misfits {
			if m.Refused == refused {
				do(h, m)
			}
		}
	}
}
