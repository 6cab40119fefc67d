// Package settings says what a setting of nginx, HAProxy or Linux does to a WebSocket. settings.md holds it, a
// section a setting.
package settings

import (
	_ "embed"
	"slices"
	"strings"
)

//go:embed settings.md
var text string

// A Setting is one section: settings that do the same.
type Setting struct {
	Names []string // in the operator's words: "proxy_read_timeout", "timeout tunnel"
	Of    string   // what it is a setting of: "nginx"
	Text  string   // what it does, in Markdown
}

// All lists the settings in the order of the page.
func All() (list []Setting) {
	for _, section := range strings.Split(text, "\n## ")[1:] {
		head, body, _ := strings.Cut(section, "\n")
		names, of, _ := strings.Cut(strings.TrimSuffix(head, ")"), " (")
		list = append(list, Setting{Names: strings.Split(names, ", "), Of: of, Text: strings.TrimSpace(body)})
	}
	return list
}

// Find returns the setting of a name; case does not matter.
func Find(name string) (Setting, bool) {
	list := All()
	i := slices.IndexFunc(list, func(s Setting) bool {
		return slices.ContainsFunc(s.Names, func(n string) bool { return strings.EqualFold(n, name) })
	})
	if i < 0 {
		return Setting{}, false
	}
	return list[i], true
}

// Names lists all names.
func Names() (names []string) {
	for _, s := range All() {
		names = append(names, s.Names...)
	}
	return names
}
