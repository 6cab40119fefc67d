package why

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// Elsewhere says which answers of proxies are worth a look on whatever path they are given: those with the status, or
// without one those that are given in place of what was asked for. It is nil where none is, as connections opened.
func (s Symptom) Elsewhere() func(hop.Outcome) bool {
	switch {
	case s.opened():
		return nil
	case s.Status != 0:
		return func(o hop.Outcome) bool { return o.Kind == hop.AnsweredByProxy && o.Status == s.Status }
	}
	return func(o hop.Outcome) bool {
		switch o.Kind {
		case hop.ClosedByProxy, hop.HangsForever:
			return true
		case hop.AnsweredByProxy:
			// That there is nothing at a path which nobody asks for explains nothing.
			return o.Status >= 300 && o.Status < 400 || o.Status == 401 || o.Status == 403
		}
		return false
	}
}

// elsewhere suspects what answers on other paths: nobody said that the WebSocket's is none of them.
func (a *Answer) elsewhere(given Given) {
	answers := a.Symptom.Elsewhere()
	if answers == nil {
		return
	}
	told, last := map[hop.Pos]bool{}, 0
	for ; last < len(a.Suspects); last++ {
		told[a.Suspects[last].Pos] = true
	}
	for _, cases := range given.Elsewhere {
		a.cases, a.seen = cases, map[int][]*hop.Path{}
		for _, p := range cases {
			o := p.Handshake()
			if o.By >= len(p.Hops) || !answers(o) {
				continue
			}
			h := &p.Hops[o.By]
			pos := h.Answer.Pos
			if pos.IsZero() {
				pos = h.Pos
			}
			if told[pos] {
				continue
			}
			what := "with " + statusText(o.Status)
			switch o.Kind {
			case hop.ClosedByProxy:
				what = "by closing the connection"
			case hop.HangsForever:
				what = "never"
			}
			a.add(Suspect{
				Name: h.Name, Likelihood: Likely, Pos: pos, Path: p.Name, on: p, weight: 1, Elsewhere: true,
				Reason: fmt.Sprintf("answers the handshake %s %s (%s)", p.Name, what, strings.TrimPrefix(o.Why, h.Name+": ")),
				Cure:   instead(p, h),
			})
		}
		a.conditions()
		for ; last < len(a.Suspects); last++ {
			told[a.Suspects[last].Pos] = true
		}
	}
	if given.More > 0 {
		a.note("%d more places in these files answer so: --url wss://HOST/PATH asks about one path.", given.More)
	}
}

// instead is what to do about an answer of a proxy's own.
func instead(p *hop.Path, h *hop.Hop) string {
	a, _ := h.Answer.Get()
	u, err := url.Parse(a.Location)
	switch {
	case a.Status >= 300 && a.Status < 400 && err == nil && u.Host != "":
		u.Scheme = strings.Replace(u.Scheme, "http", "ws", 1)
		return "connect to " + u.String() + " itself: browsers follow no redirect of a WebSocket"
	case a.Status >= 300 && a.Status < 400:
		return "connect to where it leads: browsers follow no redirect of a WebSocket"
	case a.Status == 401 || a.Cause == hop.Credentials:
		return "let the WebSocket's path in without: a page cannot set credentials on a WebSocket"
	case slices.Contains([]hop.Cause{hop.Denied, hop.DeniedToAll}, a.Cause):
		return "make an exception for the WebSocket's path"
	}
	return "if WebSockets are asked for there, pass their path on to the application ahead of this"
}

// unexplained says what was looked at where nothing of it explains the symptom.
func (a *Answer) unexplained(given Given) {
	if slices.ContainsFunc(a.Suspects, Suspect.Given) {
		return
	}
	switch {
	case given.URL != "":
		a.Unexplained = "nothing on the path of " + given.URL + " explains this"
		return
	case len(given.Files) == 0 && len(given.Paths) > 0:
		a.Unexplained = "nothing on the declared paths explains this"
		return
	case len(given.Files) == 0:
		return
	case a.Symptom.Status != 0:
		a.Unexplained = "no endpoint found in these files, and no answer of their own, explains this"
	default:
		a.Unexplained = "no endpoint found in these files explains this"
	}
	a.Next = fmt.Sprintf("wslint why %s --url wss://HOST/PATH %s", a.Symptom.words(), strings.Join(given.Files, " "))
}
