package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/probe"
)

// Probe prints for people what was measured of a WebSocket: what came of it first, then every step.
func Probe(w io.Writer, r *probe.Report, o Options) error {
	t := &ladder{painter: painter(o.Color), columns: o.lineWidth()}
	t.wrap("", "", bold, clean(r.URL))
	t.measured(r)
	t.claims(r)
	t.buf.WriteByte('\n')
	t.steps(&r.Handshake)
	t.passed(r)
	if r.Idle != nil {
		t.watches(r.Idle)
	}
	if _, err := w.Write(t.buf.Bytes()); err != nil || r.Suspects == nil {
		return err
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return err
	}
	return Why(w, *r.Suspects, o)
}

// measured is what came of the handshake and of the idle connections, in a line each.
func (t *ladder) measured(r *probe.Report) {
	head, s := handshakeHead(&r.Handshake)
	t.wrap("handshake  ", "           ", s, clean(head))
	if step := r.Handshake.Failed(); step != nil && step.Hint != "" {
		t.wrap("           ", "           ", "", clean(step.Hint))
	}
	for _, v := range r.Handshake.Verdicts {
		what, s := "opens it", green
		if v.Why != "" {
			what, s = "refuses it: "+v.Why, red
		}
		t.wrap("           ", "             ", s, clean(browserLabel(v.Browser)+" "+what))
	}
	if r.Idle == nil {
		return
	}
	lines, s := idleLines(r.Idle)
	lead := "idle       "
	for _, line := range lines {
		t.wrap(lead, "           ", s, clean(line))
		lead, s = "           ", ""
	}
}

// browserLabel is a browser as a sentence begins with it.
func browserLabel(b string) string {
	switch b {
	case "chrome":
		return "Chrome"
	case "firefox":
		return "Firefox"
	}
	name, version, _ := strings.Cut(b, "-")
	return strings.ToUpper(name[:1]) + name[1:] + " " + version
}

func handshakeHead(h *probe.Handshake) (string, style) {
	took := probe.Round(h.Took())
	switch h.Kind {
	case probe.Opened:
		return "succeeds in " + took, green
	case probe.Other:
		text := fmt.Sprintf("fails: answered with %d after %s; browsers report 1006", h.Status(), took)
		if h.By != "" {
			text = fmt.Sprintf("fails: answered with %d by %s (its own error page) after %s; browsers report 1006",
				h.Status(), h.By, took)
		}
		return text, red
	case probe.Refused:
		return "fails: a 101 that the browser refuses; it reports 1006", red
	case probe.Unreachable:
		return "not reached: " + h.Why, red
	}
	return "fails: " + h.Why + "; browsers report 1006", red
}

// idleLines say what was found out about idle connections.
func idleLines(i *probe.Idle) (lines []string, s style) {
	q := i.Quiet()
	between := fmt.Sprintf("between %s and %s", probe.Round(i.Least), probe.Round(i.Most))
	switch i.Found {
	case probe.NotClosed:
		lines, s = []string{"stays open: " + probe.Round(i.Least) + " without traffic did not close it"}, green
	case probe.IdleLimit:
		lines = []string{fmt.Sprintf("closed after %s without traffic (the timer: %s)", probe.Round(i.Measured()), between)}
	case probe.AnyLimit:
		lines = []string{
			fmt.Sprintf("closed at an age of %s, with pings and without (the timer: %s)", probe.Round(i.Measured()), between),
			"a limit of the age of connections, or a hop for which pings do not count",
		}
	case probe.AllAtOnce:
		lines = []string{"all connections ended in one moment, at different ages: a reload, a deploy or a crash"}
	case probe.Dropped:
		lines = []string{"dropped " + between + " without traffic, and no end was told"}
	case probe.PingsOnly:
		lines = []string{"connections with pings ended, and the one without stayed open: something takes no ping frames"}
	}
	if s == "" {
		s = red
	}
	if q.End != probe.StillOpen {
		lines = append(lines, endText(q))
	}
	if len(i.Keeps) > 0 {
		lines = append(lines, "a ping every "+durations(i.Keeps)+" keeps it open")
	}
	if len(i.Fails) > 0 && i.Found == probe.IdleLimit {
		lines = append(lines, "a ping every "+durations(i.Fails)+" does not")
	}
	if q.Frames > 0 {
		lines = append(lines, fmt.Sprintf("the server sends by itself: %d frames, the last a %s; at most %s apart",
			q.Frames, q.Kind, probe.Round(q.Gap)))
	}
	if i.Interrupted {
		lines = append(lines, "interrupted after "+probe.Round(i.Took))
	}
	return lines, s
}

// endText says how a connection ended, and what a page hears of it.
func endText(w probe.Watch) string {
	switch w.End {
	case probe.FIN:
		return "ended with TCP FIN, no close frame: 1006 in browsers"
	case probe.RST:
		return "ended with TCP RST, no close frame: 1006 in browsers"
	case probe.CloseFrame:
		if w.Code == 0 {
			return "ended with a close frame without a code: 1005 in browsers. The application, or a gateway, closed it"
		}
		reason := ""
		if w.Reason != "" {
			reason = ", reason " + fmt.Sprintf("%q", w.Reason)
		}
		return fmt.Sprintf("ended with a close frame, code %d%s. The application, or a gateway, closed it", w.Code, reason)
	case probe.Lost:
		return "a ping got no answer: 1006 in browsers, when they next send"
	case probe.Broken:
		return "ended with bytes that are no frame: 1006 in browsers"
	}
	return "open"
}

