package rules

import "github.com/wslint/wslint/hop"

// MapYieldsWrongValue is found where a map gives a header of the handshake the wrong value. Measured: law H5.
var MapYieldsWrongValue = &Rule{
	Name:     "map-yields-wrong-value",
	Summary:  "a map gives Upgrade or Connection a value that refuses the handshake",
	Severity: Error,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		for _, header := range []struct{ name, token string }{{"Upgrade", "websocket"}, {"Connection", "upgrade"}} {
			h := loses(p, header.name, header.token)
			if h == nil {
				continue
			}
			entry, line, found := mapped(h, header.name)
			if !found {
				continue
			}
			sent, _ := p.Request.Lines(header.name)
			report(Finding{
				Pos:     entry.Pos,
				Message: entry.Text + `, where "` + header.token + `" has to be sent to the application as ` + header.name + ` (the browser's was "` + joined(sent) + `"): ` + refuses,
				Notes:   []hop.Note{{Pos: line.Pos, Text: "used here"}},
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
