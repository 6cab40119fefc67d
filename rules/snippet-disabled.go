package rules

import (
	"github.com/wslint/wslint/hop"
)

// SnippetDisabled is found where an annotation holds lines for the proxy's own configuration, and the controller is
// set up not to take any.
var SnippetDisabled = &Rule{
	Name:     "snippet-disabled",
	Summary:  "a snippet is written, and the controller takes none",
	Severity: Warning,
	Seen:     CannotBeRead,
	Misfit: func(m *hop.Misfit, report func(Finding)) {
		if m.Fault != hop.SnippetOff {
			return
		}
		report(Finding{
			Message: about(m.By+" takes no snippets, and %s has a "+m.Name, m, ""),
			Notes:   whyAndInstead(m),
		})
	},
}
