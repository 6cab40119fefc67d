package report

import (
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
)

// The narrowest and the widest that texts are broken to.
const (
	narrowest = 60
	usual     = 80
	widest    = 100
)

// lineWidth is the width that pages and traces keep to.
func (o Options) lineWidth() int {
	if o.Width == 0 {
		return usual
	}
	return min(max(o.Width, narrowest), widest)
}

// breakLines breaks text at spaces into lines of at most width cells, the first behind a lead of so many cells, the
// others behind rest. A word that is longer stays whole, so that it can be copied. A width of 0 breaks nothing.
func breakLines(text string, width, lead, rest int) (lines []string) {
	if width == 0 {
		return []string{text}
	}
	line, used := "", lead
	for _, word := range strings.Split(text, " ") {
		n := textWidth(word)
		switch {
		case line == "":
		case used+1+n > width:
			lines = append(lines, line)
			line, used = "", rest
		default:
			line, used = line+" ", used+1
		}
		line, used = line+word, used+n
	}
	return append(lines, line)
}

var escapes = lazyregexp.New("\x1b\\[[0-9;]*m")

// stripped is text without its colours.
func stripped(s string) string { return escapes.ReplaceAllString(s, "") }
