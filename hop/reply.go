package hop

import (
	"fmt"
	"slices"
	"strings"
)

// A Received is a 101 as it arrived at a client.
type Received struct {
	Proto  string              // of its status line: "1.1"
	Early  bool                // another answer of the kind 1xx came before it
	Header map[string][]string // by canonical name
	Accept string              // the Sec-WebSocket-Accept that fits the key that was sent
}

// Refuses says why a browser does not open a connection for a 101 that answers r; "" when it does. Measured: laws B1,
// B2, B5, R1 to R3.
func (r Request) Refuses(browser string, got Received) string {
	p := &Path{Browser: browser, Request: r}
	switch {
	case got.Early && !p.InFirefox():
		return "an answer of the kind 1xx came before the 101"
	case got.Proto != "1.1" && p.InFirefox():
		return "the 101 is HTTP/" + got.Proto
	}
	reply := &reply101{lines: map[string][]string{}, by: map[string]int{}, unknown: map[string]string{}, seen: true}
	for name, lines := range got.Header {
		reply.lines[name] = slices.Clone(lines)
	}
	for i, v := range reply.lines["Sec-Websocket-Accept"] {
		if v == got.Accept {
			reply.lines["Sec-Websocket-Accept"][i] = rightAccept
		}
	}
	if o := p.judge(reply); o != nil {
		return o.Why
	}
	return ""
}

// A flaw is what a browser dislikes about a header of a 101.
type flaw uint8

const (
	absent flaw = iota
	doubled
	another
	noUpgrade
	extension
	unasked
	unconfirmed
)

// predicted says of a flaw who causes it, and in which header.
func (f flaw) predicted() string {
	return [...]string{
		absent:    "%s hides %s in the 101",
		doubled:   "%s adds a second %s to the 101",
		another:   "%s gives the 101 another %s",
		noUpgrade: "%s leaves no upgrade in the %s of the 101",
		extension: "%s adds %s to the 101",
		unasked:   "%s names a %s in the 101 that the client does not ask for",
	}[f]
}

// seen says of a flaw in which header it was seen.
func (f flaw) seen() string {
	return [...]string{
		absent:      "the 101 has no %s",
		doubled:     "the 101 has more than one %s",
		another:     "the %s of the 101 is wrong",
		noUpgrade:   "the %s of the 101 does not say upgrade",
		extension:   "the %s of the 101 is more than what was offered",
		unasked:     "the %s of the 101 is none that was asked for",
		unconfirmed: "a subprotocol was asked for, and the 101 has no %s",
	}[f]
}

// A reply101 is what browsers look at in a 101: the lines of each header on their way back. Measured: laws R1 to R3.
type reply101 struct {
	lines   map[string][]string
	by      map[string]int    // the hop that last touched a header
	unknown map[string]string // why the lines of a header are not known
	// seen says that the lines are those of a 101 that arrived, with all that the application itself wrote.
	seen bool
}

// rightAccept stands for the Sec-WebSocket-Accept of the application, whatever its value.
const rightAccept = "right"

// reply101 is the 101 as the application sends it: it chooses the first subprotocol that it is asked for.
func (p *Path) reply101() *reply101 {
	app := len(p.Hops)
	r := &reply101{
		lines: map[string][]string{
			"Upgrade":              {"websocket"},
			"Connection":           {"Upgrade"},
			"Sec-Websocket-Accept": {rightAccept},
		},
		by:      map[string]int{"Sec-Websocket-Protocol": app},
		unknown: map[string]string{},
	}
	asked, why := p.Final().Lines("Sec-Websocket-Protocol")
	if why != "" {
		r.unknown["Sec-Websocket-Protocol"] = why
	} else if t := names(asked); len(t) > 0 {
		r.lines["Sec-Websocket-Protocol"] = t[:1]
	}
	return r
}

