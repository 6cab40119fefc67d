package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

//go:embed report.html.tmpl
var htmlPage string

const (
	// maxLadders keeps the page of a large configuration small enough for a browser.
	maxLadders = 50
	// maxCards is how many findings of one rule have a card; the others have a line each.
	maxCards = 100
	// maxCode is how many cells of a line of code the page holds; they scroll.
	maxCode = 2000
)

// An htmlReport is what the page shows.
type htmlReport struct {
	Title   string
	Summary summary
	Run     []string // when, where and how, in this order
	Command string
	Groups  []htmlGroup
	Paths   []htmlPath
	Hidden  int // paths that are not drawn
	Unknown []string
	Gaps    []string // what an audit did not read
	Version string
	Broken  bool
}

// An htmlGroup is the findings of one rule: those with a card that is open, those with one that is folded away, and
// lines.
type htmlGroup struct {
	N                                 int // from 1, for the filter
	ID, Rule, Page, Summary, Severity string
	Count                             int
	One                               bool // all of them have the severity of the group
	Shown, Folded                     []htmlFinding
	Lines                             []string
}

type htmlFinding struct {
	ID, Severity, Rule, Message, Where string
	Path, Confidence                   string
	PathID                             string // of its drawing; "" without one
	Places                             []htmlPlace
	Notes                              []string
	Fix                                *htmlFix
}

// An htmlPlace is a line with a part of it marked, and the lines round it.
type htmlPlace struct {
	Where, Label  string
	Main          bool
	Before, After []htmlLine
	Line          htmlLine
}

// An htmlLine is a line of code: its text, or that in three parts of which the second is marked.
type htmlLine struct {
	Number       int
	Sign         string // "+" or "-" in a fix
	A, Marked, B string
}

type htmlFix struct {
	Title string
	Safe  bool
	Lines []htmlLine
}

type htmlPath struct {
	ID, Name string
	Picture  template.HTML
}

