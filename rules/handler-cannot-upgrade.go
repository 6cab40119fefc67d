package rules

import (
	"slices"

	"github.com/wslint/wslint/hop"
)

// HandlerCannotUpgrade is found where a declared path ends in something that opens no tunnel: files, a fixed answer,
// FastCGI, a backend without servers.
var HandlerCannotUpgrade = &Rule{
	Name:     "handler-cannot-upgrade",
	Summary:  "the path ends in something that cannot carry a WebSocket: files, a fixed answer, FastCGI",
	Severity: Error,
	Seen:     ProxyAnswers,
	Check: func(p *hop.Path, report func(Finding)) {
		if toApplication(p) {
			cannotCarry(p, report)
			return
		}
		h, a := answerer(p)
		if h == nil || h.Clobbered != nil || len(h.Shadowed) > 0 && a.Cause == hop.FromFiles ||
			p.Confidence != hop.Declared && !neverReached(p, h, a) && !madeFor(p, h, a) && !misled(p, h, a) {
			return // where the path is only guessed, so is what it ends in
		}
		what := ""
		switch {
		case a.Cause == hop.FromFiles:
			what = "nothing here passes it to an application"
			if s, ok := turnAt(h, h.Answer.Pos); ok {
				what = s.Text + ", which nothing here passes on"
			}
		case a.Cause == hop.CannotTunnel:
			what = h.Answer.Name + " cannot carry a WebSocket"
		case a.Cause == hop.FromReturn && (a.Status < 300 || a.Status > 399):
			what = "a fixed answer"
		case a.Cause == hop.NoServer || a.Cause == hop.NoCause && h.Zero == nil && (a.Kind == hop.Closed || a.Status >= 400):
			what = h.Answer.Name
		default:
			return
		}
		message, notes := turnsAway(h, a, what)
		held := a.Cause == hop.NoServer && p.Confidence != hop.Declared // somebody may add servers while it runs
		if a.Cause == hop.CannotTunnel && h.Assumes != "" {
			notes = append(notes, note("%s", h.Assumes)...)
		}
		report(Finding{Held: held, Pos: h.Answer.Pos, Message: message, Notes: append(notes, note(reports1006)...)})
	},
}

// neverReached reports whether a fixed answer keeps every handshake from the place that is made for them: a return in
// the server, or an if that always holds. Where the request arrives has to be known: else it may be another server's
// answer.
func neverReached(p *hop.Path, h *hop.Hop, a hop.Answer) bool {
	return p.Request.Addr != "" && p.Confidence >= hop.Likely && a.Cause == hop.FromReturn && len(h.Shadowed) == 0
}

// misled reports whether a load balancer leads a path that is surely made for WebSockets to targets that take none.
func misled(p *hop.Path, h *hop.Hop, a hop.Answer) bool {
	return a.Cause == hop.CannotTunnel && p.Confidence >= hop.Certain
}

// madeFor reports whether the very place that is made for WebSockets answers from files: it lacks its handler, or
// leads the handshake to where there is none; or whether it has no server in use.
func madeFor(p *hop.Path, h *hop.Hop, a hop.Answer) bool {
	switch a.Cause {
	case hop.NoServer:
		return p.Confidence >= hop.Likely && h.Pos == p.Pos
	case hop.FromFiles:
	default:
		return false
	}
	if _, led := turnAt(h, h.Answer.Pos); led {
		chosen := slices.ContainsFunc(h.Trail(), func(s hop.Step) bool { return s.Pos == p.Pos })
		return p.Confidence >= hop.Possible && chosen
	}
	return p.Confidence >= hop.Likely && h.Pos == p.Pos
}

// cannotCarry looks for a protocol to the application that carries no tunnel. Measured: law P2. Where the path is only
// guessed, by what one proxy passes on, a second one that it leads to may be there for pages alone.
func cannotCarry(p *hop.Path, report func(Finding)) {
	for i := range p.Hops {
		h := &p.Hops[i]
		for _, instead := range h.Reply.Instead {
			if a, known := instead.Get(); known && a.Cause == hop.CannotTunnel {
				report(Finding{
					Held:    i > 0 && p.Confidence != hop.Declared,
					Pos:     instead.Pos,
					Message: headline(h.Name, "sends the handshake by %s, which cannot carry a WebSocket", instead.Name),
					Notes:   note("the client gets no answer, and " + reports1006),
				})
			}
		}
	}
}
