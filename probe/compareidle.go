package probe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
)

// A timerOn is a timer of a hop on a path.
type timerOn struct {
	hop    int
	timer  hop.Timer
	length time.Duration
}

func (t timerOn) text(p *hop.Path) string {
	name, _ := p.Station(t.hop)
	place := ""
	if !t.timer.Pos.IsZero() {
		place = ", " + hop.Pos{File: t.timer.Pos.File, Line: t.timer.Pos.Line}.String()
	}
	return fmt.Sprintf("%s (%s %s%s)", name, t.timer.String(), hop.FormatDuration(t.length), place)
}

// timersOf are the timers of a path that run on an open connection, the shortest first.
func timersOf(p *hop.Path) (list []timerOn) {
	add := func(i int, timers []hop.Timer) {
		for _, t := range timers {
			if length, known := t.Get(); known && t.Starts == hop.Opened {
				list = append(list, timerOn{i, t, length})
			}
		}
	}
	for i := range p.Hops {
		add(i, p.Hops[i].Idle)
		add(i, p.Hops[i].Life)
	}
	if p.Application != nil {
		add(len(p.Hops), p.Application.Idle)
		add(len(p.Hops), p.Application.Life)
	}
	slices.SortStableFunc(list, func(a, b timerOn) int { return cmp.Compare(a.length, b.length) })
	return list
}

// compareTimers holds what was measured on idle connections against what is predicted of them. server is how often the
// server is declared to send something by itself; 0 when nothing is declared.
func compareTimers(cases []*hop.Path, i *Idle, server time.Duration) (claims []Claim) {
	if server > 0 {
		claims = append(claims, compareKeepalive(i, server))
	}
	if len(cases) == 0 {
		return claims
	}
	var first Claim
	for n, p := range cases {
		if k := p.Handshake().Kind; k != hop.Open && k != hop.Depends {
			continue
		}
		c := compareIdle(p, i)
		if n == 0 || first.About == "" {
			first = c
		}
		if c.Agreement == Agrees {
			if n > 0 {
				c.Notes = append(c.Notes, "that is so "+whenText(p, cases))
			}
			return append(claims, c)
		}
	}
	if first.About == "" {
		return claims
	}
	return append(claims, first)
}

// compareKeepalive holds what the server sent by itself against what is declared.
func compareKeepalive(i *Idle, every time.Duration) Claim {
	q := i.Quiet()
	c := Claim{
		About: "keepalive", Predicted: "the server sends something every " + hop.FormatDuration(every),
		Measured: "it sends nothing by itself",
	}
	if q.Frames > 0 {
		c.Measured = fmt.Sprintf("it sends a %s every %s at the least", q.Kind, Round(q.Gap))
	}
	late := every + tolerance(every) + time.Second
	switch silent := max(q.Gap, q.Since); {
	case q.Frames > 1 && q.Gap <= late && q.Since <= late:
		c.Agreement = Agrees
	case silent > late:
		c.Agreement = Differs
		c.Notes = []string{fmt.Sprintf("nothing came for %s: the application does not send what is declared, "+
			"or not before a client has logged in", Round(silent))}
	}
	return c
}

// compareIdle compares one case.
func compareIdle(p *hop.Path, i *Idle) Claim {
	seen := *p
	seen.Pings = i.serverPings()
	cuts, unknown := seen.Cuts(), seen.UnknownTimers()
	c := Claim{About: "idle", Predicted: "stays open", Measured: i.text()}
	var cut timerOn
	if len(cuts) > 0 {
		cut = timerOn{cuts[0].Hop, cuts[0].Timer, cuts[0].After}
		c.Predicted = "closed after " + hop.FormatDuration(cut.length) + " by " + cut.text(p)
		c.Hop, c.At = nameOf(p, cut.hop), cut.timer.Pos
	}
	if len(unknown) > 0 {
		c.Predicted += ", if nothing does before of which the time is not known: " + unknown[0].Name
	}
	closed := i.Found == IdleLimit || i.Found == AnyLimit || i.Found == Dropped
	switch {
	case i.Found == AllAtOnce || i.Found == PingsOnly:
		c.Notes = []string{"what ended the connections is no timer of an idle connection, so that the prediction stands"}
	case closed && len(cuts) > 0 && i.fits(cut.length):
		c.Agreement = Agrees
	case !closed && len(cuts) == 0 && len(unknown) == 0:
		c.Agreement = Agrees
	case !closed && (len(cuts) == 0 || cut.length > i.Least):
		c.Notes = []string{"not measured long enough to see it: --idle " + longer(cut.length)}
	case closed && len(unknown) > 0 && (len(cuts) == 0 || i.Least < cut.length):
		c.Notes = []string{"it may be " + unknown[0].Name + ", of which the time is not known: " + unknown[0].Why()}
	default:
		c.Agreement = Differs
		c.differs(p, i, closed)
	}
	return c
}