// HTML prints one page that needs nothing else: the counts, the findings by rule with their lines, the routes as
// pictures. It looks the same wherever it is opened, in light and in dark, and has no scripts: style sheets filter.
func HTML(w io.Writer, r *lint.Result, o Options) error {
	t, err := template.New("report").Parse(htmlPage)
	if err != nil {
		return err
	}
	h := htmlReport{
		Title: summaryLine(
			r,
		), Summary: counts(r.Findings), Version: o.Version, Broken: r.Incomplete, Gaps: gapLines(r.Extent),
		Command: clean(o.Run.Command),
	}
	if !o.Run.At.IsZero() {
		h.Run = append(h.Run, o.Run.At.UTC().Format(time.RFC1123))
	}
	if o.Run.Host != "" {
		h.Run = append(h.Run, clean(o.Run.Host))
	}
	h.Run = append(h.Run, versions(r)...)
	h.Summary.Files, h.Summary.Endpoints = r.Files, r.Endpoints
	ids := h.paths(r)
	h.groups(sourceOf(r), byRank(r.Findings), ids)
	for _, n := range r.Unknown {
		h.Unknown = append(h.Unknown, noteLine(n))
	}
	var b bytes.Buffer
	if err := t.Execute(&b, h); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// Tiles is how many counts the page begins with: no infos are not counted.
func (h htmlReport) Tiles() int {
	if h.Summary.Infos == 0 {
		return 4
	}
	return 5
}

// groups puts the findings of each rule together, the worst first.
func (h *htmlReport) groups(src source, list []rules.Finding, ids map[string]string) {
	total, at := map[*rules.Rule]int{}, map[*rules.Rule]int{}
	for _, f := range list {
		total[f.Rule]++
	}
	for i, f := range list {
		n, known := at[f.Rule]
		if !known {
			n = len(h.Groups)
			at[f.Rule] = n
			h.Groups = append(h.Groups, htmlGroup{
				N: n + 1, One: true, ID: "rule-" + f.Rule.Name, Rule: f.Rule.Name, Page: RulePage(f.Rule),
				Summary: clean(f.Rule.Summary), Severity: f.Severity.String(),
			})
		}
		g := &h.Groups[n]
		g.Count++
		g.One = g.One && g.Severity == f.Severity.String()
		switch {
		case g.Count > maxCards:
			g.Lines = append(g.Lines, where(f.Pos)+": "+oneLine(f.Message))
			continue
		case total[f.Rule] > maxAlike && g.Count > shownAlike:
			g.Folded = append(g.Folded, newHTMLFinding(src, f, fmt.Sprintf("finding-%d", i+1), ids[f.Path]))
		default:
			g.Shown = append(g.Shown, newHTMLFinding(src, f, fmt.Sprintf("finding-%d", i+1), ids[f.Path]))
		}
	}
}

// Severities are those that the filter knows.
func (h htmlReport) Severities() []string { return []string{"error", "warning", "info"} }

// paths draws each path once, the declared ones first, and returns the identifiers of the drawings by name.
func (h *htmlReport) paths(r *lint.Result) map[string]string {
	ids := map[string]string{}
	add := func(p *hop.Path) {
		if p == nil || ids[p.Name] != "" {
			return
		}
		if len(h.Paths) == maxLadders {
			h.Hidden++
			return
		}
		var picture strings.Builder
		TraceSVG(&picture, p) // a strings.Builder takes everything
		id := fmt.Sprintf("path-%d", len(h.Paths)+1)
		ids[p.Name] = id
		h.Paths = append(h.Paths, htmlPath{
			ID: id, Name: clean(p.Name),
			// TraceSVG escapes what it quotes.
			Picture: template.HTML(picture.String()),
		})
	}
	for _, p := range r.Declared {
		add(p)
	}
	for _, f := range byRank(r.Findings) {
		add(f.Trace)
	}
	return ids
}

func newHTMLFinding(src source, f rules.Finding, id, pathID string) htmlFinding {
	x := htmlFinding{
		ID: id, Severity: f.Severity.String(), Rule: f.Rule.Name, Message: clean(f.Message), Where: where(f.Pos),
		Confidence: f.Confidence.String(), PathID: pathID,
	}
	if f.Path != "" {
		x.Path = clean(f.Path) + more(f.More)
	}
	if p, ok := newHTMLPlace(src, f.Pos, ""); ok {
		p.Main = true
		x.Places = append(x.Places, p)
	}
	for _, n := range f.Notes {
		if p, ok := newHTMLPlace(src, n.Pos, clean(n.Text)); ok && n.Pos != f.Pos {
			x.Places = append(x.Places, p)
		} else {
			x.Notes = append(x.Notes, strings.TrimPrefix(noteLine(n), "note: "))
		}
	}
	if f.Fix != nil {
		x.Fix = newHTMLFix(src, f.Fix)
	}
	return x
}

func newHTMLPlace(src source, pos hop.Pos, label string) (htmlPlace, bool) {
	line, ok := src.line(pos.File, pos.Line)
	if !ok {
		return htmlPlace{}, false
	}
	start, end := max(pos.Col-1, 0), pos.EndCol-1
	if pos.Col == 0 {
		start, end = len(line)-len(strings.TrimLeft(line, " \t")), len(line)
	}
	p := htmlPlace{Where: where(pos), Label: label, Line: codeLine(pos.Line, "", line, start, end)}
	if prev, ok := src.line(pos.File, pos.Line-1); ok {
		p.Before = append(p.Before, codeLine(pos.Line-1, "", prev, 0, 0))
	}
	if next, ok := src.line(pos.File, pos.Line+1); ok {
		p.After = append(p.After, codeLine(pos.Line+1, "", next, 0, 0))
	}
	return p, true
}

// codeLine is a line of code with the bytes [start, end) of it marked; nothing is where start is end.
func codeLine(number int, sign, line string, start, end int) htmlLine {
	x := excerptWithin(strings.TrimRight(line, "\r"), start, end, maxCode)
	l := htmlLine{Number: number, Sign: sign}
	if start == end {
		l.A = x.text
		return l
	}
	l.A, l.Marked, l.B = x.split()
	return l
}

// split cuts an excerpt before and behind its marked cells.
func (x excerpt) split() (before, marked, after string) {
	at := 0
	for i, c := range x.text {
		switch {
		case at < x.from:
			before = x.text[:i+len(string(c))]
		case at < x.to:
			marked += string(c)
		default:
			return before, marked, x.text[i:]
		}
		at += width(c)
	}
	return before, marked, ""
}

func newHTMLFix(src source, f *rules.Fix) *htmlFix {
	x := &htmlFix{Title: clean(f.Title), Safe: f.Safe}
	files, byFile := editsByFile(f.Edits)
	for _, file := range files {
		shift := 0
		for _, c := range src.changes(file, byFile[file]) {
			for i, l := range c.old {
				x.Lines = append(x.Lines, c.htmlLine(i, c.first+i, "-", l))
			}
			for i, l := range c.new {
				x.Lines = append(x.Lines, c.htmlLine(i, c.first+shift+i, "+", l))
			}
			shift += len(c.new) - len(c.old)
		}
	}
	return x
}

// htmlLine is line i of a change. A long one begins shortly before what changes.
func (c change) htmlLine(i, number int, sign, line string) htmlLine {
	start, end := c.span(i, line)
	shown := c.window(i, line, maxExcerpt)
	cut := len(line) - len(shown)
	return codeLine(number, sign, strings.TrimRight(shown, "\r"), max(start-cut, 0), max(end-cut, 0))
}

// span is the part of line i, the old or the new one, that differs from the other.
func (c change) span(i int, line string) (start, end int) {
	if i >= len(c.old) || i >= len(c.new) {
		return 0, 0
	}
	start = c.from(i)
	a, b := c.old[i][start:], c.new[i][start:]
	same := 0
	for same < len(a) && same < len(b) && a[len(a)-1-same] == b[len(b)-1-same] && a[len(a)-1-same] < 0x80 {
		same++
	}
	return start, max(start, len(line)-same)
}
