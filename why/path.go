package why

import (
	"fmt"
	"strconv"
	"time"

	"github.com/wslint/wslint/hop"
)

// onPath looks for the symptom in what is predicted of one path.
func (a *Answer) onPath(p *hop.Path) {
	o := p.Handshake()
	a.handshake(p, o)
	if a.Symptom.Status != 0 {
		return // an answer of HTTP ends no open connection
	}
	if p.Confidence <= hop.Possible && o.Kind != hop.Open && o.Kind != hop.Depends && o.Kind != hop.OutcomeUnknown {
		return // nor does what never opens one
	}
	for i := range p.Hops {
		h := &p.Hops[i]
		if ans, sure := h.Answer.Get(); !sure || ans.Kind != hop.PassedOn {
			continue
		}
		for _, t := range h.Idle {
			a.timer(p, i, t, true)
		}
		for _, t := range h.Life {
			a.timer(p, i, t, false)
		}
	}
	if p.Application != nil {
		for _, t := range p.Application.Idle {
			a.timer(p, len(p.Hops), t, true)
		}
		for _, t := range p.Application.Life {
			a.timer(p, len(p.Hops), t, false)
		}
	}
}

// handshake suspects what keeps the connection from opening.
func (a *Answer) handshake(p *hop.Path, o hop.Outcome) {
	s := &a.Symptom
	if s.opened() {
		return
	}
	a.limits(p)
	name, pos := p.Station(min(o.By, len(p.Hops)))
	if o.By < len(p.Hops) && !p.Hops[o.By].Answer.Pos.IsZero() {
		pos = p.Hops[o.By].Answer.Pos
	}
	if o.By >= len(p.Hops) && len(p.Hops) > 0 {
		// It is what the last hop sends that the application refuses.
		name, pos = p.Last().Name, p.Last().Pos
	}
	found := Suspect{Name: name, Likelihood: Predicted, Pos: pos, Path: p.Name, on: p, weight: 50 + 10*int(p.Confidence)}
	switch o.Kind {
	case hop.AnsweredByProxy:
		switch {
		case s.Status != 0 && o.Status == 0:
			// Which one is up to something that nobody wrote down: it may be this one.
			found.Likelihood = Likely
			found.Reason = fmt.Sprintf("answers the handshake %s with one of several statuses (%s)", p.Name, o.Why)
		case s.Status != 0 && o.Status != s.Status:
			return
		default:
			found.weight += 20 // this very status
			found.Reason = fmt.Sprintf("answers the handshake %s with %s (%s)", p.Name, statusText(o.Status), o.Why)
		}
	case hop.Refused, hop.Depends:
		if s.Status != 0 && !refusal(s.Status, o.Kind) {
			a.failing(p)
			return
		}
		found.Reason = fmt.Sprintf("the handshake %s: %s", p.Name, o.Why)
		switch {
		case o.Kind == hop.Depends:
			found.Likelihood = Possible
		case s.Status != 0 && s.Status != 400 && s.Status != 426:
			found.Likelihood = Likely // some servers refuse with this status
		}
	case hop.ClosedByProxy, hop.HangsForever:
		if s.Status != 0 {
			return
		}
		found.Reason = fmt.Sprintf("never answers the handshake %s (%s)", p.Name, o.Why)
	default:
		a.failing(p)
		return
	}
	a.add(found)
}

// limits suspects limits on connections that answer with the status of the symptom once they are used up, which open
// WebSockets do.
func (a *Answer) limits(p *hop.Path) {
	s := &a.Symptom
	for i := range p.Hops {
		h := &p.Hops[i]
		for _, l := range h.Limits {
			n, known := l.Get()
			if !known || s.Status == 0 || s.Status != l.Refuses() {
				continue
			}
			of := ""
			switch {
			case l.PerClient:
				of = " of one client address"
			case l.Shared:
				of = " of all clients together"
			}
			a.add(Suspect{
				Name: h.Name, Likelihood: Likely, Pos: l.Pos, Setting: l.Name, Path: p.Name, on: p, weight: 65,
				Reason: fmt.Sprintf(
					"allows %d connections%s and answers the next one %d: every open WebSocket counts for its whole life",
					n, of, s.Status,
				),
				Cure: "raise it, or give the path a zone and a limit of its own",
			})
		}
	}
}

