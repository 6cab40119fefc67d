// Package report prints what lint found out: one file a format. It judges nothing.
package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// Options say what a report needs to know beside the result.
type Options struct {
	Color   bool
	Verbose bool
	Quiet   bool   // findings only: no lists, no counts, no next steps
	Version string // of wslint: "v1.2.0", "devel 0123456789ab"
	// Width is how many columns the terminal has; 0 where there is none: then the lines of findings are not broken.
	Width int
	// Next says what the last lines of a report in text may propose; nil proposes nothing.
	Next *Next
	// Run says when and how the result came to be, for the head of pages; the zero Run says nothing.
	Run Run
	// Locate says how code hosts name a file: from the top of the repository. ok is false for what is not in it. A nil
	// Locate takes relative names for such.
	Locate func(file string) (path string, ok bool)
	// Absolute is the absolute name of a file; nil where that is not known.
	Absolute func(file string) string
	// FailOn is the least severity of findings in a file that makes a check fail; ok is false where nothing does. A nil
	// FailOn takes errors for such.
	FailOn func(file string) (least rules.Severity, ok bool)
}

// Fails reports whether a finding makes the check fail.
func (o Options) Fails(f rules.Finding) bool {
	if o.FailOn == nil {
		return f.Severity >= rules.Error
	}
	least, ok := o.FailOn(f.Pos.File)
	return ok && f.Severity >= least
}

// maxUnknown is how many unknown places are listed unless --verbose asks for all.
const maxUnknown = 10

// Text prints the result for people.
func Text(w io.Writer, r *lint.Result, o Options) error {
	t := newText(r, o)
	many := manyOf(r.Findings, o)
	for _, f := range r.Findings {
		if !slices.Contains(many, f.Rule) {
			t.finding(f)
		}
	}
	for _, rule := range many {
		t.group(r.Findings, rule)
	}
	if !o.Quiet {
		t.notes("could not be determined (not checked):", r.Unknown, o.Verbose)
		t.notes("fixed since the baseline (wslint baseline removes it):", r.Gone, o.Verbose)
		t.coverage(r.Extent, o.Verbose)
		t.linef("%s", summaryLine(r))
		t.proxied(r)
		t.next(r, o)
	}
	_, err := w.Write(t.buf.Bytes())
	return err
}

// text is a report in the making.
type text struct {
	painter
	source source
	width  int // of the terminal; 0 breaks no lines
	buf    bytes.Buffer
}

func newText(r *lint.Result, o Options) *text {
	return &text{painter: painter(o.Color), source: sourceOf(r), width: o.Width}
}

func (t *text) linef(format string, args ...any) { fmt.Fprintf(&t.buf, format+"\n", args...) }

// wrapped prints text behind a lead; further lines are indented by rest. s is the style of the text.
func (t *text) wrapped(lead, rest string, s style, text string) {
	for _, line := range breakLines(text, t.width, textWidth(stripped(lead)), textWidth(rest)) {
		t.linef("%s%s", lead, t.paint(s, noCommand(lead, line)))
		lead = rest
	}
}

func (t *text) finding(f rules.Finding) {
	head := f.Severity.String() + "[" + f.Rule.Name + "]"
	t.wrapped(t.paint(severityStyle(f.Severity), head)+t.paint(bold, ":")+" ", "    ", bold, clean(f.Message))
	margin := len(strconv.Itoa(f.Pos.Line))
	for _, n := range f.Notes {
		margin = max(margin, len(strconv.Itoa(n.Pos.Line)))
	}
	pad := strings.Repeat(" ", margin)
	t.place(pad, "-->", f.Pos, '^', "", severityStyle(f.Severity))
	for _, n := range f.Notes {
		if n.Pos.IsZero() || n.Pos == f.Pos { // what was just shown is not shown again
			t.note(pad, n.Text)
			continue
		}
		t.place(pad, ":::", n.Pos, '-', n.Text, blue)
	}
	if f.Path != "" {
		lead := pad + " " + t.paint(blue, "=") + " path: "
		t.wrapped(lead, pad+"   ", "", fmt.Sprintf("%s%s (%s)", clean(f.Path), more(f.More), f.Confidence))
	}
	if f.Fix != nil {
		t.fix(pad, f.Fix)
	}
	t.linef("")
}