// through applies what a hop does to the header; the outcome is not nil when something of it is unknown.
func (r *reply101) through(h *Hop, i int) (unsure *Outcome) {
	for _, hidden := range h.Reply.Hidden {
		name, known := hidden.Get()
		if !known {
			unsure = &Outcome{Kind: OutcomeUnknown, By: i, Why: hidden.Why()}
			continue
		}
		delete(r.lines, name)
		delete(r.unknown, name)
		r.by[name] = i
	}
	for _, name := range []string{"Upgrade", "Connection", "Sec-Websocket-Accept", "Sec-Websocket-Protocol",
		"Sec-Websocket-Extensions"} {
		for _, added := range h.Reply.Added[name] {
			v, known := added.Get()
			if !known {
				unsure = &Outcome{Kind: OutcomeUnknown, By: i, Why: added.Why()}
				r.unknown[name] = added.Why()
			} else if v != "" {
				r.lines[name] = append(r.lines[name], v)
				r.by[name] = i
			}
		}
	}
	return unsure
}

// judge says why a browser refuses the 101; nil when it does not.
func (p *Path) judge(r *reply101) *Outcome {
	refuse := func(name string, f flaw) *Outcome {
		by := r.by[name]
		who := "the application"
		if by < len(p.Hops) {
			who = p.Hops[by].Name
		}
		if r.seen {
			return &Outcome{Kind: Refused, By: by, Why: fmt.Sprintf(f.seen(), Spelling(name))}
		}
		return &Outcome{Kind: Refused, By: by, Why: fmt.Sprintf(f.predicted(), who, Spelling(name))}
	}
	for _, name := range []string{"Upgrade", "Sec-Websocket-Accept"} {
		switch v := r.lines[name]; {
		case r.unknown[name] != "": // through has said so
		case len(v) == 0:
			return refuse(name, absent)
		case name == "Upgrade" && p.InFirefox() && slices.Contains(Tokens(v), "websocket"): // among others, too
		case len(v) > 1:
			return refuse(name, doubled)
		case name == "Upgrade" && !strings.EqualFold(v[0], "websocket") || name != "Upgrade" && v[0] != rightAccept:
			return refuse(name, another)
		}
	}
	if r.unknown["Connection"] == "" && !slices.Contains(Tokens(r.lines["Connection"]), "upgrade") {
		return refuse("Connection", noUpgrade)
	}
	if added := r.lines["Sec-Websocket-Extensions"]; len(added) > 0 { // predicted, the application's own is not among them
		o := refuse("Sec-Websocket-Extensions", extension)
		asked, _ := p.Request.Lines("Sec-Websocket-Extensions")
		switch offered := len(added) == 1 && offers(asked, added[0]); {
		case offered && !r.seen:
			o.Kind = Depends // an application that compresses has sent one already
			return o
		case !offered:
			return o
		}
	}
	return p.judgeProtocol(r, refuse)
}

// judgeProtocol: one that is not among those asked for fails everywhere, and so do two. Where none was asked for, one
// fails in Chromium alone, and so does none where some were: Firefox opens the connection (laws R2, B2).
func (p *Path) judgeProtocol(r *reply101, refuse func(name string, f flaw) *Outcome) *Outcome {
	const name = "Sec-Websocket-Protocol"
	asked, why := p.Request.Lines(name)
	wanted := names(asked)
	chosen := r.lines[name]
	if why == "" && len(wanted) == 0 && p.InFirefox() {
		return nil
	}
	if why == "" {
		why = r.unknown[name]
	}
	switch {
	case len(chosen) > 1:
		return refuse(name, doubled)
	case why != "" && len(p.Request.Header[name])+len(p.Final().Header[name]) > 0:
		return &Outcome{Kind: OutcomeUnknown, By: len(p.Hops), Why: why}
	case len(chosen) == 1 && !slices.Contains(wanted, chosen[0]):
		return refuse(name, unasked)
	case len(chosen) == 1 || len(wanted) == 0 || p.InFirefox():
		return nil
	case r.seen:
		return refuse(name, unconfirmed)
	case r.by[name] < len(p.Hops):
		return refuse(name, absent)
	}
	return &Outcome{
		Kind: Refused,
		By:   len(p.Hops),
		Why:  "the client asks for a subprotocol and the application is never asked, so its 101 names none",
	}
}
