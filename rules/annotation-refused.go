package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// AnnotationRefused is found where the value of an annotation makes a controller refuse the object: the state that it
// had before stays, or there is none.
var AnnotationRefused = &Rule{
	Name:     "annotation-refused",
	Summary:  "the value of an annotation makes the controller refuse the whole object",
	Severity: Error,
	Seen:     CannotBeRead,
	Misfit: func(m *hop.Misfit, report func(Finding)) {
		if m.Fault != hop.BreaksObject {
			return
		}
		value, _ := m.Get()
		report(Finding{
			Message: about(m.By+" refuses %s", m, fmt.Sprintf("%s is %q", m.Name, value)),
			Notes:   whyAndInstead(m),
			Fix:     write(m, m.Value),
		})
	},
}
