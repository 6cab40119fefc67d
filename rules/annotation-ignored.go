package rules

import (
	"fmt"
	"unicode/utf8"

	"github.com/wslint/wslint/hop"
)

// AnnotationIgnored is found where an annotation or an entry of a ConfigMap changes nothing: the controller that reads
// the object knows no such key, or cannot read the value and says so to nobody.
var AnnotationIgnored = &Rule{
	Name:     "annotation-ignored",
	Summary:  "an annotation is read by nobody, or its value is passed over",
	Severity: Warning,
	Seen:     CannotBeRead,
	Misfit: func(m *hop.Misfit, report func(Finding)) {
		f := Finding{Notes: whyAndInstead(m)}
		switch {
		case m.Fault == hop.Dropped:
			f.Message = about(ignores(m), m, "")
			if m.InForce != "" {
				f.Notes = append(f.Notes, note("what holds is %s", m.InForce)...)
			}
			// What is ignored today does something from then on: "yes" that becomes "true" turns use-proxy-protocol on.
			if f.Fix = write(m, m.Value); f.Fix != nil {
				f.Fix.Safe = m.Value == m.InForce
			}
		case m.Fault == hop.NotRead && m.Meant != "":
			f.Message = fmt.Sprintf("%s does not read %s: did you mean %s?", m.By, m.Name, m.Meant)
			if utf8.RuneCountInString(f.Message) > maxHeadline {
				f.Message = fmt.Sprintf("%s does not read %s", m.By, m.Name)
				f.Notes = append(f.Notes, note("did you mean %s?", m.Meant)...)
			}
			if m.Rename != nil {
				f.Fix = &Fix{Title: "write " + m.Meant, Edits: m.Rename()}
			}
		case m.Fault == hop.NotRead:
			f.Message = about(m.By+" does not read "+m.Name+" of %s", m, "")
			if m.Remove != nil {
				if edits := m.Remove(); len(edits) > 0 {
					f.Fix = &Fix{Title: "remove " + m.Name, Safe: true, Edits: edits}
				}
			}
		default:
			return
		}
		report(f)
	},
}
