package rules

import (
	"slices"

	"github.com/wslint/wslint/hop"
)

// DuplicateHandshakeHeader is found where a header that may come once is sent twice. Measured: laws H2, R3.
var DuplicateHandshakeHeader = &Rule{
	Name:     "duplicate-handshake-header",
	Summary:  "a header that is allowed once is sent twice",
	Severity: Warning,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		if !toApplication(p) {
			return
		}
		for i := range p.Hops {
			h := &p.Hops[i]
			for _, name := range []string{"Host", "Upgrade"} {
				lines := h.Next.Header[name]
				if got := p.Got(i).Header[name]; len(lines) < 2 || len(got) > 1 {
					continue
				}
				last := lines[len(lines)-1]
				if _, why := h.Next.Lines(name); why != "" || !last.IsWritten() {
					continue
				}
				f := Finding{
					Pos:     last.Pos,
					Message: headline(h.Name, "sends %s %s lines to the application", count(len(lines)), name),
				}
				for _, l := range lines[:len(lines)-1] {
					f.Notes = append(f.Notes, hop.Note{Pos: l.Pos, Text: "the other line"})
				}
				f.Notes = append(f.Notes, note("%s", refusesTwo[name])...)
				if last.Remove != nil {
					f.Fix = &Fix{Title: "remove the last line", Edits: last.Remove()}
				}
				report(f)
			}
			addedTwice(p, h, report)
		}
	},
}

// refusesTwo says which servers refuse two lines of a header. Measured: law H2; for Host on Go 1.26 and ws 8.
var refusesTwo = map[string]string{
	"Host":    "Go's net/http and nginx answer that with 400, and the browser reports 1006; ws on Node accepts it",
	"Upgrade": "ws, socket.io, tornado and websockets answer that with 400 or 426; gorilla and aiohttp accept it",
}

// hides reports whether h takes a header out of the 101.
func hides(h *hop.Hop, name string) bool {
	return slices.ContainsFunc(h.Reply.Hidden, func(s hop.Setting[string]) bool { return hop.Is(s, name) })
}

// addedTwice finds the lines that h adds to the 101 and that browsers refuse there. Measured: laws B2, R2, R3.
func addedTwice(p *hop.Path, h *hop.Hop, report func(Finding)) {
	unasked := len(p.Request.Header["Sec-Websocket-Protocol"]) == 0
	for _, name := range []string{"Upgrade", "Sec-Websocket-Accept", "Sec-Websocket-Protocol"} {
		alone := unasked && name == "Sec-Websocket-Protocol"
		inPlace := hides(h, name) && len(h.Reply.Added[name]) == 1 // of the application's
		if inPlace && !alone || p.InFirefox() && (alone || name == "Upgrade") {
			continue
		}
		for _, added := range h.Reply.Added[name] {
			if v, known := added.Get(); !known || v == "" {
				continue
			}
			f := Finding{
				Pos:     added.Pos,
				Message: headline(h.Name, "adds a second %s to the 101 (%s)", hop.Spelling(name), added.Name),
				Notes:   note("browsers reject such a 101 and report 1006"),
			}
			switch {
			case alone:
				f.Message = headline(h.Name, "names a subprotocol that nobody asked for")
				f.Notes = note("1006 in Chromium, while Firefox opens")
				if !inPlace {
					f.Notes = note("1006 in Chromium, while Firefox opens; where one is asked for, this is a second one, which " +
						"both refuse")
				}
			case name == "Upgrade":
				f.Notes = note("most clients reject such a 101, Chrome with 1006; Firefox accepts it")
			}
			report(f)
		}
	}
}