// statusText is a status, which may be one of several.
func statusText(status int) string {
	if status == 0 {
		return "one of several statuses"
	}
	return strconv.Itoa(status)
}

// refusal reports whether servers refuse handshakes with this status. Measured: laws H1 and Q2.
func refusal(status int, k hop.OutcomeKind) bool {
	switch status {
	case 400, 426:
		return true
	case 200, 403, 404, 405, 500, 501:
		return k == hop.Refused
	case 505:
		return k == hop.Depends
	}
	return false
}

// failing suspects what is behind a hop that answers with the given status when that fails.
func (a *Answer) failing(p *hop.Path) {
	if a.Symptom.Status == 0 {
		return
	}
	for i := range p.Hops {
		h := &p.Hops[i]
		if !hop.Is(h.Answer, hop.Answer{}) {
			return
		}
		if h.Relay == nil {
			continue
		}
		behind := "the application"
		if i+1 < len(p.Hops) {
			behind = p.Hops[i+1].Name
		}
		if h.Next.Addr != "" {
			behind += " (" + h.Next.Addr + ")"
		}
		refuses, closes := a.relays(h, hop.Refuses), a.relays(h, hop.Closes)
		ask := ""
		switch {
		case refuses && closes:
			ask = "when %s refuses or closes the connection: check that it is running, listening there, " +
				"and using the expected protocol (TLS or plain)"
		case refuses:
			ask = "when %s takes no connection, or no server is up: check that it is running and listening there"
		case closes:
			ask = "when %s closes the connection without a valid answer: check that it uses the expected protocol " +
				"(TLS or plain), and read its log"
		}
		if ask != "" && a.Symptom.After == 0 {
			a.add(Suspect{
				Name: h.Name, Likelihood: Likely, Pos: h.Relay(hop.Closes).Pos, Path: p.Name, on: p, weight: 60,
				Reason: fmt.Sprintf("answers %d "+ask, a.Symptom.Status, behind),
			})
		}
		if a.relays(h, hop.Silent) {
			a.waits(p, i, behind)
		}
	}
}

// relays reports whether h answers with the status of the symptom when what is behind it fails in the given way.
func (a *Answer) relays(h *hop.Hop, failure int) bool {
	ans, sure := h.Relay(failure).Get()
	return sure && ans.Kind == hop.Answered && ans.Status == a.Symptom.Status
}

// waits suspects the time that hop i waits for the 101: that of an idle timer where nothing else is known.
func (a *Answer) waits(p *hop.Path, i int, behind string) {
	h, wait := &p.Hops[i], p.Hops[i].Wait
	if wait.Name == "" && len(h.Idle) > 0 {
		wait = h.Idle[0].Setting
	}
	length, known := wait.Get()
	if !known || length == 0 {
		return
	}
	s := &a.Symptom
	fit, exact := fits(s.After, length)
	if s.After != 0 && !fit {
		than := "longer"
		if length < s.After {
			than = "shorter"
		}
		a.clear(Cleared{h.Name, wait.Pos, wait.Name, length, "is " + than + " than " + hop.FormatDuration(s.After)})
		return
	}
	found := Suspect{
		Name: h.Name, Likelihood: Predicted, Pos: wait.Pos, Setting: wait.Name, Value: length, Path: p.Name, on: p,
		weight: 20 + 10*int(p.Confidence),
		Reason: fmt.Sprintf(
			"waits %s for the 101, then answers %d: %s does not answer the handshake",
			hop.FormatDuration(length),
			s.Status,
			behind,
		),
		Cure: "find out what the application does with the handshake",
	}
	if exact {
		found.weight += 5
	}
	a.add(found)
}

