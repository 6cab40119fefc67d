package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// A chart is what the ladder draws: the hops that a handshake passes, their timers as bars on one axis of time, and
// the pings.
type chart struct {
	axis  axis
	bars  [][]bar // of each hop, and of the application
	pings []mark
}

// A bar is one timer.
type bar struct {
	timer  hop.Timer
	life   bool
	length time.Duration
	known  bool
	// weakest says that this timer ends a connection first, least that it would if the pings stopped.
	weakest, least bool
	// pinged holds the pings that restart it.
	pinged []mark
}

// A mark is a ping: the connection's longest silence as far as it goes.
type mark struct {
	every time.Duration
	known bool
	text  string // "ping every 25s"
}

// newChart measures p; ok is false when nothing on it has a timer.
func newChart(p *hop.Path) (c chart, ok bool) {
	for _, ping := range p.Pings {
		m := mark{text: pingText([]hop.Ping{ping})}
		m.every, m.known = ping.Every.Get()
		c.pings = append(c.pings, m)
	}
	lengths := []time.Duration{}
	for i := range p.Hops {
		h := &p.Hops[i]
		var bars []bar
		if a, known := h.Answer.Get(); known && a.Kind == hop.PassedOn {
			for _, t := range h.Idle {
				bars = append(bars, c.bar(p, i, t, false))
			}
			for _, t := range h.Life {
				bars = append(bars, c.bar(p, i, t, true))
			}
		}
		c.bars = append(c.bars, bars)
	}
	c.bars = append(c.bars, c.application(p))
	for _, b := range slices.Concat(c.bars...) {
		ok = true
		if b.known {
			lengths = append(lengths, b.length)
		}
	}
	for _, m := range c.pings {
		if m.known {
			lengths = append(lengths, m.every)
		}
	}
	c.axis = newAxis(lengths)
	c.weakest(p)
	return c, ok
}

// application is the timers that the application has of its own.
func (c *chart) application(p *hop.Path) (bars []bar) {
	if p.Application == nil || !allPass(p) {
		return nil
	}
	for _, t := range p.Application.Idle {
		bars = append(bars, c.bar(p, len(p.Hops), t, false))
	}
	for _, t := range p.Application.Life {
		bars = append(bars, c.bar(p, len(p.Hops), t, true))
	}
	return bars
}

func (c *chart) bar(p *hop.Path, at int, t hop.Timer, life bool) bar {
	b := bar{timer: t, life: life}
	b.length, b.known = t.Get()
	if !life {
		for i, ping := range p.Pings {
			if p.Counts(ping, at, t) {
				b.pinged = append(b.pinged, c.pings[i])
			}
		}
	}
	return b
}

// weakest marks the timer that ends a connection first; without one, the shortest idle timer; nothing when there is
// no connection.
func (c *chart) weakest(p *hop.Path) {
	if !opens(p, p.Handshake()) {
		return
	}
	if cuts := p.Cuts(); len(cuts) > 0 {
		first := cuts[0]
		for i := range c.bars[first.Hop] {
			b := &c.bars[first.Hop][i]
			if b.timer.Starts == hop.Opened && b.timer.Name == first.Timer.Name && b.known && b.length == first.After {
				b.weakest = true
				return
			}
		}
		return
	}
	var least *bar
	for i := range c.bars {
		for j := range c.bars[i] {
			b := &c.bars[i][j]
			if b.known && !b.life && b.timer.Starts == hop.Opened && (least == nil || b.length < least.length) {
				least = b
			}
		}
	}
	if least != nil {
		least.least = true
	}
}

// what says what sets a timer going that runs from something else than the open connection.
func (b bar) what() string {
	switch b.timer.Starts {
	case hop.Reloaded:
		return " after reload"
	case hop.Drained:
		return " after drain"
	}
	if b.life {
		return " active or idle"
	}
	return ""
}

func (b bar) text() string {
	if !b.known {
		return "unknown"
	}
	return hop.FormatDuration(b.length)
}

// The columns of the drawn ladder: 2 + label + 1 + bars + text = columns.
const (
	labelCells = 28
	barCells   = 35
)

// cells is how many cells the bars take: fewer on a narrow terminal.
func (t *ladder) cells() int { return barCells - max(0, usual-t.columns) }

func (t *ladder) column(a axis, d time.Duration) int {
	return int(math.Round(a.at(d) * float64(t.cells()-1)))
}

