package rules

import (
	"strings"

	"github.com/wslint/wslint/hop"
)

// HandshakeRequestMangled is found where a hop changes what makes a request a handshake, beside its two well-known
// headers. Measured: law Q1.
var HandshakeRequestMangled = &Rule{
	Name:     "handshake-request-mangled",
	Summary:  "the method or a Sec-WebSocket header of the handshake is changed on the way",
	Severity: Error,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			h := &p.Hops[i]
			if !hop.Is(h.Answer, hop.Answer{}) {
				return
			}
			if got := p.Got(i); got.Method == "GET" && h.Next.Method != "GET" {
				report(
					Finding{
						Pos:     h.Pos,
						Message: headline(h.Name, "sends the handshake as %s", h.Next.Method),
						Notes:   note("servers answer 400 or 405, and " + reports1006),
					},
				)
				return
			}
			if f, found := mangledLine(p, i); found {
				report(f)
				return
			}
			for _, name := range []string{"Sec-Websocket-Key", "Sec-Websocket-Version", "Sec-Websocket-Protocol"} {
				if f, found := changed(p, i, name); found {
					report(f)
					return
				}
			}
		}
	},
}

// answers400 is what servers do with a handshake that lacks one of its parts. Measured: law Q1.
const answers400 = "servers answer 400, and the browser reports 1006"

// mangledLine finds what hop i makes of the request line and of Host so that no server takes it.
func mangledLine(p *hop.Path, i int) (f Finding, found bool) {
	h, got := &p.Hops[i], p.Got(i)
	if strings.ContainsAny(h.Next.Target, " \t") && !strings.ContainsAny(got.Target, " \t") {
		return Finding{
			Pos:     h.Answer.Pos,
			Message: headline(h.Name, "sends a request target containing a space"),
			Notes:   note(answers400),
		}, true
	}
	before, why := got.Lines("Host")
	after, whyAfter := h.Next.Lines("Host")
	if why != "" || whyAfter != "" || len(before) == 0 || len(after) > 0 || hop.Is(h.Next.Proto, "1.0") {
		return f, false
	}
	f = Finding{Pos: h.Pos, Message: headline(h.Name, "sends no Host header"), Notes: note(answers400)}
	if line, found := h.EmptyHeaders["Host"]; found {
		f.Pos = line.Pos
	}
	return f, true
}

// changed finds a header of the handshake that hop i drops or replaces.
func changed(p *hop.Path, i int, name string) (Finding, bool) {
	h := &p.Hops[i]
	before, why := p.Got(i).Lines(name)
	after, whyAfter := h.Next.Lines(name)
	switch {
	case why != "" || whyAfter != "" || len(before) != 1 || len(after) > 0 && after[0] == before[0]:
		return Finding{}, false
	case name == "Sec-Websocket-Protocol" && (len(after) > 0 || p.InFirefox()):
		return Finding{}, false // another choice may be meant; Firefox opens without one
	}
	f := Finding{Pos: h.Pos, Message: headline(h.Name, "does not forward %s", hop.Spelling(name)), Held: h.Assumes != ""}
	if line, found := writtenLine(h, name); found {
		f.Pos, f.Message = line.Pos, asWritten(line)
		if line.Remove != nil {
			f.Fix = &Fix{Title: "remove the line", Safe: true, Edits: line.Remove()}
		}
	} else if len(after) == 0 {
		names := []string{hop.Spelling(name)}
		if name == "Sec-Websocket-Key" && len(h.Next.Header["Sec-Websocket-Version"]) == 0 {
			names = append(names, "Sec-WebSocket-Version")
		}
		f.Fix = forward(h, names...)
	}
	switch {
	case name == "Sec-Websocket-Protocol":
		f.Notes = note("the application does not see the subprotocol, and the browser rejects a 101 without one")
	case len(after) > 0:
		f.Notes = note("the application answers another handshake than the client sent, and " + reports1006)
	default:
		f.Notes = note(answers400)
	}
	if h.Assumes != "" {
		f.Notes = append(f.Notes, note("%s", h.Assumes)...)
	}
	return f, true
}
