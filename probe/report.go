package probe

import (
	"cmp"
	"slices"
	"time"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/why"
)

// A Report is all that one probe found out.
type Report struct {
	URL       string
	Handshake Handshake
	Idle      *Idle   // nil where it was not measured
	Claims    []Claim // what was predicted, beside what was measured
	// Undeclared are the signs of hops that the predicted path does not have.
	Undeclared []catalog.Sign
	// Suspects are what can cause what was measured; nil where there is nothing to explain.
	Suspects *why.Answer
}

// Unreachable reports whether nothing was there that could answer the handshake.
func (r *Report) Unreachable() bool { return r.Handshake.Kind == Unreachable && !r.predicted() }

// Good reports whether reality is as predicted or, where nothing was predicted, whether the handshake opens.
func (r *Report) Good() bool {
	if r.Handshake.Kind != Opened && !r.predicted() {
		return false
	}
	return !slices.ContainsFunc(r.Claims, func(c Claim) bool { return c.Agreement == Differs })
}

// predicted reports whether the handshake turned out as predicted.
func (r *Report) predicted() bool {
	return slices.ContainsFunc(r.Claims, func(c Claim) bool { return c.About == "handshake" && c.Agreement == Agrees })
}

// Symptom is what there is to explain; ok is false where that is nothing.
func (r *Report) Symptom() (s why.Symptom, ok bool) {
	h := &r.Handshake
	switch {
	case h.Answer != nil && h.Kind != Opened:
		return why.Symptom{Status: h.Answer.Status}, true
	case h.Kind == Closed || h.Kind == Silent:
		return why.Symptom{Code: 1006}, true
	case r.Idle == nil || h.Kind != Opened:
		return s, false
	}
	q := r.Idle.Quiet()
	s = why.Symptom{Code: 1006, Pings: r.Idle.serverPings()}
	s.NoPings = len(s.Pings) == 0
	if q.End == CloseFrame {
		s.Code = cmp.Or(q.Code, 1005)
	}
	switch r.Idle.Found {
	case IdleLimit, AnyLimit:
		s.After = r.Idle.Measured().Round(100 * time.Millisecond)
	case AllAtOnce:
		s.AtReload, s.NoPings, s.Pings = true, false, nil
	case Dropped:
		s.After = r.Idle.Most
	default:
		return s, false
	}
	return s, true
}

// Explain looks for suspects on the paths that were predicted and among what is known.
func (r *Report) Explain(cases []*hop.Path, unknown []hop.Note) {
	s, ok := r.Symptom()
	if !ok {
		return
	}
	given := why.Given{Unknown: unknown}
	if len(cases) > 0 {
		given.Paths, given.URL = [][]*hop.Path{r.asSent(cases)}, r.URL
	}
	a := why.Find(s, given)
	if r.Idle != nil && r.Idle.Most > 0 {
		// What people remember is vague, and this is not.
		a.Suspects = slices.DeleteFunc(a.Suspects, func(s why.Suspect) bool {
			return s.Path != "" && s.Value > 0 && !r.Idle.fits(s.Value)
		})
	}
	r.Suspects = &a
}

// asSent are the cases with what was really sent on the quiet connection: what is declared may not be so.
func (r *Report) asSent(cases []*hop.Path) (list []*hop.Path) {
	if r.Idle == nil {
		return cases
	}
	for _, p := range cases {
		q := *p
		q.Pings = r.Idle.serverPings()
		q.NoPings = len(q.Pings) == 0
		list = append(list, &q)
	}
	return list
}

// Compare holds what was measured against what is predicted, of which cases are the ways that the handshake can take.
// server is how often the server is declared to send something by itself; 0 when nothing is declared.
func (r *Report) Compare(cases []*hop.Path, server time.Duration) {
	step := r.Handshake.Failed()
	asked := r.Handshake.Kind != Unreachable || step != nil && step.Kind == TLS
	if len(cases) > 0 && asked {
		r.Claims = append(r.Claims, compareHandshake(cases, r.Handshake))
		r.Undeclared = undeclared(cases[0], r.Handshake.Signs)
	}
	if r.Idle != nil {
		r.Claims = append(r.Claims, compareTimers(cases, r.Idle, server)...)
	}
}

// IdleTimeout is the measured time after which an idle connection is closed, in whole seconds; ok is false where none
// was measured.
func (r *Report) IdleTimeout() (d time.Duration, ok bool) {
	if r.Idle == nil || r.Idle.Found != IdleLimit {
		return 0, false
	}
	return max(r.Idle.Measured().Round(time.Second), time.Second), true
}
