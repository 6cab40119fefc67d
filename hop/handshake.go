package hop

import (
	"slices"
	"strings"
	"time"
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
	Status int           // the HTTP status when a proxy answers itself, else 0
	By     int           // index of the hop that decides; len(Hops) for the application
	Why    string        // a clause; "" when the connection opens
	After  time.Duration // how long a hop waits before it says so; 0 where it does not wait
}

// Handshake predicts what becomes of the handshake on p.
func (p *Path) Handshake() Outcome {
	if p.settled.of == p {
		return p.settled.outcome
	}
	return p.handshake()
}

func (p *Path) handshake() Outcome {
	for i := range p.Hops {
		h := &p.Hops[i]
		a, known := h.Answer.Get()
		if !known {
			return Outcome{Kind: OutcomeUnknown, By: i, Why: h.Answer.Why()}
		}
		if a.Kind != PassedOn {
			return p.relayed(answered(a, i, h.Name+": "+h.Answer.Name), a.Endless)
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

// Reaches reports whether the handshake may open a connection, as far as anybody knows.
func (p *Path) Reaches() bool {
	switch p.Handshake().Kind {
	case Open, Depends, OutcomeUnknown:
		return true
	}
	return false
}

// relayed is what the client sees of an answer that a hop further back gives, or of a connection that it closes. An
// endless answer is one of which only the head comes.
func (p *Path) relayed(o Outcome, endless bool) Outcome {
	var after time.Duration
	for i := o.By - 1; i >= 0; i-- {
		h := &p.Hops[i]
		status := o.Status // 0 is Closes
		if o.Kind == HangsForever {
			if status = Silent; h.Wait.Name == "" || Is(h.Wait, 0) {
				continue
			}
			wait, known := h.Wait.Get()
			if !known {
				return Outcome{Kind: OutcomeUnknown, By: i, Why: h.Wait.Why()}
			}
			after = wait
			if h.Relay == nil {
				o = answered(Answer{Kind: Closed}, i, h.Name+": "+h.Wait.Name)
			}
		}
		if h.Relay == nil || o.Kind == AnsweredByProxy && o.Status == 0 {
			continue
		}
		s := h.Relay(status)
		a, known := s.Get()
		switch {
		case !known:
			return Outcome{Kind: OutcomeUnknown, By: i, Why: s.Why()}
		case o.Kind != AnsweredByProxy || a.Kind != Answered || a.Status != o.Status:
			o, endless = answered(a, i, h.Name+": "+s.Name), false
		case endless && h.HoldsHead.Name != "":
			held, known := h.HoldsHead.Get()
			if !known {
				return Outcome{Kind: OutcomeUnknown, By: i, Why: h.HoldsHead.Why()}
			}
			if held {
				o = answered(Answer{Kind: Hangs}, i, h.Name+": it waits for the body of the answer behind it, and none comes")
			}
		}
	}
	o.After = after
	return o
}

// back follows the application's 101 to the client, from the last hop to the first.
func (p *Path) back() Outcome {
	if p.untouched() {
		return Outcome{Kind: Open, By: len(p.Hops)}
	}
	var unsure *Outcome
	reply := p.reply101()
	for i := len(p.Hops) - 1; i >= 0; i-- {
		h := &p.Hops[i]
		for _, instead := range h.Reply.Instead {
			a, known := instead.Get()
			if known {
				return p.relayed(answered(a, i, h.Name+": "+instead.Name), a.Endless)
			}
			unsure = &Outcome{Kind: OutcomeUnknown, By: i, Why: instead.Why()}
		}
		if o := reply.through(h, i); o != nil {
			unsure = o
		}
	}
	if why := p.keyChanged(); why != "" {
		return Outcome{Kind: Refused, By: len(p.Hops), Why: why}
	}
	if o := p.judge(reply); o != nil {
		return *o
	}
	early := slices.IndexFunc(p.Hops, func(h Hop) bool { return len(h.Reply.Early) > 0 })
	if early >= 0 && !p.InFirefox() {
		return Outcome{Kind: Refused, By: early, Why: p.Hops[early].Name + " sends a 103 before the 101"} // law B5
	}
	if unsure != nil {
		return *unsure
	}
	return Outcome{Kind: Open, By: len(p.Hops)}
}

// untouched reports whether nothing can happen to the 101 on its way back: the usual case, decided without making one.
func (p *Path) untouched() bool {
	return len(p.Request.Header["Sec-Websocket-Protocol"]) == 0 && len(p.Final().Header["Sec-Websocket-Protocol"]) == 0 &&
		p.keyChanged() == "" &&
		!p.some(func(h *Hop) bool {
			return len(h.Reply.Hidden)+len(h.Reply.Added)+len(h.Reply.Instead)+len(h.Reply.Early) > 0
		})
}

// offers reports whether an extension is among those asked for, whatever its parameters.
func offers(asked []string, extension string) bool {
	name := func(s string) string { before, _, _ := strings.Cut(s, ";"); return strings.Trim(before, " \t") }
	return slices.ContainsFunc(names(asked), func(a string) bool { return name(a) == name(extension) })
}

// names splits the lines of a list into its elements.
func names(lines []string) (list []string) {
	for _, l := range lines {
		for n := range strings.SplitSeq(l, ",") {
			if n = strings.Trim(n, " \t"); n != "" {
				list = append(list, n)
			}
		}
	}
	return list
}

// keyChanged says how the key that reaches the application differs from the client's: its answer is then wrong for
// the client.
func (p *Path) keyChanged() string {
	var few, more [2]string
	final := p.Final()
	sent, _ := p.Request.appendLines(few[:0], "Sec-Websocket-Key")
	got, why := final.appendLines(more[:0], "Sec-Websocket-Key")
	if why == "" && len(sent) == 1 && !slices.Equal(sent, got) {
		return "the Sec-WebSocket-Key that arrives is not the client's, so the Sec-WebSocket-Accept of the 101 is " +
			"wrong for it"
	}
	return ""
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
