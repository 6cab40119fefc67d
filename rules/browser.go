package rules

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// browserNames are what people call the browsers of paths.
var browserNames = map[string]string{"chrome": "Chromium", "firefox": "Firefox", oldFirefox: "Firefox 115"}

// oldFirefox sends another Connection than the browsers of today (law B3). What concerns it alone is a warning, and
// that it fares better than the others spares nobody.
const oldFirefox = "firefox-115"

func ofToday(browsers []string) []string {
	return slices.DeleteFunc(slices.Clone(browsers), func(b string) bool { return b == oldFirefox })
}

// declines reports whether the browser of a path does not take the answer of an application that gets what it wants.
func declines(p *hop.Path) bool {
	arrives, _ := p.Final().IsUpgrade()
	return arrives && p.Handshake().Kind == hop.Refused
}

// inOne makes a finding say that it is about one browser only: that this browser refuses the 101, or that what it
// sends fares differently.
func (f *Finding) inOne(browser string, declined bool) {
	name := browserNames[browser]
	if !declined {
		f.Message = "in " + name + ", " + f.Message
		return
	}
	does, whole := name+" refuses the 101", f.Message
	message, left := because(does, whole)
	if len(left) > 0 { // there is no room for all of it
		first, rest, _ := strings.Cut(whole, ", ")
		if message, left = because(does, first); len(left) == 0 {
			left = note("%s", strings.TrimPrefix(rest, "so "))
		}
	}
	f.Message, f.Notes = message, append(left, f.Notes...)
}
