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

// inOne makes a finding say that it is about one browser only: that this browser refuses the 101, or that what it
// sends fares differently.
func (f *Finding) inOne(browser string) {
	name := browserNames[browser]
	p := f.Trace
	o := p.Handshake()
	arrives, _ := p.Final().IsUpgrade()
	if o.Kind != hop.Refused || !arrives {
		f.Message = "in " + name + ", " + f.Message
		return
	}
	// The application gets what it wants, and it is the browser that does not take its answer.
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