func durations[D interface{ Seconds() float64 }](list []D) string {
	var parts []string
	for _, d := range list {
		parts = append(parts, fmt.Sprintf("%gs", d.Seconds()))
	}
	return strings.Join(parts, ", ")
}

// claims are what was predicted.
func (t *ladder) claims(r *probe.Report) {
	for _, c := range r.Claims {
		if c.Predicted == "" {
			continue
		}
		s := map[probe.Agreement]style{probe.Agrees: green, probe.Differs: red, probe.Undecided: yellow}[c.Agreement]
		t.wrap("predicted  ", "           ", s, clean(fmt.Sprintf("%s %s: %s", c.About, c.Predicted, c.Agreement)))
		if c.Agreement == probe.Differs {
			t.wrap("           ", "             ", "", clean("measured: "+c.Measured))
		}
		for _, n := range c.Notes {
			t.wrap("           ", "             ", "", clean(n))
		}
		if c.About == "handshake" && c.Agreement == probe.Differs && !c.At.IsZero() {
			t.wrap("           ", "             ", blue, clean(place(c.At)))
		}
	}
	for _, s := range r.Undeclared {
		t.wrap("predicted  ", "           ", yellow, clean(fmt.Sprintf(
			"without %s, which the answer passed (%s): declare the path with it, under paths in .wslint.yaml",
			s.What, hop.Spelling(headerName(s.Header)))))
	}
}

// headerName is the name of a header as people write it.
func headerName(lower string) string {
	parts := strings.Split(lower, "-")
	for i, p := range parts {
		if p != "" {
			parts[i] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "-")
}

// steps lists every step with its time.
func (t *ladder) steps(h *probe.Handshake) {
	for _, s := range h.Steps {
		lead := fmt.Sprintf("  %-8s %7s  ", s.Kind, probe.Round(s.Took))
		rest := strings.Repeat(" ", len([]rune(lead)))
		switch {
		case s.Err != "":
			t.wrap(lead, rest, red, clean(s.Err))
		default:
			t.wrap(lead, rest, "", clean(s.Text))
		}
		for _, m := range s.More {
			t.wrap(rest, rest, "", clean(m))
		}
	}
	if h.Answer == nil {
		return
	}
	lead := strings.Repeat(" ", 21)
	for _, early := range h.Answer.Early {
		t.wrap(lead, lead, yellow, clean("before it: "+early))
	}
	for _, l := range h.Answer.Header {
		t.wrap(lead, lead+"  ", "", clean(l.Name+": "+l.Value))
	}
	if len(h.Answer.Body) > 0 {
		t.buf.WriteByte('\n')
	}
	for _, l := range h.Answer.Body {
		t.wrap(lead+"| ", lead+"| ", "", clean(l))
	}
}

// passed lists what the answer shows of the hops on its way.
func (t *ladder) passed(r *probe.Report) {
	if len(r.Handshake.Signs) == 0 {
		return
	}
	t.buf.WriteByte('\n')
	t.wrap("", "", "", "the answer passed:")
	for _, s := range r.Handshake.Signs {
		t.wrap("  - ", "    ", "", clean(fmt.Sprintf("%s (%s: %s)", s.What, headerName(s.Header), s.Value)))
	}
}

// watches lists what became of each connection.
func (t *ladder) watches(i *probe.Idle) {
	t.buf.WriteByte('\n')
	t.wrap("", "", "", "connections:")
	for _, w := range i.Watches {
		t.wrap("  - ", "    ", "", clean(watchText(w)))
	}
	for _, h := range i.Failed {
		t.wrap("  - ", "    ", yellow, clean("did not open: "+h.Why))
	}
}

func watchText(w probe.Watch) string {
	with := "no pings"
	if w.Every > 0 {
		with = fmt.Sprintf("a ping every %gs (%d sent, %d answered)", w.Every.Seconds(), w.Pings, w.Pongs)
	}
	if w.Mute {
		with = fmt.Sprintf("a ping every %gs (%d sent: the server answers no pings)", w.Every.Seconds(), w.Pings)
	}
	if w.End == probe.StillOpen {
		return fmt.Sprintf("%s: open at an age of %s", with, probe.Round(w.Age))
	}
	return fmt.Sprintf("%s: ended at an age of %s, %s after the last byte: %s",
		with, probe.Round(w.Age), probe.Round(w.Since), w.End)
}

// ProbeProgress is one line about a measurement that runs, for terminals.
func ProbeProgress(p probe.Progress, width int) string {
	var parts []string
	for _, w := range p.Watches {
		with := "no pings"
		if w.Every > 0 {
			with = fmt.Sprintf("%gs", w.Every.Seconds())
		}
		state := "open"
		if w.End != probe.StillOpen {
			state = fmt.Sprintf("%s at %s", w.End, probe.Round(w.Age))
		}
		parts = append(parts, with+" "+state)
	}
	line := fmt.Sprintf("%ds of at most %s | %s",
		int(p.Elapsed.Seconds()), hop.FormatDuration(p.Of), strings.Join(parts, " | "))
	if runes := []rune(line); width > 4 && len(runes) >= width {
		line = string(runes[:width-2]) + "…"
	}
	return clean(line)
}
