package rules

import "github.com/wslint/wslint/hop"

// mapped is the map entry that a written header line of h gets its value from.
func mapped(h *hop.Hop, name string) (entry hop.Note, line hop.Setting[string], found bool) {
	line, found = writtenLine(h, name)
	if !found {
		return entry, line, false
	}
	entry, found = h.Mapped[name]
	return entry, line, found
}
