package report

import (
	"io"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

type traceJSON struct {
	Version   int           `json:"version"`
	URL       string        `json:"url"`
	Handshake handshakeJSON `json:"handshake"`
	Hops      []hopJSON     `json:"hops"`
	Cut       cutJSON       `json:"cut"`
	// When are the conditions of the case that the rest is about: the one that gets furthest. Cases are the others.
	When  []whenJSON `json:"when"`
	Cases []caseJSON `json:"cases"`
	Rest  string     `json:"rest"`
}

// A caseJSON is what becomes of the handshake under other conditions.
type caseJSON struct {
	When      []whenJSON    `json:"when"`
	Handshake handshakeJSON `json:"handshake"`
	Cut       cutJSON       `json:"cut"`
}

type handshakeJSON struct {
	Outcome string `json:"outcome"`
	Status  *int   `json:"status"`
	Known   bool   `json:"known"`
	Why     string `json:"why"`
}

type hopJSON struct {
	Name   string     `json:"name"`
	File   string     `json:"file"`
	Line   *int       `json:"line"`
	Column *int       `json:"column"`
	Steps  []noteJSON `json:"steps"`
	Answer answerJSON `json:"answer"`
	Next   *nextJSON  `json:"next"`
	Idle   []idleJSON `json:"idle"`
	Life   []lifeJSON `json:"life"`
	Notes  []noteJSON `json:"notes"`
}

type answerJSON struct {
	Kind   string `json:"kind"`
	Status *int   `json:"status"`
}

type nextJSON struct {
	Method  string               `json:"method"`
	Target  string               `json:"target"`
	Host    *string              `json:"host"`
	Proto   *string              `json:"proto"`
	Headers map[string][]*string `json:"headers"`
}

type idleJSON struct {
	Name        string   `json:"name"`
	File        string   `json:"file"`
	Line        *int     `json:"line"`
	Seconds     *float64 `json:"seconds"`
	Known       bool     `json:"known"`
	Default     bool     `json:"default"`
	RestartedBy []string `json:"restartedBy"`
	Counts      string   `json:"counts"`
}

type lifeJSON struct {
	idleJSON
	Starts string `json:"starts"`
}

type cutJSON struct {
	Known        bool     `json:"known"`
	Never        bool     `json:"never"`
	AfterSeconds *float64 `json:"afterSeconds"`
	Hop          *int     `json:"hop"`
	Timer        *string  `json:"timer"`
}

// TraceJSON prints what becomes of one handshake for programs.
func TraceJSON(w io.Writer, cases []*hop.Path) error {
	p := cases[0]
	first := newCase(p, cases)
	out := traceJSON{
		Version: jsonVersion, URL: p.Name, Handshake: first.Handshake, Cut: first.Cut, When: first.When, Hops: []hopJSON{},
		Cases: []caseJSON{}, Rest: p.Rest,
	}
	for _, q := range cases[1:] {
		out.Cases = append(out.Cases, newCase(q, cases))
	}
	for i := range p.Hops {
		out.Hops = append(out.Hops, newHop(&p.Hops[i]))
	}
	return writeJSON(w, out)
}

// newCase is one of the cases.
func newCase(p *hop.Path, cases []*hop.Path) caseJSON {
	o := p.Handshake()
	gates := p.Gates(cases)
	others := slices.DeleteFunc(slices.Clone(p.When), func(c hop.Condition) bool {
		return slices.ContainsFunc(gates, func(g hop.Condition) bool { return g.Key == c.Key })
	})
	return caseJSON{
		When:      conditionsJSON(others, gates),
		Handshake: handshakeJSON{o.Kind.String(), positive(o.Status), o.Kind != hop.OutcomeUnknown, o.Why},
		Cut:       newCut(p, o),
	}
}

func newHop(h *hop.Hop) hopJSON {
	j := hopJSON{
		Name: h.Name, File: h.Pos.File, Line: positive(h.Pos.Line), Column: positive(h.Pos.Col),
		Steps:  stepsJSON(h.Trail()),
		Answer: answerJSON{Kind: "unknown"}, Idle: []idleJSON{}, Life: []lifeJSON{}, Notes: notesJSON(h.Notes),
	}
	if a, known := h.Answer.Get(); known {
		j.Answer = answerJSON{a.Kind.String(), positive(a.Status)}
		if a.Kind == hop.PassedOn {
			j.Next = newNext(h.Next)
		}
	}
	for _, t := range h.Idle {
		j.Idle = append(j.Idle, newTimer(t))
	}
	for _, t := range h.Life {
		j.Life = append(j.Life, lifeJSON{newTimer(t), t.Starts.String()})
	}
	return j
}

func newNext(r hop.Request) *nextJSON {
	n := &nextJSON{Method: r.Method, Target: r.Target, Headers: map[string][]*string{}}
	if v, known := r.Proto.Get(); known {
		n.Proto = &v
	}
	if lines, why := r.Lines("Host"); why == "" && len(lines) > 0 {
		n.Host = &lines[0]
	}
	for name, lines := range r.Header {
		if !shownHeader(name) {
			continue
		}
		values := make([]*string, len(lines))
		for i, l := range lines {
			if v, known := l.Get(); known {
				values[i] = &v
			}
		}
		n.Headers[strings.ToLower(name)] = values
	}
	return n
}

// shownHeader picks the headers that decide handshakes; name is canonical.
func shownHeader(name string) bool {
	return slices.Contains([]string{"Upgrade", "Connection", "Host", "Origin"}, name) ||
		strings.HasPrefix(name, "Sec-Websocket-") || strings.HasPrefix(name, "X-Forwarded-")
}

func newTimer(t hop.Timer) idleJSON {
	j := idleJSON{
		Name: t.Name, File: t.Pos.File, Line: positive(t.Pos.Line), Default: t.IsDefault(),
		RestartedBy: append([]string{}, t.Restart.Names()...), Counts: t.Counts.String(),
	}
	if d, known := t.Get(); known {
		s := d.Seconds()
		j.Seconds, j.Known = &s, true
	}
	return j
}

// newCut says when a quiet connection ends. A connection that does not come about has no end: that is not known
// either.
func newCut(p *hop.Path, o hop.Outcome) cutJSON {
	if !opens(p, o) || len(p.UnknownTimers()) > 0 {
		return cutJSON{}
	}
	cuts := p.Cuts()
	if len(cuts) == 0 {
		return cutJSON{Known: true, Never: true}
	}
	c := cuts[0]
	j := cutJSON{Known: true, Hop: &c.Hop, Timer: &c.Timer.Name}
	if !c.Race {
		s := c.After.Seconds()
		j.AfterSeconds = &s
	}
	return j
}

// opens reports whether there may be a connection: everything passes the handshake on, and nobody surely refuses it.
func opens(p *hop.Path, o hop.Outcome) bool {
	return allPass(p) && (o.Kind == hop.Open || o.Kind == hop.Depends || o.Kind == hop.OutcomeUnknown)
}

// allPass reports whether the handshake surely reaches the application.
func allPass(p *hop.Path) bool {
	return !slices.ContainsFunc(p.Hops, func(h hop.Hop) bool {
		a, known := h.Answer.Get()
		return !known || a.Kind != hop.PassedOn
	})
}
