package rules

import (
	"cmp"

	"github.com/wslint/wslint/hop"
)

// TimeoutAnnotationIgnored is found where somebody wrote a timeout that the controller cannot read: the one that holds
// without it stays, and nobody hears of that.
var TimeoutAnnotationIgnored = &Rule{
	Name:     "timeout-annotation-ignored",
	Summary:  "the controller cannot read a timeout, and the usual one stays",
	Severity: Error,
	Seen:     Quiet,
	Misfit: func(m *hop.Misfit, report func(Finding)) {
		if m.Fault != hop.TimerDropped {
			return
		}
		stays := cmp.Or(m.InForce, "the usual one")
		report(Finding{
			Message: about(ignores(m), m, stays+" stays"),
			Notes:   whyAndInstead(m),
			Fix:     write(m, m.Value),
		})
	},
}
