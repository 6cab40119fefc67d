package rules

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/wslint/wslint/hop"
)

// Misfits judges settings that were found apart from any path. What is found is certain: it does not hang on where
// WebSockets pass.
func Misfits(rules []*Rule, list []hop.Misfit) (found []Finding) {
	for i := range list {
		m := &list[i]
		for _, r := range rules {
			if r.Misfit == nil {
				continue
			}
			r.Misfit(m, func(f Finding) {
				f.Rule, f.Severity, f.Confidence = r, r.Severity, hop.Certain
				f.Pos, f.Resource, f.Path = m.Pos, m.Of, m.Of
				if f.Held = f.Held || m.Held; f.Held {
					f.Severity = min(f.Severity, Warning)
				}
				found = append(found, f)
			})
		}
	}
	return found
}

// whyAndInstead are the notes that say why a setting misfits, and what does what is meant.
func whyAndInstead(m *hop.Misfit) (list []hop.Note) {
	if m.Why != "" {
		list = append(list, note("%s", m.Why)...)
	}
	if m.Instead != "" {
		list = append(list, remedy("%s", m.Instead)...)
	}
	return list
}

// about is a headline about a setting, with a %s in the place of the object that it is written on: with its name, where
// there is room for it, else only with what it is.
func about(format string, m *hop.Misfit, rest string) string {
	if rest != "" {
		rest = ": " + rest
	}
	message := fmt.Sprintf(format, m.Of) + rest
	if utf8.RuneCountInString(message) > maxHeadline {
		message = fmt.Sprintf(format, "the "+brief(m.Of)) + rest
	}
	return message
}

// ignores says that a value is passed over, with a %s in the place of the object.
func ignores(m *hop.Misfit) string {
	value, _ := m.Get()
	return fmt.Sprintf("%s ignores %s %q of %%s", m.By, m.Name, strings.ReplaceAll(value, "%", "%%"))
}

// write is the fix that writes the value which was meant.
func write(m *hop.Misfit, value string) *Fix {
	if value == "" || m.Set == nil {
		return nil
	}
	return &Fix{Title: "write " + m.Name + `: "` + value + `"`, Safe: true, Edits: m.Set(value)}
}
