package rules

import (
	"fmt"
	"slices"

	"github.com/wslint/wslint/hop"
)

// DuplicateHandshakeHeader is found where a header that may come once is sent twice. Measured: laws H2, R3.
var DuplicateHandshakeHeader = &Rule{
	Name:     "duplicate-handshake-header",
	Summary:  "a header that may come once is sent twice",
	Severity: Warning,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		if !toApplication(p) {
			return
		}
		for i, h := range p.Hops {
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
					Message: fmt.Sprintf("%s sends %s %s lines: most servers answer that with 400, and the browser reports 1006", h.Name, count(len(lines)), name),
				}
				for _, l := range lines[:len(lines)-1] {
					f.Notes = append(f.Notes, hop.Note{Pos: l.Pos, Text: "the other line"})
				}
				if last.Remove != nil {
					f.Fix = &Fix{Title: "take the last line out", Edits: last.Remove()}
				}
				report(f)
			}
			addedTwice(h, report)
		}
	},
}

// hides reports whether h takes a header out of the 101.
func hides(h hop.Hop, name string) bool {
	return slices.ContainsFunc(h.Reply.Hidden, func(s hop.Setting[string]) bool { return hop.Is(s, name) })
}

func addedTwice(h hop.Hop, report func(Finding)) {
	for _, name := range []string{"Upgrade", "Sec-Websocket-Accept", "Sec-Websocket-Protocol"} {
		if hides(h, name) && len(h.Reply.Added[name]) == 1 {
			continue // it takes the place of the application's
		}
		for _, added := range h.Reply.Added[name] {
			if v, known := added.Get(); known && v != "" {
				report(Finding{
					Pos:     added.Pos,
					Message: fmt.Sprintf("%s: %s puts a second %s into the 101: the browser rejects it and reports 1006", h.Name, added.Name, hop.Spelling(name)),
				})
			}
		}
	}
}
