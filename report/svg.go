package report

import (
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"io"
	"strings"

	"github.com/wslint/wslint/hop"
)

// The measures of the drawing, in its own units.
const (
	svgWidth  = 840
	svgLeft   = 64  // where names begin
	svgBars   = 380 // where bars begin
	svgSpan   = 320 // how long the axis is
	svgLine   = 20
	svgMargin = 24
	svgRail   = 40 // the line that the handshake travels along
)

// svgStyle is the whole look. Colours keep a contrast of 4.5 against their background, in light and in dark.
const svgStyle = `
.wsl-bg{fill:#fff;stroke:#d1d9e0}.wsl-mask{fill:#fff}
.wsl text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:#1f2328;
paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
.wsl .wsl-h{font-size:16px;font-weight:600}.wsl .wsl-b{font-weight:600}
.wsl .wsl-m{fill:#59636e;font-size:12px}.wsl .wsl-mid{text-anchor:middle}
.wsl .wsl-ok{fill:#1a7f37}.wsl .wsl-bad{fill:#cf222e}.wsl .wsl-warn{fill:#9a6700}
.wsl-grid{stroke:#d1d9e0}.wsl-rail{stroke:#818b98;stroke-width:2;fill:none}.wsl-arrow{fill:#818b98}
.wsl-node{fill:#fff;stroke:#818b98;stroke-width:2}
.wsl-idle{fill:#54aeff}.wsl-life{fill:#a475f9}.wsl-later{fill:none;stroke:#818b98;stroke-dasharray:4 3}
.wsl-weak{fill:#cf222e}.wsl-stop{fill:#cf222e;stroke:#cf222e}
.wsl-ping{stroke:#1a7f37;stroke-width:1.5;stroke-dasharray:2 3}
@media (prefers-color-scheme:dark){
.wsl-bg{fill:#0d1117;stroke:#3d444d}.wsl-mask{fill:#0d1117}.wsl text{fill:#f0f6fc;stroke:#0d1117}
.wsl .wsl-m{fill:#9198a1}.wsl .wsl-ok{fill:#3fb950}.wsl .wsl-bad{fill:#f85149}.wsl .wsl-warn{fill:#d29922}
.wsl-grid{stroke:#3d444d}.wsl-rail{stroke:#656c76}.wsl-arrow{fill:#656c76}
.wsl-node{fill:#0d1117;stroke:#656c76}
.wsl-idle{fill:#1f6feb}.wsl-life{fill:#8957e5}.wsl-later{stroke:#656c76}.wsl-weak{fill:#da3633}
.wsl-stop{fill:#f85149;stroke:#f85149}.wsl-ping{stroke:#3fb950}
}`

// TraceSVG draws the ladder of one handshake: a self-contained picture for documents, in light and dark.
func TraceSVG(w io.Writer, p *hop.Path) error {
	o := p.Handshake()
	c, hasBars := newChart(p)
	d := &drawing{y: svgMargin + 14, columns: 44}
	if !hasBars {
		d.columns = 100
	}
	d.head(p, o)
	if hasBars {
		d.axis(c.axis)
	}
	top := d.y
	d.station(browserName(p), nil)
	for i := range p.Hops {
		d.hop(p, i, c)
	}
	end := svgClass(o)
	if allPass(p) {
		d.station(applicationName(p), [][2]string{{end, applicationText(o)}})
		for _, b := range c.bars[len(p.Hops)] {
			d.bar(c.axis, b)
		}
	}
	for _, m := range c.pings {
		d.ping(c.axis, m, top, hasBars)
	}
	d.rail(top, end)
	_, err := io.WriteString(w, d.document(p, o))
	return err
}

// A drawing in the making, in layers from back to front: grid and rail, bars, pings, what hides them behind texts,
// texts.
type drawing struct {
	back, bars, marks, masks, texts strings.Builder

	y       int // the next base line
	last    int // the lowest one with text
	columns int // characters that a line beside the rail holds
	nodes   []node
	grid    []int // x of the axis' marks
	gridTop int
}

type node struct {
	y    int
	stop bool // the handshake ends here
}

func esc(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(clean(s))) // a strings.Builder takes everything
	return b.String()
}

func (d *drawing) text(x int, class, s string) {
	d.last = max(d.last, d.y)
	d.mask(x, class, s)
	if class != "" {
		class = ` class="` + class + `"`
	}
	fmt.Fprintf(&d.texts, "<text x=\"%d\" y=\"%d\"%s>%s</text>\n", x, d.y, class, esc(s))
}