func nameOf(p *hop.Path, i int) string {
	name, _ := p.Station(i)
	return name
}

// longer is a time in which a timer is surely seen.
func longer(d time.Duration) string {
	return hop.FormatDuration(max(d+d/10+10*time.Second, time.Minute).Round(time.Second))
}

// differs says at which hop reality differs, and which hop it is that closes.
func (c *Claim) differs(p *hop.Path, i *Idle, closed bool) {
	c.Notes = nil
	var fit []string
	for _, t := range timersOf(p) {
		switch {
		case closed && i.fits(t.length):
			if fit == nil {
				c.Hop, c.At = nameOf(p, t.hop), t.timer.Pos
			}
			fit = append(fit, t.text(p))
		case t.length < i.Least && !i.kept(p, t):
			c.Notes = append(c.Notes, t.text(p)+" did not close the connection: "+runsOther)
		}
	}
	switch {
	case len(fit) > 0:
		c.Notes = slices.Insert(c.Notes, 0, "what closes it is "+strings.Join(fit, " or "))
	case closed:
		c.Notes = append(c.Notes, "no timer of the path is so long: a hop that is not on the path closes it, or one of "+
			"those on it runs with another file")
		c.Notes = append(c.Notes, defaults(p, i)...)
	}
}

// defaults says which hops of a path would close after the measured time if nothing was set there.
func defaults(p *hop.Path, i *Idle) (notes []string) {
	for n := range p.Hops {
		kind, _, _ := strings.Cut(strings.ToLower(p.Hops[n].Name), " ")
		kind, _, _ = strings.Cut(kind, "/")
		if h, ok := catalog.FindHop(kind); ok && h.Idle > 0 && i.fits(h.Idle) {
			notes = append(notes, fmt.Sprintf("%s is the default of %s: what its file sets may not be in force there",
				hop.FormatDuration(h.Idle), h.What))
		}
	}
	return notes
}

// kept reports whether what the server sends by itself keeps a timer from firing.
func (i *Idle) kept(p *hop.Path, t timerOn) bool {
	seen := *p
	seen.Pings = i.serverPings()
	_, cuts := seen.CutBy(t.hop, t.timer)
	return !cuts
}

// serverPings are what the server was seen to send by itself.
func (i *Idle) serverPings() []hop.Ping {
	q := i.Quiet()
	if q.Frames < 2 {
		return nil
	}
	moves := hop.Server
	if q.Kind == "ping" {
		moves = hop.Either
	}
	return []hop.Ping{{Every: hop.Written("the server's "+q.Kind, q.Gap, hop.Pos{}), Moves: moves, Sends: hop.Bytes}}
}

// fits reports whether a timer of a length can be what was measured.
func (i *Idle) fits(length time.Duration) bool {
	slack := max(time.Second, length/50)
	return i.Least-slack <= length && length <= i.Most+slack
}

// Measured is the time that was measured, in the middle of what is possible; 0 when nothing was closed.
func (i *Idle) Measured() time.Duration {
	switch i.Found {
	case IdleLimit, AnyLimit:
		return i.Least + i.RoundTrip
	}
	return 0
}

// Round is a measured time as people read it.
func Round(d time.Duration) string {
	if d < 10*time.Millisecond {
		return d.Round(100 * time.Microsecond).String()
	}
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d >= 10*time.Minute:
		return hop.FormatDuration(d.Round(time.Second))
	}
	return fmt.Sprintf("%.1fs", d.Seconds())
}

// text is what was measured, as a clause.
func (i *Idle) text() string {
	switch i.Found {
	case NotClosed:
		return "stays open for " + Round(i.Quiet().Age)
	case IdleLimit:
		return fmt.Sprintf("closed after %s without traffic", Round(i.Measured()))
	case AnyLimit:
		return fmt.Sprintf("closed after %s, with pings and without", Round(i.Measured()))
	case AllAtOnce:
		return "all connections end in one moment"
	case Dropped:
		return fmt.Sprintf("dropped between %s and %s without traffic", Round(i.Least), Round(i.Most))
	}
	return "connections with pings end, the one without stays open"
}
