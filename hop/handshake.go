package hop

import (
	"fmt"
	"slices"
)

// OutcomeKind enumerates what can become of a handshake.
type OutcomeKind uint8

const (
	OutcomeUnknown  OutcomeKind = iota
	Open                        // the application receives a valid handshake and its 101 reaches the client intact
	Depends                     // some servers accept what arrives and some do not
	Refused                     // the application receives what servers refuse, or its 101 is mangled on the way back
	AnsweredByProxy             // a proxy answers itself
	ClosedByProxy               // the connection ends without an answer
	HangsForever                // no answer comes
)

func (k OutcomeKind) String() string {
	return [...]string{"unknown", "open", "depends", "refused", "answered", "closed", "hangs"}[k]
}

// An Outcome is the prediction for one handshake.
type Outcome struct {
	Kind   OutcomeKind
	Status int    // the HTTP status when a proxy answers itself, else 0
	By     int    // index of the hop that decides; len(Hops) for the application
	Why    string // a clause; "" when the connection opens
}

// Handshake predicts what becomes of the handshake on p.
func (p *Path) Handshake() Outcome {
	for i, h := range p.Hops {
		a, known := h.Answer.Get()
		if !known {
			return Outcome{Kind: OutcomeUnknown, By: i, Why: h.Answer.Why()}
		}
		if a.Kind != PassedOn {
			return answered(a, i, h.Name+": "+h.Answer.Name)
		}
	}
	app := len(p.Hops)
	v := p.Final().verdict()
	if v.kind == Refused {
		return Outcome{Kind: Refused, By: app, Why: "the application refuses the handshake: " + v.why}
	}
	back := p.back()
	if v.kind == OutcomeUnknown || back.Kind == OutcomeUnknown || back.Kind == Open {
		if v.kind != Open {
			return Outcome{Kind: v.kind, By: app, Why: v.why}
		}
	}
	return back
}

// back follows the application's 101 to the client, from the last hop to the first.
func (p *Path) back() Outcome {
	var unsure *Outcome
	for i := len(p.Hops) - 1; i >= 0; i-- {
		h := &p.Hops[i]
		for _, instead := range h.Reply.Instead {
			a, known := instead.Get()
			if known {
				return answered(a, i, h.Name+": "+instead.Name)
			}
			unsure = &Outcome{Kind: OutcomeUnknown, By: i, Why: instead.Why()}
		}
		if o, found := p.mangled(i); found {
			if o.Kind == Refused {
				return o
			}
			unsure = &o
		}
	}
	if why := p.keyChanged(); why != "" {
		return Outcome{Kind: Refused, By: len(p.Hops), Why: why}
	}
	if o, found := p.protocolLost(); found {
		return o
	}
	if unsure != nil {
		return *unsure
	}
	return Outcome{Kind: Open, By: len(p.Hops)}
}

// mangled looks for what hop i does to the headers of the 101. Measured: laws R1 to R3.
func (p *Path) mangled(i int) (o Outcome, found bool) {
	h := &p.Hops[i]
	asks := p.asksProtocol()
	for _, hidden := range h.Reply.Hidden {
		name, known := hidden.Get()
		switch {
		case !known:
			o, found = Outcome{Kind: OutcomeUnknown, By: i, Why: hidden.Why()}, true
		case name == "Upgrade" || name == "Connection" || name == "Sec-Websocket-Accept" || name == "Sec-Websocket-Protocol" && asks:
			return Outcome{Kind: Refused, By: i, Why: fmt.Sprintf("%s hides %s in the 101", h.Name, Spelling(name))}, true
		}
	}
	for _, name := range []string{"Upgrade", "Sec-Websocket-Accept", "Sec-Websocket-Protocol", "Sec-Websocket-Extensions"} {
		for _, added := range h.Reply.Added[name] {
			if v, known := added.Get(); known && v == "" {
				continue
			} else if !known {
				o, found = Outcome{Kind: OutcomeUnknown, By: i, Why: added.Why()}, true
				continue
			}
			return Outcome{Kind: Refused, By: i, Why: fmt.Sprintf("%s adds a second %s to the 101", h.Name, Spelling(name))}, true
		}
	}
	return o, found
}

func (p *Path) asksProtocol() bool { return len(p.Request.Header["Sec-Websocket-Protocol"]) > 0 }

// keyChanged says how the key that reaches the application differs from the client's: its answer is then wrong for the client.
func (p *Path) keyChanged() string {
	sent, _ := p.Request.Lines("Sec-Websocket-Key")
	got, why := p.Final().Lines("Sec-Websocket-Key")
	if why == "" && len(sent) == 1 && !slices.Equal(sent, got) {
		return "the Sec-WebSocket-Key that arrives is not the client's, so the Sec-WebSocket-Accept of the 101 is wrong for it"
	}
	return ""
}

// protocolLost reports a subprotocol that the client asks for and the application never hears of: Chromium then fails the
// connection, Firefox opens it (law R2).
func (p *Path) protocolLost() (Outcome, bool) {
	if !p.asksProtocol() || p.Browser == "firefox" {
		return Outcome{}, false
	}
	lines, why := p.Final().Lines("Sec-Websocket-Protocol")
	switch {
	case why != "":
		return Outcome{Kind: OutcomeUnknown, By: len(p.Hops), Why: why}, true
	case len(Tokens(lines)) == 0:
		return Outcome{Kind: Refused, By: len(p.Hops), Why: "the client asks for a subprotocol and the application is never asked, so its 101 names none"}, true
	}
	return Outcome{}, false
}

func answered(a Answer, by int, why string) Outcome {
	switch a.Kind {
	case Closed:
		return Outcome{Kind: ClosedByProxy, By: by, Why: why}
	case Hangs:
		return Outcome{Kind: HangsForever, By: by, Why: why}
	}
	return Outcome{Kind: AnsweredByProxy, Status: a.Status, By: by, Why: why}
}

// Spelling is a canonical header name as RFC 6455 spells it: Sec-Websocket-Key is Sec-WebSocket-Key.
func Spelling(canonical string) string {
	const prefix = "Sec-Websocket-"
	if len(canonical) > len(prefix) && canonical[:len(prefix)] == prefix {
		return "Sec-WebSocket-" + canonical[len(prefix):]
	}
	return canonical
}
