package rules

import (
	"cmp"
	"fmt"

	"github.com/wslint/wslint/hop"
)

// AnnotationNotString is found where an annotation or an entry of a ConfigMap is a number or a truth value: the API of
// Kubernetes has texts there, and refuses the object as a whole.
var AnnotationNotString = &Rule{
	Name:     "annotation-not-string",
	Summary:  "an annotation is a number or a truth value, so Kubernetes refuses the object",
	Severity: Error,
	Seen:     CannotBeRead,
	Misfit: func(m *hop.Misfit, report func(Finding)) {
		if m.Fault != hop.NotText {
			return
		}
		value, _ := m.Get()
		report(Finding{
			Message: about("the API refuses %s", m, fmt.Sprintf("%s is %s without quotes", m.Name, value)),
			Notes:   whyAndInstead(m),
			Fix:     write(m, cmp.Or(m.Value, value)),
		})
	},
}
