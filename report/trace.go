package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// columns is the width that a trace keeps to.
const columns = 80

// Trace prints what becomes of one handshake, hop by hop, for people.
func Trace(w io.Writer, p *hop.Path, o Options) error {
	t := &ladder{painter: painter(o.Color)}
	outcome := p.Handshake()
	t.verdict(p, outcome)
	t.request(p)
	for i := range p.Hops {
		t.hop(p, i)
	}
	t.application(p, outcome)
	_, err := w.Write(t.buf.Bytes())
	return err
}

// ladder is a trace in the making.
type ladder struct {
	painter
	buf bytes.Buffer
}

// verdict comes first: who is woken at night reads the first lines.
func (t *ladder) verdict(p *hop.Path, o hop.Outcome) {
	t.wrap("", "", bold, clean(p.Name))
	head, s := outcomeHead(p, o)
	t.wrap("handshake  ", "           ", s, head)
	if o.Why != "" {
		t.wrap("           ", "           ", "", clean(o.Why))
	}
	quiet, s := quietHead(p, o)
	t.wrap("quiet      ", "           ", s, quiet)
	t.buf.WriteByte('\n')
}

func outcomeHead(p *hop.Path, o hop.Outcome) (string, style) {
	switch o.Kind {
	case hop.Open:
		return "opens: the application gets a valid handshake and its 101 comes back", green
	case hop.Depends:
		return "depends on the application's server", yellow
	case hop.Refused:
		return "refused", red
	case hop.AnsweredByProxy:
		return fmt.Sprintf("answered %d by %s, never reaches the application", o.Status, hopName(p, o.By)), red
	case hop.ClosedByProxy:
		return "closed without an answer by " + hopName(p, o.By), red
	case hop.HangsForever:
		return "hangs: no answer comes from " + hopName(p, o.By), red
	}
	return "unknown", yellow
}

func hopName(p *hop.Path, i int) string {
	if i >= len(p.Hops) {
		return "the application"
	}
	return clean(p.Hops[i].Name)
}

// quietHead says when a connection ends on which only the declared pings move.
func quietHead(p *hop.Path, o hop.Outcome) (string, style) {
	if !opens(p, o) {
		return "no connection to keep open", ""
	}
	with := "without pings"
	if len(p.Pings) > 0 {
		with = "with " + pingText(p.Pings)
	}
	cuts, unsure := p.Cuts(), p.UnknownTimers()
	if len(cuts) == 0 {
		if len(unsure) > 0 {
			return "unknown: " + clean(unknownWhy(unsure[0])), yellow
		}
		return "stays open " + with, green
	}
	c := cuts[0]
	by := fmt.Sprintf("by %s (%s, %s)", hopName(p, c.Hop), clean(c.Timer.String()), clean(place(c.Timer.Pos)))
	switch {
	case c.Race:
		return fmt.Sprintf("ends sooner or later %s %s: ping and timeout are due at the same moment; the browser sees 1006", with, by), red
	case len(unsure) > 0:
		return fmt.Sprintf("ends after %s at the latest, %s, %s; the browser sees 1006", seconds(c.After), with, by), red
	}
	return fmt.Sprintf("ends after %s %s, closed %s; the browser sees 1006", seconds(c.After), with, by), red
}

func unknownWhy(t hop.Timer) string {
	if why := t.Why(); why != "" {
		return why
	}
	return "the interval of the pings is not known"
}