// mask hides the lines of the grid and of pings behind a text, so that nothing runs through it. Its width is
// estimated, rather too long.
func (d *drawing) mask(x int, class, s string) {
	if d.gridTop == 0 || strings.Contains(class, "wsl-mid") {
		return // nothing is drawn there
	}
	cell := 7
	if strings.Contains(class, "wsl-b") {
		cell = 8
	}
	if wide := cell * textWidth(s); x+wide > svgBars-8 {
		fmt.Fprintf(
			&d.masks,
			"<rect class=\"wsl-mask\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"17\"/>\n",
			x-2,
			d.y-13,
			wide+4,
		)
	}
}

// lines breaks text to n characters a line and prints it downwards.
func (d *drawing) lines(x, n int, class, s string) {
	line := ""
	flush := func() {
		if line != "" {
			d.text(x, class, line)
			d.y += svgLine
		}
		line = ""
	}
	for _, word := range strings.Fields(clean(s)) {
		word = strings.TrimRight(fit(word, min(textWidth(word), n)), " ")
		if line != "" && textWidth(line)+1+textWidth(word) > n {
			flush()
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	flush()
}

func (d *drawing) head(p *hop.Path, o hop.Outcome) {
	d.lines(svgMargin, 88, "wsl-h", p.Name)
	d.y += 4
	handshake, _ := outcomeHead(p, o)
	d.lines(svgMargin, 112, svgClass(o), "handshake: "+handshake)
	if o.Why != "" {
		d.lines(svgMargin, 116, "wsl-m", o.Why)
	}
	quiet, s := idleHead(p, o)
	d.lines(svgMargin, 112, map[style]string{green: "wsl-ok", red: "wsl-bad", yellow: "wsl-warn"}[s], "idle: "+quiet)
	d.y += svgLine
}

func svgClass(o hop.Outcome) string {
	switch o.Kind {
	case hop.Open:
		return "wsl-ok"
	case hop.Depends, hop.OutcomeUnknown:
		return "wsl-warn"
	}
	return "wsl-bad"
}

func (d *drawing) axis(a axis) {
	for _, tick := range a.ticks {
		x := svgX(a.at(tick))
		d.grid = append(d.grid, x)
		d.text(x, "wsl-m wsl-mid", hop.FormatDuration(tick))
	}
	d.y += 10
	d.gridTop = d.y
	d.y += svgLine
}

func svgX(at float64) int { return svgBars + int(at*svgSpan+0.5) }

// station is the browser, a hop or the application: a name, and what becomes of the handshake there.
func (d *drawing) station(name string, lines [][2]string) {
	d.nodes = append(d.nodes, node{y: d.y - 4})
	d.lines(svgLeft, d.columns-4, "wsl-b", name)
	for _, l := range lines {
		d.lines(svgLeft, d.columns, l[0], l[1])
	}
	d.y += 8
}

func (d *drawing) hop(p *hop.Path, i int, c chart) {
	h := &p.Hops[i]
	a, known := h.Answer.Get()
	class, say := "wsl-m", answerText(h)
	switch {
	case !known:
		class, say = "wsl-warn", say+": "+h.Answer.Why()
	case a.Kind != hop.PassedOn:
		class, say = "wsl-bad", fmt.Sprintf("%s%s (%s)", say, redirect(a), h.Answer.Name)
	}
	d.station(h.Name, [][2]string{{"wsl-m", place(h.Pos)}, {class, say}})
	d.nodes[len(d.nodes)-1].stop = known && a.Kind != hop.PassedOn
	for _, b := range c.bars[i] {
		d.bar(c.axis, b)
	}
	d.y += 8
}

func (d *drawing) bar(a axis, b bar) {
	label, class, textClass := b.timer.Name, "wsl-idle", "wsl-m"
	tail := b.text() + b.what()
	switch {
	case b.timer.Starts != hop.Opened:
		class = "wsl-later"
	case b.weakest:
		class, textClass, tail = "wsl-weak", "wsl-bad wsl-b", tail+", first to close"
	case b.life:
		class = "wsl-life"
	case b.least:
		tail += ", the least"
	}
	if !b.known {
		textClass = "wsl-warn"
	}
	d.text(svgLeft+12, "", strings.TrimRight(fit(clean(label), min(textWidth(label), 40)), " "))
	x := svgBars
	if b.known {
		x = max(svgX(a.at(b.length)), svgBars+3)
		fmt.Fprintf(
			&d.bars,
			"<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"12\" rx=\"2\"><title>%s</title></rect>\n",
			class,
			svgBars,
			d.y-11,
			x-svgBars,
			esc(b.timer.Name+": "+tail+", "+place(b.timer.Pos)),
		)
	}
	// Behind a long bar there is no room: the text then ends at its end, in the next line.
	if x+8+7*textWidth(tail) > svgWidth-svgMargin {
		d.y += svgLine - 4
		x = svgWidth - svgMargin - 7*textWidth(tail) - 8
	}
	d.text(x+8, textClass, tail)
	d.y += svgLine
}

// ping draws one ping as a line through all bars.
func (d *drawing) ping(a axis, m mark, top int, hasBars bool) {
	d.text(svgLeft+12, "wsl-ok", m.text)
	if m.known && hasBars {
		x := svgX(a.at(m.every))
		fmt.Fprintf(
			&d.marks,
			"<line class=\"wsl-ping\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
			x,
			top-svgLine+6,
			x,
			d.y+6,
		)
		d.text(x+6, "wsl-ok", "ping")
	}
	d.y += svgLine
}

// rail is the way of the handshake, with a node for every station.
func (d *drawing) rail(top int, end string) {
	for _, x := range d.grid {
		fmt.Fprintf(
			&d.back,
			"<line class=\"wsl-grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
			x,
			d.gridTop,
			x,
			d.last+6,
		)
	}
	for i, n := range d.nodes {
		if i > 0 {
			fmt.Fprintf(
				&d.back,
				"<path class=\"wsl-rail\" d=\"M%d %dV%d\"/><path class=\"wsl-arrow\" d=\"M%d %dl-5 -9h10z\"/>\n",
				svgRail,
				d.nodes[i-1].y+7,
				n.y-10,
				svgRail,
				n.y-7,
			)
		}
		class := "wsl-node"
		if n.stop || end == "wsl-bad" && i == len(d.nodes)-1 {
			class += " wsl-stop"
		}
		fmt.Fprintf(&d.back, "<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"6\"/>\n", class, svgRail, n.y)
	}
}

// document puts the drawing together. Its identifiers come from its content, so that several fit into one page.
func (d *drawing) document(p *hop.Path, o hop.Outcome) string {
	handshake, _ := outcomeHead(p, o)
	quiet, _ := idleHead(p, o)
	id := fnv.New32a()
	io.WriteString(id, d.texts.String())
	name := fmt.Sprintf("wsl-%08x", id.Sum32())
	height := d.last + svgMargin
	var s strings.Builder
	fmt.Fprintf(
		&s,
		`<svg xmlns="http://www.w3.org/2000/svg" class="wsl" width="%d" height="%d" viewBox="0 0 %d %d" `+
			`role="img" aria-labelledby="%s-t %s-d">`+"\n",
		svgWidth,
		height,
		svgWidth,
		height,
		name,
		name,
	)
	fmt.Fprintf(&s, "<title id=\"%s-t\">Route of %s</title>\n", name, esc(p.Name))
	fmt.Fprintf(
		&s,
		"<desc id=\"%s-d\">Handshake: %s. Idle connection: %s. %s</desc>\n",
		name,
		esc(handshake),
		esc(quiet),
		esc(described(p)),
	)
	fmt.Fprintf(&s, "<style>%s\n</style>\n", svgStyle)
	fmt.Fprintf(
		&s,
		"<rect class=\"wsl-bg\" x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"8\"/>\n",
		svgWidth-1,
		height-1,
	)
	s.WriteString(d.back.String() + d.bars.String() + d.marks.String() + d.masks.String() + d.texts.String() + "</svg>\n")
	return s.String()
}

// described is the ladder in words.
func described(p *hop.Path) string {
	var parts []string
	for i := range p.Hops {
		h := &p.Hops[i]
		text := h.Name + " " + answerText(h)
		for _, t := range append(append([]hop.Timer{}, h.Idle...), h.Life...) {
			if d, known := t.Get(); known {
				text += fmt.Sprintf(", %s %s", t.Name, hop.FormatDuration(d))
			}
		}
		parts = append(parts, text)
	}
	return "Hops: " + strings.Join(parts, "; ") + "."
}
