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
	Version string // of wslint: "v1.2.0", "devel 0123456789ab"
	// Locate says how code hosts name a file: from the top of the repository. ok is false for what is not in it. A nil Locate takes
	// relative names for such.
	Locate func(file string) (path string, ok bool)
	// FailOn is the least severity that makes a check fail.
	FailOn rules.Severity
	Never  bool // nothing makes it fail
}

// fails reports whether a finding makes the check fail.
func (o Options) fails(f rules.Finding) bool { return !o.Never && f.Severity >= o.FailOn }

// maxUnknown is how many unknown places are listed unless --verbose asks for all.
const maxUnknown = 10

// Text prints the result for people.
func Text(w io.Writer, r *lint.Result, o Options) error {
	t := &text{painter: painter(o.Color), source: newSource(r.Source)}
	for _, f := range r.Findings {
		t.finding(f)
	}
	t.notes("could not be determined (not checked):", r.Unknown, o.Verbose)
	t.notes("fixed since the baseline (wslint baseline removes it):", r.Gone, o.Verbose)
	t.coverage(r.Audit, o.Verbose)
	t.summary(r)
	_, err := w.Write(t.buf.Bytes())
	return err
}

// text is a report in the making.
type text struct {
	painter
	source source
	buf    bytes.Buffer
}

func (t *text) linef(format string, args ...any) { fmt.Fprintf(&t.buf, format+"\n", args...) }

func (t *text) finding(f rules.Finding) {
	t.linef("%s%s", t.paint(severityStyle(f.Severity), f.Severity.String()+"["+f.Rule.Name+"]"), t.paint(bold, ": "+clean(f.Message)))
	margin := len(strconv.Itoa(f.Pos.Line))
	for _, n := range f.Notes {
		margin = max(margin, len(strconv.Itoa(n.Pos.Line)))
	}
	pad := strings.Repeat(" ", margin)
	t.place(pad, "-->", f.Pos, '^', "", severityStyle(f.Severity))
	for _, n := range f.Notes {
		if n.Pos.IsZero() || n.Pos == f.Pos { // what was just shown is not shown again
			t.linef("%s %s note: %s", pad, t.paint(blue, "="), clean(n.Text))
			continue
		}
		t.place(pad, ":::", n.Pos, '-', n.Text, blue)
	}
	if f.Path != "" {
		t.linef("%s %s path: %s%s (%s)", pad, t.paint(blue, "="), clean(f.Path), more(f.More), f.Confidence)
	}
	if f.Fix != nil {
		t.fix(pad, f.Fix)
	}
	t.linef("")
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

// place prints where something is, with the line if there is one, the span underlined and a label behind the underline.
func (t *text) place(pad, arrow string, pos hop.Pos, mark byte, label string, s style) {
	t.linef("%s%s %s", pad, t.paint(blue, arrow), clean(pos.String()))
	bar := t.paint(blue, "|")
	line, ok := t.source.line(pos.File, pos.Line)
	if !ok {
		if label != "" {
			t.linef("%s %s note: %s", pad, t.paint(blue, "="), clean(label))
		}
		return
	}
	start := max(pos.Col-1, 0)
	end := pos.EndCol - 1
	if pos.Col == 0 {
		start, end = len(line)-len(strings.TrimLeft(line, " \t")), len(line)
	}
	x := newExcerpt(line, start, end)
	t.linef("%s %s", pad, bar)
	t.linef("%s %s", t.paint(blue, fmt.Sprintf("%*d", len(pad), pos.Line)), strings.TrimRight(bar+" "+x.text, " "))
	under := strings.Repeat(string(mark), x.to-x.from)
	if label != "" {
		under += " " + clean(label)
	}
	t.linef("%s %s %s%s", pad, bar, strings.Repeat(" ", x.from), t.paint(s, under))
}

// notes lists remarks under a heading.
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
			t.linef("  %s", clean(n.Text))
			continue
		}
		place := clean(n.Pos.String())
		if strings.HasPrefix(place, "::") {
			place = "./" + place // in a job on GitHub it would be a command
		}
		t.linef("  %s: %s", place, clean(n.Text))
	}
	if hidden := len(notes) - len(shown); hidden > 0 {
		t.linef("  … and %d more: --verbose lists all", hidden)
	}
	t.linef("")
}

// Remarks prints notes in one line each, for --verbose.
func Remarks(w io.Writer, what string, notes []hop.Note) {
	for _, n := range notes {
		fmt.Fprintf(w, "%s: %s: %s\n", what, clean(n.Pos.String()), clean(n.Text))
	}
}

// summary ends the report with its counts.
func (t *text) summary(r *lint.Result) {
	t.linef("%s", summaryLine(r))
	t.next(r)
}

// next ends a report without any endpoint with the places that pass requests on and the command to go on with.
func (t *text) next(r *lint.Result) {
	found := slices.ContainsFunc(r.Findings, func(f rules.Finding) bool { return f.Severity > rules.Info })
	if r.Endpoints > 0 || found || r.Next == "" {
		return
	}
	var proxied []hop.Note
	for _, e := range r.Proxied {
		proxied = append(proxied, hop.Note{Pos: e.Pos, Text: "passes on " + e.Name})
	}
	t.linef("")
	t.notes("if WebSockets enter at one of these, check the address that the browser connects to:", proxied, false)
	t.linef("  %s", clean(r.Next))
}

// summaryLine says in one line what was found in how much, and says so when there was nothing to judge.
func summaryLine(r *lint.Result) string {
	files, tail, in := count(r.Files, "file"), hiddenText(r), " in "
	if r.Audit != nil {
		files, in = r.Audit.Summary(), ": "
	}
	if len(r.Findings) == 0 {
		switch {
		case r.Incomplete:
			return fmt.Sprintf("incomplete: could not read everything (%s)%s", files, tail)
		case r.Endpoints == 0 && r.Audit != nil:
			return "no load balancer that can carry a WebSocket: " + files + tail
		case r.Endpoints == 0:
			return "no WebSocket endpoint found in " + files + tail
		}
		return fmt.Sprintf("no findings: %s, %s%s", files, count(r.Endpoints, "endpoint"), tail)
	}
	if r.Incomplete {
		tail += "; incomplete: could not read everything"
	}
	return fmt.Sprintf("%s%s%s, %s%s", severities(r), in, files, count(r.Endpoints, "endpoint"), tail)
}

// hiddenText counts what is not reported: "; 2 ignored".
func hiddenText(r *lint.Result) (s string) {
	if r.Ignored > 0 {
		s = fmt.Sprintf("; %d ignored", r.Ignored)
	}
	if r.InBaseline > 0 {
		s += fmt.Sprintf("; %d already in baseline", r.InBaseline)
	}
	if n := r.Old - r.InBaseline; n > 0 {
		s += fmt.Sprintf("; %d not on changed lines", n)
	}
	return s
}

// severities counts the findings: "1 error, 2 warnings".
func severities(r *lint.Result) string {
	s := counts(r.Findings)
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{{s.Errors, "error"}, {s.Warnings, "warning"}, {s.Infos, "info"}} {
		if c.n > 0 {
			parts = append(parts, count(c.n, c.what))
		}
	}
	return strings.Join(parts, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func counts(findings []rules.Finding) summary {
	var s summary
	for _, f := range findings {
		switch f.Severity {
		case rules.Error:
			s.Errors++
		case rules.Warning:
			s.Warnings++
		case rules.Info:
			s.Infos++
		}
	}
	return s
}