func (t *text) note(pad, text string) {
	t.wrapped(pad+" "+t.paint(blue, "=")+" note: ", pad+"   ", "", clean(text))
}

func more(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " [+1 more path]"
	}
	return fmt.Sprintf(" [+%d more paths]", n)
}

func severityStyle(s rules.Severity) style {
	return [...]style{rules.Info: cyan, rules.Warning: yellow, rules.Error: red}[s]
}

// place prints where something is, with the line if there is one, the span underlined and a label behind the
// underline.
func (t *text) place(pad, arrow string, pos hop.Pos, mark byte, label string, s style) {
	t.linef("%s%s %s", pad, t.paint(blue, arrow), clean(pos.String()))
	bar := t.paint(blue, "|")
	line, ok := t.source.line(pos.File, pos.Line)
	if !ok {
		if label != "" {
			t.note(pad, label)
		}
		return
	}
	start := max(pos.Col-1, 0)
	end := pos.EndCol - 1
	if pos.Col == 0 {
		start, end = len(line)-len(strings.TrimLeft(line, " \t")), len(line)
	}
	x := excerptWithin(line, start, end, t.excerptCells(pad))
	t.linef("%s %s", pad, bar)
	t.linef("%s %s", t.paint(blue, fmt.Sprintf("%*d", len(pad), pos.Line)), strings.TrimRight(bar+" "+x.text, " "))
	under := strings.Repeat(string(mark), x.to-x.from)
	lead := fmt.Sprintf("%s %s %s", pad, bar, strings.Repeat(" ", x.from))
	if label == "" {
		t.linef("%s%s", lead, t.paint(s, under))
		return
	}
	// A label for which there is no room stands below the underline.
	if t.width > 0 && len(pad)+3+x.to+1+textWidth(label) > t.width {
		t.linef("%s%s", lead, t.paint(s, under))
		lead = fmt.Sprintf("%s %s ", pad, bar)
		t.wrapped(lead, lead, s, clean(label))
		return
	}
	t.linef("%s%s", lead, t.paint(s, under+" "+clean(label)))
}

// excerptCells is how many cells a line of a file may take.
func (t *text) excerptCells(pad string) int {
	if t.width == 0 {
		return maxExcerpt
	}
	return min(maxExcerpt, max(t.width-len(pad)-5, 20))
}

// notes lists notes under a heading.
func (t *text) notes(head string, notes []hop.Note, all bool) {
	if len(notes) == 0 {
		return
	}
	shown := notes
	if !all && len(notes) > maxUnknown {
		shown = notes[:maxUnknown]
	}
	t.linef("%s", t.paint(bold, head))
	for _, n := range shown {
		if n.Pos.IsZero() {
			t.wrapped("  ", "    ", "", clean(n.Text))
			continue
		}
		t.wrapped("  ", "    ", "", harmlessPlace(n.Pos)+": "+clean(n.Text))
	}
	if hidden := len(notes) - len(shown); hidden > 0 {
		t.linef("  … and %d more: --verbose lists all", hidden)
	}
	t.linef("")
}

// harmlessPlace is a place at the beginning of a line: in a job on GitHub what begins with two colons would be a
// command.
func harmlessPlace(pos hop.Pos) string {
	place := clean(pos.String())
	if strings.HasPrefix(place, "::") {
		return "./" + place
	}
	return place
}

// Reading prints which files were read, and as what, which were not, and why, for --verbose.
func Reading(w io.Writer, r *lint.Result) {
	for _, f := range r.Read {
		fmt.Fprintf(w, "read: %s: %s\n", clean(f.Name), f.Format)
	}
	Remarks(w, "not read", r.NotRead)
	Remarks(w, "debug", r.Debug)
}

// Remarks prints notes in one line each, for --verbose.
func Remarks(w io.Writer, what string, notes []hop.Note) {
	for _, n := range notes {
		fmt.Fprintf(w, "%s: %s: %s\n", what, clean(n.Pos.String()), clean(n.Text))
	}
}
