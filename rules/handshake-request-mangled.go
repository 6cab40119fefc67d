package rules

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
)

// HandshakeRequestMangled is found where a hop changes what makes a request a handshake, beside its two well-known headers.
// Measured: law Q1.
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
				report(Finding{Pos: h.Pos, Message: fmt.Sprintf("%s passes the handshake on as %s: servers answer 400 or 405, and the browser reports 1006", h.Name, h.Next.Method)})
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

// mangledLine finds what hop i makes of the request line and of Host so that no server takes it.
func mangledLine(p *hop.Path, i int) (f Finding, found bool) {
	h, got := &p.Hops[i], p.Got(i)
	if strings.ContainsAny(h.Next.Target, " \t") && !strings.ContainsAny(got.Target, " \t") {
		return Finding{Pos: h.Answer.Pos, Message: fmt.Sprintf("%s passes the request target on with a blank in it: servers answer 400, and the browser reports 1006", h.Name)}, true
	}
	before, why := got.Lines("Host")
	after, whyAfter := h.Next.Lines("Host")
	if why != "" || whyAfter != "" || len(before) == 0 || len(after) > 0 || hop.Is(h.Next.Proto, "1.0") {
		return f, false
	}
	f = Finding{Pos: h.Pos, Message: h.Name + " passes no Host header on: servers answer 400, and the browser reports 1006"}
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
	case name == "Sec-Websocket-Protocol" && (len(after) > 0 || p.Browser == "firefox"):
		return Finding{}, false // another choice may be meant; Firefox opens without one
	}
	f := Finding{Pos: h.Pos, Message: h.Name + " does not pass " + hop.Spelling(name) + " on"}
	if line, found := writtenLine(h, name); found {
		f.Pos, f.Message = line.Pos, asWritten(line)
		if line.Remove != nil {
			f.Fix = &Fix{Title: "take the line out", Safe: true, Edits: line.Remove()}
		}
	}
	switch {
	case name == "Sec-Websocket-Protocol":
		f.Message += ": the application never hears of the subprotocol, and the browser rejects a 101 without one"
	case len(after) > 0:
		f.Message += ": the application's answer then fits another handshake, and the browser reports 1006"
	default:
		f.Message += ": servers answer 400, and the browser reports 1006"
	}
	return f, true
}
