package rules

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/wslint/wslint/hop"
)

// MapYieldsWrongValue is found where a map gives a header of the handshake the wrong value. Measured: law H5.
var MapYieldsWrongValue = &Rule{
	Name:     "map-yields-wrong-value",
	Summary:  "a map gives Upgrade or Connection a value with which the handshake fails",
	Severity: Error,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		for _, header := range []struct{ name, token string }{{"Upgrade", "websocket"}, {"Connection", "upgrade"}} {
			h := loses(p, header.name, header.token)
			if h == nil {
				continue
			}
			entry, line, found := mapped(h, header.name)
			if !found || lostBefore(p, h, "Upgrade", "websocket") {
				continue // what the map looks at did not arrive: that is another fault
			}
			sent, _ := p.Request.Lines(header.name)
			browser := note(`the browser sent %s "%s"`, header.name, joined(sent))
			message := fmt.Sprintf(`%s, but the application needs "%s"`, entry.Text, header.token)
			if utf8.RuneCountInString("in Firefox 115, "+message) > maxHeadline {
				message, browser[0].Text = entry.Text, browser[0].Text+fmt.Sprintf(
					`, and the application needs "%s"`,
					header.token,
				)
			}
			report(Finding{
				Pos: entry.Pos, Message: message,
				Notes: slices.Concat([]hop.Note{{Pos: line.Pos, Text: "used here"}},
					browser, note(refuses)),
			})
		}
	},
}

func joined(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}
