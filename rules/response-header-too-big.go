package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// The head of a 101 in bytes. Measured: law R4.
const (
	shortest101 = 110 // the three headers that it needs, and no reason behind the status
	usual101    = 129 // with the reason that all servers write
	filled101   = 256 // with what many add: Date, Server, an extension
)

// ResponseHeaderTooBig is found where the head of a 101 cannot fit into the buffer for it, or only a bare one does.
// What an application sends cannot be seen: from 256 bytes on nothing is said.
var ResponseHeaderTooBig = &Rule{
	Name:     "response-header-too-big",
	Summary:  "the buffer for the head of an answer is too small for a 101",
	Severity: Error,
	Seen:     ReplyLost,
	Check: func(p *hop.Path, report func(Finding)) {
		if !toApplication(p) {
			return
		}
		for i := range p.Hops {
			h := &p.Hops[i]
			room, known := h.Reply.Room.Get()
			if h.Reply.Room.Name == "" || !known || room >= filled101 {
				continue
			}
			f := Finding{
				Held:    room >= shortest101,
				Pos:     h.Reply.Room.Pos,
				Message: headline(h.Name, "answers 502 to a 101 whose head is larger than %d bytes (%s)", room,
					origin(h.Reply.Room)),
			}
			least := fmt.Sprintf("the head of every 101 has %d bytes at least", shortest101)
			if f.Held {
				least = fmt.Sprintf("a bare 101 has %d bytes; Date, Server, an extension or a subprotocol make it longer",
					usual101)
			}
			f.Notes = append(note("%s", least), note(reports1006)...)
			f.Notes = append(f.Notes, remedy("leave %s out, or write 4k: a number alone is bytes", h.Reply.Room.Name)...)
			report(f)
		}
	},
}
