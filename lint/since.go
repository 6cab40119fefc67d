package lint

import (
	"strings"
	"time"

	"github.com/wslint/wslint/rules"
)

// Worse takes out what a former audit, of then, found as well: what stays is new, or more severe than it was, or has
// another value than it had.
func (r *Result) Worse(former *Result, then time.Time) {
	was := map[string]rules.Finding{}
	for _, f := range former.Findings {
		was[identity(f)] = f
	}
	kept := r.Findings[:0]
	for _, f := range r.Findings {
		if old, ok := was[identity(f)]; ok && old.Severity >= f.Severity && old.Message == f.Message {
			r.Old++
			r.Before++
			continue
		}
		kept = append(kept, f)
	}
	r.Findings, r.Since = kept, then
}

// identity is what a finding is about, whatever its values.
func identity(f rules.Finding) string {
	return strings.Join([]string{f.Rule.Name, f.Pos.File, f.Path}, "\x00")
}
