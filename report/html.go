package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

//go:embed report.html.tmpl
var htmlPage string

// maxLadders keeps the page of a large configuration small enough for a browser.
const maxLadders = 50

// An htmlReport is what the page shows.
type htmlReport struct {
	Title    string
	Summary  summary
	Findings []htmlFinding
	Paths    []htmlPath
	Hidden   int // paths that are not drawn
	Unknown  []string
	Gaps     []string // what an audit did not read
	Version  string
	Broken   bool
}

type htmlFinding struct {
	ID, Severity, Rule, Page, Message, Where string
	Path, Confidence                         string
	PathID                                   string // of its drawing; "" without one
	Places                                   []htmlPlace
	Notes                                    []string
	Fix                                      *htmlFix
}

// An htmlPlace is a line with a part of it marked, and the lines round it.
type htmlPlace struct {
	Where, Label  string
	Main          bool
	Before, After []htmlLine
	Line          htmlLine
	A, Marked, B  string
}

type htmlLine struct {
	Number int
	Text   string
	Sign   string // "+" or "-" in a fix
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

// HTML prints one page that needs nothing else: the counts, the findings with their lines, the ways as pictures. It looks the same
// wherever it is opened, in light and in dark.
func HTML(w io.Writer, r *lint.Result, o Options) error {
	t, err := template.New("report").Parse(htmlPage)
	if err != nil {
		return err
	}
	h := htmlReport{Title: summaryLine(r), Summary: counts(r.Findings), Version: o.Version, Broken: r.Incomplete, Gaps: gapLines(r.Audit)}
	h.Summary.Files, h.Summary.Endpoints = r.Files, r.Endpoints
	ids := h.paths(r)
	src := newSource(r.Source)
	for i, f := range byRank(r.Findings) {
		h.Findings = append(h.Findings, newHTMLFinding(src, f, fmt.Sprintf("finding-%d", i+1), ids[f.Path]))
	}
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
		ID: id, Severity: f.Severity.String(), Rule: f.Rule.Name, Page: RulePage(f.Rule), Message: clean(f.Message), Where: where(f.Pos),
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
			x.Notes = append(x.Notes, noteLine(n))
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
	x := newExcerpt(line, start, end)
	p := htmlPlace{Where: where(pos), Label: label, Line: htmlLine{Number: pos.Line}}
	p.A, p.Marked, p.B = x.split()
	if prev, ok := src.line(pos.File, pos.Line-1); ok {
		p.Before = append(p.Before, htmlLine{Number: pos.Line - 1, Text: newExcerpt(prev, 0, 0).text})
	}
	if next, ok := src.line(pos.File, pos.Line+1); ok {
		p.After = append(p.After, htmlLine{Number: pos.Line + 1, Text: newExcerpt(next, 0, 0).text})
	}
	return p, true
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
				x.Lines = append(x.Lines, htmlLine{c.first + i, newExcerpt(strings.TrimRight(l, "\r"), 0, 0).text, "-"})
			}
			for i, l := range c.new {
				x.Lines = append(x.Lines, htmlLine{c.first + shift + i, newExcerpt(strings.TrimRight(l, "\r"), 0, 0).text, "+"})
			}
			shift += len(c.new) - len(c.old)
		}
	}
	return x
}
