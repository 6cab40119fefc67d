package lsp

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
)

// found makes a diagnostic of a finding: at its place, else where the path is declared that it was found on. ok is
// false when both are in no file.
func (r *round) found(in lint.Input, result *lint.Result, f rules.Finding) (x found, ok bool) {
	x = found{finding: f, result: result, own: true}
	pos, ok := r.home(result, f.Pos)
	x.own = ok && pos == f.Pos && pos.Line > 0
	message := report.Clean(f.Message)
	if !ok && !f.Pos.IsZero() {
		message += "\nnote: found at " + report.Clean(f.Pos.String())
	}
	if !ok && f.Trace != nil {
		pos, ok = r.home(result, f.Trace.Pos)
	}
	if !ok && in.Config != nil {
		pos, ok = hop.Pos{File: in.Config.File}, true
	}
	if !ok {
		return x, false
	}
	x.file = pos.File
	x.diagnostic = diagnostic{
		Range: r.location(
			result,
			pos,
		).Range, Severity: severity(f.Severity), Code: f.Rule.Name, Source: "wslint", Message: message,
	}
	if r.world.client.codeDescription {
		x.diagnostic.CodeDescription = &codeDescription{report.RulePage(f.Rule)}
	}
	r.relate(&x, pos)
	return x, true
}

// home is a place as one in a file that an editor can open.
func (r *round) home(result *lint.Result, pos hop.Pos) (hop.Pos, bool) {
	pos = result.Home(pos)
	return pos, r.source(pos.File, result.Original).here
}

func (r *round) location(result *lint.Result, pos hop.Pos) location {
	s := r.source(pos.File, result.Original)
	return location{s.uri, s.text.span(s.text.place(pos))}
}

func severity(s rules.Severity) int {
	return [...]int{rules.Info: asInfo, rules.Warning: asWarning, rules.Error: asError}[s]
}

// relate adds the other places of a finding: its notes, the path it was found on and the hops on the way. What is in
// no file, and all of it for a client that shows no related places, goes into the message.
func (r *round) relate(x *found, shown hop.Pos) {
	add := func(n hop.Note, essential bool) {
		text := report.Clean(n.Text)
		pos, ok := r.home(x.result, n.Pos)
		if !ok && n.Pos.IsZero() {
			pos, ok = shown, true // the message stays short enough for one line beside the text
		}
		switch {
		case ok && r.world.client.related:
			x.diagnostic.Related = append(x.diagnostic.Related, related{r.location(x.result, pos), text})
		case !essential:
		case ok && pos != shown:
			x.diagnostic.Message += fmt.Sprintf("\n%s (%s)", text, report.Clean(pos.String()))
		default:
			x.diagnostic.Message += "\nnote: " + text
		}
	}
	f := x.finding
	for _, n := range f.Notes {
		add(n, true)
	}
	if f.Trace == nil {
		return
	}
	if f.Trace.Pos != shown {
		add(hop.Note{Pos: f.Trace.Pos, Text: fmt.Sprintf("on the path %s (%s)", f.Path, f.Confidence)}, false)
	}
	for _, n := range report.Way(f) {
		if n.Pos != shown && n.Pos != f.Trace.Pos {
			add(n, false)
		}
	}
}

func comparePosition(a, b position) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Character, b.Character))
}

// diagnostics are what is published of a file.
func diagnostics(list []found) []diagnostic {
	out := []diagnostic{} // not null
	for _, x := range list {
		out = append(out, x.diagnostic)
	}
	return out
}

// concerned are the findings of a document on the lines of a range, and those of the diagnostics that a client asks
// about.
func (r *round) concerned(uri string, at span, named []asked) (list []found) {
	return slices.DeleteFunc(slices.Clone(r.files[uri]), func(x found) bool {
		on := x.diagnostic.Range.Start.Line <= at.End.Line && at.Start.Line <= x.diagnostic.Range.End.Line
		return !on &&
			!slices.ContainsFunc(
				named,
				func(d asked) bool { return d.Code == x.diagnostic.Code && d.Range == x.diagnostic.Range },
			)
	})
}

// touching are the findings of a document in or at a range.
func (r *round) touching(uri string, at span) (list []found) {
	return slices.DeleteFunc(slices.Clone(r.files[uri]), func(x found) bool {
		return comparePosition(x.diagnostic.Range.End, at.Start) < 0 || comparePosition(at.End, x.diagnostic.Range.Start) < 0
	})
}
