package report

import "github.com/wslint/wslint/hop"

// noteLine is a note with its place, in one line.
func noteLine(n hop.Note) string {
	if n.Pos.IsZero() {
		return "note: " + oneLine(n.Text)
	}
	return where(n.Pos) + ": " + oneLine(n.Text)
}
