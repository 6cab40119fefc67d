package probe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
)

// Agreement says whether what was measured is what was predicted.
type Agreement uint8

const (
	Undecided Agreement = iota // nothing was predicted, or it was not seen
	Agrees
	Differs
)

func (a Agreement) String() string {
	return [...]string{"unknown", "as predicted", "not as predicted"}[a]
}

// A Claim is one prediction beside what was measured.
type Claim struct {
	About     string // "handshake", "idle" or "keepalive"
	Predicted string // a clause
	Measured  string // a clause
	Agreement
	// Notes say at which hop reality differs, and what follows; whole clauses.
	Notes []string
	// At is where the prediction was read that reality contradicts, or the timer that was measured; zero for nowhere.
	At  hop.Pos
	Hop string // the hop that it is about; "" for none
}

// compareHandshake holds a handshake against its prediction, of which cases are the ways that it can take.
func compareHandshake(cases []*hop.Path, h Handshake) Claim {
	c := Claim{About: "handshake", Measured: measuredText(h)}
	if len(cases) == 0 {
		return c
	}
	p := cases[0]
	o := p.Handshake()
	c.Predicted = predictedText(p, o)
	unknown := false
	for i, q := range cases {
		switch agrees(q.Handshake(), h) {
		case Agrees:
			c.Agreement = Agrees
			if i > 0 {
				c.Predicted = predictedText(q, q.Handshake())
				c.Notes = append(c.Notes, "that is so "+whenText(q, cases))
			}
			return c
		case Undecided:
			unknown = true
		}
	}
	if unknown || p.Rest != "" {
		return c
	}
	c.Agreement = Differs
	c.contradicted(p, o, h)
	return c
}

func whenText(p *hop.Path, cases []*hop.Path) string {
	var texts []string
	for _, c := range p.Deciding(cases) {
		texts = append(texts, c.Text)
	}
	if texts == nil {
		return "in one of the cases that the configuration leaves open"
	}
	return "when " + strings.Join(texts, " and ")
}

// agrees reports whether a handshake turned out as predicted.
func agrees(o hop.Outcome, h Handshake) Agreement {
	as := func(ok bool) Agreement {
		if ok {
			return Agrees
		}
		return Differs
	}
	closed := h.Kind == Closed || h.Kind == Garbled || h.Kind == Unreachable && h.Failed() != nil &&
		h.Failed().Kind == TLS
	// A proxy's own page with one of these says that nothing behind it could be asked.
	asked := h.By == "" || h.Status() < 502 || h.Status() > 504
	switch o.Kind {
	case hop.Open:
		return as(h.Kind == Opened)
	case hop.Depends: // whether the server takes it nobody knows: it may refuse
		return as(h.Kind == Opened || h.Kind == Refused || h.Kind == Other && asked && h.Status() >= 400 && h.Status() < 506)
	case hop.Refused:
		return as(h.Kind == Refused || h.Kind == Other && asked || h.Kind == Closed)
	case hop.AnsweredByProxy:
		return as(h.Kind == Other && (o.Status == 0 || o.Status == h.Status()))
	case hop.ClosedByProxy:
		return as(closed)
	case hop.HangsForever:
		return as(h.Kind == Silent)
	}
	return Undecided
}

func predictedText(p *hop.Path, o hop.Outcome) string {
	by, _ := p.Station(min(o.By, len(p.Hops)))
	switch o.Kind {
	case hop.Open:
		return "opens"
	case hop.Depends:
		return "opens, if the application takes it: " + o.Why
	case hop.Refused:
		return "is refused: " + o.Why
	case hop.AnsweredByProxy:
		status := "one of several statuses"
		if o.Status != 0 {
			status = fmt.Sprint(o.Status)
		}
		return fmt.Sprintf("is answered with %s by %s", status, by)
	case hop.ClosedByProxy:
		return "is closed without an answer by " + by
	case hop.HangsForever:
		return "hangs: no answer comes from " + by
	}
	return "is unknown: " + o.Why
}

func measuredText(h Handshake) string {
	switch h.Kind {
	case Opened:
		return "opens"
	case Other:
		return fmt.Sprintf("is answered with %d", h.Status())
	case Refused:
		return "is answered with a 101 that the browser refuses"
	case Silent:
		return "hangs"
	case Closed, Garbled:
		return "gets no answer of HTTP"
	}
	return "does not reach anything"
}

// contradicted says at which hop a handshake turned out otherwise.
func (c *Claim) contradicted(p *hop.Path, o hop.Outcome, h Handshake) {
	by := hopsOf(p, h.By)
	at := func(i int, format string, args ...any) {
		c.Hop, c.At = p.Station(i)
		c.Notes = append(c.Notes, fmt.Sprintf(format, append([]any{c.Hop}, args...)...))
	}
	switch {
	case len(by) > 0 && slices.Contains(by, o.By):
		at(o.By, "%s answers with %d, and not as its file says: %s", h.Status(), runsOther)
	case len(by) > 0:
		at(by[0], "the error page is that of %s, whose file passes the handshake on: what is behind it failed, or %s",
			runsOther)
	case h.By != "":
		c.Notes = append(c.Notes, "the error page is that of "+h.By+", which is not on the path that was predicted")
	case o.By < len(p.Hops) && o.Kind != hop.Open:
		at(o.By, "%s does not do what its file says: %s", runsOther)
	case h.Kind == Other && allPass(p):
		c.Notes = append(c.Notes,
			"all hops of the path pass the handshake on: the application answers so, or a hop that is not on the path")
	}
}

// runsOther is what follows when a program does not do what its file says.
const runsOther = "it may run with another file, or was not reloaded since that was changed"

func allPass(p *hop.Path) bool {
	return !slices.ContainsFunc(p.Hops, func(h hop.Hop) bool { return !hop.Is(h.Answer, hop.Answer{}) })
}

// hopsOf are the hops of a path that a program is.
func hopsOf(p *hop.Path, program string) (list []int) {
	for i := range p.Hops {
		if program != "" && isProgram(p.Hops[i].Name, program) {
			list = append(list, i)
		}
	}
	return list
}

// isProgram reports whether a hop is a program or service of a name, whatever it is called: "alb/web" is an aws-alb.
func isProgram(name, program string) bool {
	kind, _, _ := strings.Cut(strings.ToLower(name), " ")
	kind, _, _ = strings.Cut(kind, "/")
	if h, ok := catalog.FindHop(kind); ok {
		kind = h.Name
	}
	return kind == program || strings.Contains(kind, program)
}

// undeclared are the signs of hops that a path does not have.
func undeclared(p *hop.Path, signs []catalog.Sign) (list []catalog.Sign) {
	for _, s := range signs {
		_, known := catalog.FindHop(s.Hop)
		on := hopsOf(p, s.Hop) != nil
		same := slices.ContainsFunc(list, func(o catalog.Sign) bool { return o.Hop == s.Hop })
		if known && !on && !same {
			list = append(list, s)
		}
	}
	return list
}