func pingText(pings []hop.Ping) string {
	var parts []string
	for _, p := range pings {
		s := "a ping of unknown interval"
		if d, known := p.Every.Get(); known {
			s = "a ping every " + seconds(d)
		}
		if names := p.Moves.Names(); len(names) == 1 {
			s += " from the " + names[0] + " only"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " and ")
}

func place(p hop.Pos) string {
	switch {
	case p.IsZero():
		return "nowhere written"
	case p.Line == 0:
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// seconds writes a duration as operators do: 60s, 1.5s, 1h, 90m.
func seconds(d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d > 5*time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d%time.Second == 0:
		return fmt.Sprintf("%ds", d/time.Second)
	}
	return d.String()
}

func (t *ladder) request(p *hop.Path) {
	name := p.Browser
	if name == "" {
		name = "browser"
	}
	t.wrap("  ", "  ", bold, name)
	t.sent(p.Request)
}

// sent lists what goes to the next station.
func (t *ladder) sent(r hop.Request) {
	proto, known := r.Proto.Get()
	if !known {
		proto = "?"
	}
	t.wrap("  | ", "  |     ", "", clean(fmt.Sprintf("%s %s HTTP/%s", r.Method, r.Target, proto)))
	for _, name := range []string{"Host", "Upgrade", "Connection", "Sec-Websocket-Protocol", "Origin"} {
		lines := r.Header[name]
		if len(lines) == 0 && (name == "Upgrade" || name == "Connection") {
			t.wrap("  | ", "  |     ", "", name+": (not sent)")
		}
		for _, l := range lines {
			v, known := l.Get()
			if !known {
				v = "(unknown: " + l.Why() + ")"
			}
			t.wrap("  | ", "  |     ", "", clean(hop.Spelling(name)+": "+v))
		}
	}
	t.buf.WriteString("  v\n")
}

func (t *ladder) hop(p *hop.Path, i int) {
	h := &p.Hops[i]
	t.wrap("  ", "    ", bold, clean(h.Name))
	t.wrap("    ", "      ", blue, clean(place(h.Pos)))
	for _, timer := range h.Idle {
		t.timer("closes when quiet for", timer)
	}
	for _, timer := range h.Life {
		t.timer(map[hop.Event]string{hop.Opened: "closes, busy or not, after", hop.Reloaded: "closes after a reload, within", hop.Drained: "closes after a drain, within"}[timer.Starts], timer)
	}
	for _, n := range h.Notes {
		text := clean(n.Text)
		if !n.Pos.IsZero() {
			text += " (" + clean(place(n.Pos)) + ")"
		}
		t.wrap("    * ", "      ", "", text)
	}
	a, known := h.Answer.Get()
	switch {
	case !known:
		t.wrap("    ", "      ", yellow, "what it does is unknown: "+clean(h.Answer.Why()))
	case a.Kind == hop.PassedOn:
		t.wrap("    ", "      ", "", clean(to("passes it on", h.Next.Addr)))
		t.sent(h.Next)
	case a.Kind == hop.Answered:
		t.wrap("    ", "      ", red, clean(fmt.Sprintf("answers %d%s (%s, %s)", a.Status, redirect(a), h.Answer.Name, place(h.Answer.Pos))))
	case a.Kind == hop.Closed:
		t.wrap("    ", "      ", red, clean(fmt.Sprintf("closes the connection (%s, %s)", h.Answer.Name, place(h.Answer.Pos))))
	default:
		t.wrap("    ", "      ", red, clean(fmt.Sprintf("never answers (%s, %s)", h.Answer.Name, place(h.Answer.Pos))))
	}
}

func to(what, addr string) string {
	if addr == "" {
		return what
	}
	return what + " to " + addr
}

func redirect(a hop.Answer) string {
	if a.Location == "" {
		return ""
	}
	return ", a redirect to " + a.Location + ", which no browser follows for a WebSocket"
}

func (t *ladder) timer(what string, timer hop.Timer) {
	length := "an unknown time: " + timer.Why()
	if d, known := timer.Get(); known {
		length = seconds(d)
	}
	origin := place(timer.Pos)
	if timer.IsDefault() {
		origin = "default"
	}
	t.wrap("    ", "      ", "", clean(fmt.Sprintf("%s %s (%s, %s)", what, length, timer.Name, origin)))
}

func (t *ladder) application(p *hop.Path, o hop.Outcome) {
	for _, h := range p.Hops {
		if a, known := h.Answer.Get(); !known || a.Kind != hop.PassedOn {
			return
		}
	}
	_, s := outcomeHead(p, o)
	t.wrap("  ", "  ", bold, "application")
	text := map[hop.OutcomeKind]string{
		hop.Open: "accepts it", hop.Depends: "some servers accept it, some do not", hop.Refused: "no WebSocket comes about",
		hop.AnsweredByProxy: "its 101 is replaced on the way back",
	}[o.Kind]
	if text == "" {
		text = "what it makes of it is unknown"
	}
	t.wrap("    ", "    ", s, text)
}

// wrap prints text in lines of at most columns cells, broken at spaces; a word that is longer stays whole, so that it can be copied.
func (t *ladder) wrap(first, rest string, s style, text string) {
	lead := first
	line, used := "", 0
	flush := func() {
		t.buf.WriteString(strings.TrimRight(lead+t.paint(s, line), " ") + "\n")
		lead, line, used = rest, "", 0
	}
	for _, word := range strings.Fields(text) {
		n := textWidth(word)
		if line != "" && textWidth(lead)+used+1+n > columns {
			flush()
		}
		if line != "" {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+n
	}
	flush()
}