// timer compares one timer of a path with the symptom.
func (a *Answer) timer(p *hop.Path, i int, t hop.Timer, idle bool) {
	s := &a.Symptom
	length, known := t.Get()
	if !known {
		return
	}
	name, pos := p.Station(i)
	if !t.Pos.IsZero() {
		pos = t.Pos
	}
	no := func(why string) { a.clear(Cleared{name, pos, t.Name, length, why}) }
	cut, cuts := p.CutBy(i, t)
	reload := t.Starts == hop.Reloaded || t.Starts == hop.Drained
	fit, exact := fits(s.After, length)
	switch {
	case s.Code != 0 && s.Code != codeOf(t):
		no(fmt.Sprintf("ends connections with %d, not %d", codeOf(t), s.Code))
		return
	case s.AtReload != reload && (s.AtReload || s.After == 0 || !fit):
		return
	case s.After != 0 && !fit && cuts && cut.Race && s.After > length && s.After%length <= max(time.Second, length/20):
		// Ping and timer are due together: the ping won some rounds.
	case s.After != 0 && !fit && late(t) && s.After > length && s.After < 4*length:
		a.add(Suspect{
			Name: name, Likelihood: Possible, Pos: pos, Setting: t.Name, Value: length, Path: p.Name, on: p, weight: 10,
			Reason: fmt.Sprintf(
				"drops its state of an idle connection after %s without telling anybody: it is noticed when somebody sends",
				hop.FormatDuration(length),
			),
			Cure: "send a ping from the server, every 25s for example",
		})
		return
	case s.After != 0 && !fit && s.After < length:
		no("is longer than " + hop.FormatDuration(s.After))
		return
	case s.After != 0 && !fit:
		if idle && cuts {
			if a.shorter.Value == 0 || length < a.shorter.Value {
				a.shorter = Cleared{name, pos, t.Name, length, ""}
			}
		}
		no("is shorter than " + hop.FormatDuration(s.After))
		return
	case idle && !cuts:
		no(pingWhy(p, length))
		return
	}
	found := Suspect{
		Name:       name,
		Likelihood: Predicted,
		Pos:        pos,
		Setting:    t.Name,
		Value:      length,
		Path:       p.Name,
		on:         p,
		weight:     20 + 10*int(p.Confidence),
	}
	if exact {
		found.weight += 5
	}
	found.Reason, found.Cure = timerReason(t, length, idle)
	if cuts && cut.Race {
		found.Reason += "; ping and timeout are due at the same moment, so that chance decides after how many rounds"
	}
	if s.AtReload != reload {
		found.Likelihood = Possible
		found.Reason += fmt.Sprintf(", if the %s are counted from there", hop.FormatDuration(s.After))
	}
	a.add(found)
}

// late reports whether the ends of a connection hear of the timer only when they send.
func late(t hop.Timer) bool { return t.Expiry != hop.FIN }

func codeOf(t hop.Timer) int {
	if t.Code != 0 {
		return t.Code
	}
	return 1006
}

func pingWhy(p *hop.Path, length time.Duration) string {
	for _, ping := range p.Pings {
		if every, known := ping.Every.Get(); known {
			return fmt.Sprintf(
				"would fire after %s, but a ping every %s keeps it from that",
				hop.FormatDuration(length),
				hop.FormatDuration(every),
			)
		}
	}
	return "does not fire, as far as pings are known"
}

func timerReason(t hop.Timer, length time.Duration, idle bool) (reason, cure string) {
	whose := "either side"
	if names := t.Restart.Names(); len(names) == 1 {
		whose = "the " + names[0]
	}
	what := "bytes"
	if t.Counts == hop.Packets {
		what = "packets"
	}
	switch {
	case t.Starts == hop.Reloaded:
		return fmt.Sprintf(
			"ends every connection %s after a reload, active or idle",
			hop.FormatDuration(length),
		), "reload less often, or let clients reconnect after a random delay"
	case t.Starts == hop.Drained:
		return fmt.Sprintf(
			"ends every connection %s after its target was deregistered",
			hop.FormatDuration(length),
		), "let the server close with 1012 when it stops, and clients reconnect after a random delay"
	case !idle:
		return fmt.Sprintf(
			"ends every connection after %s, active or idle: no ping helps",
			hop.FormatDuration(length),
		), "let clients reconnect, before that happens"
	}
	suits := ""
	if length > 25*time.Second {
		suits = " (25s is safe for all known hops)"
	}
	raise := ", or raise it on every hop"
	if t.As == hop.Fixed {
		raise = ": it cannot be raised"
	}
	return fmt.Sprintf("closes a connection after %s without %s from %s", hop.FormatDuration(length), what, whose),
		fmt.Sprintf("ping from the server more often than every %s%s%s", hop.FormatDuration(length), suits, raise)
}