// chart draws the ladder in text. Bars: = idle timers, # lifetimes, - what a reload or a drain sets going.
func (t *ladder) chart(p *hop.Path, o hop.Outcome) {
	c, ok := newChart(p)
	if !ok {
		return
	}
	t.scale(c.axis, browserName(p))
	for i := range p.Hops {
		h := &p.Hops[i]
		t.wrap(fmt.Sprintf("%d ", i+1), "    ", bold, clean(h.Name)+": "+answerText(h))
		for _, b := range c.bars[i] {
			t.bar(c.axis, b)
		}
	}
	if allPass(p) {
		t.wrap("  ", "    ", bold, applicationName(p)+": "+applicationText(o))
		for _, b := range c.bars[len(p.Hops)] {
			t.bar(c.axis, b)
		}
	}
	for _, m := range c.pings {
		t.pingRow(c.axis, m)
	}
	if len(c.pings) == 0 {
		text := "no ping declared: if it pings, add --ping 25s"
		if p.NoPings {
			text = "the application sends no pings"
		}
		t.wrap("  ", "    ", "", text)
	}
	t.buf.WriteByte('\n')
}

// answerText is what a hop does with the handshake, in a few words.
func answerText(h *hop.Hop) string {
	a, known := h.Answer.Get()
	switch {
	case !known:
		return "cannot predict what it does"
	case a.Kind == hop.PassedOn:
		return clean(to("forwards the handshake", h.Next.Addr))
	case a.Kind == hop.Answered:
		return "answers " + statusText(a.Status)
	case a.Kind == hop.Closed:
		return "closes the connection"
	}
	return "never answers"
}

func applicationName(p *hop.Path) string {
	if p.Application == nil {
		return "application"
	}
	return "application " + clean(p.Application.Name)
}

func browserName(p *hop.Path) string {
	if p.Browser == "" {
		return "browser"
	}
	return strings.ToUpper(p.Browser[:1]) + strings.ReplaceAll(p.Browser[1:], "-", " ")
}

// scale draws the axis with its marks, and what the ladder begins with beside it.
func (t *ladder) scale(a axis, start string) {
	line, names := []byte(strings.Repeat("-", t.cells())), []byte(strings.Repeat(" ", t.cells()+6))
	used := -1
	for _, tick := range a.ticks {
		at := t.column(a, tick)
		line[at] = '+'
		if name := hop.FormatDuration(tick); at > used {
			copy(names[at:], name)
			used = at + len(name)
		}
	}
	lead := strings.Repeat(" ", labelCells+3)
	t.buf.WriteString(strings.TrimRight(lead+string(names), " ") + "\n")
	t.buf.WriteString("  " + fit(start, labelCells) + " " + string(line) + "\n")
}

func (t *ladder) bar(a axis, b bar) {
	row := []byte(strings.Repeat(" ", t.cells()))
	end := 0
	if b.known {
		end = t.column(a, b.length)
	}
	fill := byte('=')
	switch {
	case b.timer.Starts != hop.Opened:
		fill = '-'
	case b.life:
		fill = '#'
	}
	for i := range end {
		row[i] = fill
	}
	for _, m := range b.pinged {
		if m.known {
			row[t.column(a, m.every)] = ':'
		}
	}
	row[end] = '|'
	s, tail := style(""), ""
	switch {
	case !b.known:
		row[0] = '?'
		s = yellow
	case b.weakest:
		row[end], s, tail = 'X', red, " <- first"
	case b.least:
		tail = " <- least"
	case len(b.what())+len(b.text())+labelCells+end+6 <= t.columns:
		tail = b.what()
	}
	drawn := strings.TrimRight(string(row), " ")
	t.buf.WriteString("  " + fit(clean(b.timer.Name), labelCells) + " " + t.paint(s, drawn+" "+b.text()+tail) + "\n")
}

// pingRow draws how long pings leave a connection silent.
func (t *ladder) pingRow(a axis, m mark) {
	drawn := "?"
	if m.known {
		drawn = strings.Repeat(" ", t.column(a, m.every)) + ":"
	}
	t.buf.WriteString(
		"  " + fit("ping", labelCells) + " " + t.paint(green, drawn+" "+strings.TrimPrefix(m.text, "a ")) + "\n",
	)
}

// fit makes text exactly n cells wide.
func fit(text string, n int) string {
	w := textWidth(text)
	if w <= n {
		return text + strings.Repeat(" ", n-w)
	}
	var sb strings.Builder
	used := 0
	for _, r := range text {
		if used+width(r) > n-1 {
			break
		}
		sb.WriteRune(r)
		used += width(r)
	}
	return sb.String() + "…" + strings.Repeat(" ", n-1-used)
}
