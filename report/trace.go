package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/wslint/wslint/hop"
)

// Trace prints what becomes of one handshake for people: of its cases the first, hop by hop, and the others by a line
// each.
func Trace(w io.Writer, cases []*hop.Path, o Options) error {
	t := &ladder{painter: painter(o.Color), columns: o.lineWidth()}
	p := cases[0]
	outcome := p.Handshake()
	t.verdict(cases, outcome)
	t.others(cases)
	t.chart(p, outcome)
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
	columns int // the width that it keeps to
	buf     bytes.Buffer
}

func (t *ladder) request(p *hop.Path) {
	t.wrap("  ", "  ", bold, browserName(p))
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
	for _, n := range h.Trail() {
		t.wrap("    > ", "      ", "", clean(fmt.Sprintf("%s (%s)", n.Text, place(n.Pos))))
	}
	a, known := h.Answer.Get()
	if known && a.Kind == hop.PassedOn {
		t.timers(h)
	}
	for _, n := range h.Notes {
		text := clean(n.Text)
		if !n.Pos.IsZero() {
			text += " (" + clean(place(n.Pos)) + ")"
		}
		t.wrap("    * ", "      ", "", text)
	}
	switch {
	case !known:
		t.wrap("    ", "      ", yellow, "what it does is unknown: "+clean(h.Answer.Why()))
	case a.Kind == hop.PassedOn:
		t.wrap("    ", "      ", "", clean(to("proxies it", h.Next.Addr)))
		t.sent(h.Next)
	case a.Kind == hop.Answered:
		t.wrap(
			"    ",
			"      ",
			red,
			clean(fmt.Sprintf("answers %s%s (%s, %s)", statusText(a.Status), redirect(a), h.Answer.Name, place(h.Answer.Pos))),
		)
	case a.Kind == hop.Closed:
		t.wrap(
			"    ",
			"      ",
			red,
			clean(fmt.Sprintf("closes the connection (%s, %s)", h.Answer.Name, place(h.Answer.Pos))),
		)
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

// timers lists what ends a connection here. A hop that keeps no connection has none worth a line.
func (t *ladder) timers(h *hop.Hop) {
	for _, timer := range h.Idle {
		what := "closes when idle for"
		if timer.Expiry != hop.FIN {
			what = "drops it, telling nobody, when idle for"
		}
		t.timer(what, timer)
	}
	for _, timer := range h.Life {
		what := [...]string{
			hop.Opened:   "closes, active or idle, after",
			hop.Reloaded: "closes after a reload, within",
			hop.Drained:  "closes after a drain, within",
		}[timer.Starts]
		t.timer(what, timer)
	}
}

func (t *ladder) timer(what string, timer hop.Timer) {
	length := "an unknown time: " + timer.Why()
	if d, known := timer.Get(); known {
		length = hop.FormatDuration(d)
	}
	origin := place(timer.Pos)
	if timer.IsDefault() {
		origin = cmp.Or(timer.As, "default")
	}
	t.wrap("    ", "      ", "", clean(fmt.Sprintf("%s %s (%s, %s)", what, length, timer.Name, origin)))
}

func (t *ladder) application(p *hop.Path, o hop.Outcome) {
	if !allPass(p) {
		return
	}
	_, s := outcomeHead(p, o)
	t.wrap("  ", "  ", bold, applicationName(p))
	if p.Application != nil {
		t.timers(&hop.Hop{Idle: p.Application.Idle, Life: p.Application.Life})
	}
	t.wrap("    ", "    ", s, applicationText(o))
}

// applicationText says what the application makes of a handshake that reaches it.
func applicationText(o hop.Outcome) string {
	switch o.Kind {
	case hop.Open:
		return "accepts it"
	case hop.Depends:
		return "some servers accept it, some do not"
	case hop.Refused:
		return "no WebSocket is opened"
	case hop.AnsweredByProxy:
		return "its 101 is replaced on the way back"
	}
	return "what it makes of it is unknown"
}

// wrap prints text in lines of at most t.columns cells, broken at spaces; a word that is longer stays whole, so that
// it can be copied.
func (t *ladder) wrap(first, rest string, s style, text string) {
	lead := first
	line, used := "", 0
	flush := func() {
		t.buf.WriteString(strings.TrimRight(lead+t.paint(s, noCommand(lead, line)), " ") + "\n")
		lead, line, used = rest, "", 0
	}
	for _, word := range strings.Fields(text) {
		n := textWidth(word)
		if line != "" && textWidth(lead)+used+1+n > t.columns {
			flush()
		}
		if line != "" {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+n
	}
	flush()
}
