package lsp

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// The kinds of code actions.
const (
	quickFix = "quickfix"
	fixAll   = "source.fixAll.wslint"
)

// actions are the fixes of what is found on the lines of a range or is asked for, comments that ignore it, and all
// safe fixes of the document at once; of the kinds that are wanted, if only some are.
func (r *round) actions(p documentParams) []codeAction {
	uri, only := p.Document.URI, p.Context.Only
	list := []codeAction{} // not null
	if !r.world.client.actions {
		return list
	}
	if wanted(quickFix, only) {
		touching := r.concerned(uri, p.Range, p.Context.Diagnostics)
		for _, x := range touching {
			if a, ok := r.fix(x); ok {
				list = append(list, a)
			}
		}
		for _, x := range touching {
			if a, ok := r.ignore(x); ok {
				list = append(list, a)
			}
		}
	}
	if wanted(fixAll, only) {
		if a, ok := r.fixAll(uri); ok {
			list = append(list, a)
		}
	}
	return list
}

// wanted reports whether a kind is one of those asked for or below one of them; all are when none is.
func wanted(kind string, only []string) bool {
	return len(only) == 0 ||
		slices.ContainsFunc(only, func(k string) bool { return k == "" || kind == k || strings.HasPrefix(kind, k+".") })
}

func (r *round) fix(x found) (codeAction, bool) {
	fix := x.finding.Fix
	if x.result == nil || fix == nil || len(fix.Edits) == 0 {
		return codeAction{}, false
	}
	a := codeAction{Title: fix.Title, Kind: quickFix, Diagnostics: []diagnostic{x.diagnostic}, IsPreferred: fix.Safe}
	if !fix.Safe {
		a.Title += " (unsafe fix: review it, it may affect other requests)"
	}
	var ok bool
	a.Edit, ok = r.edit(x.result, fix.Edits)
	return a, ok
}

// unanswered are the rules that an ignore comment is no answer to: those about such comments, and a configuration
// that does not start.
var unanswered = []*rules.Rule{rules.InvalidIgnore, rules.UnusedIgnore, rules.ExpiredIgnore, rules.UnreadableConfig}

// ignore writes an ignore comment above a finding. The reason is left to whoever ignores it: until there is one, the
// finding stays, and the comment is one too.
func (r *round) ignore(x found) (codeAction, bool) {
	if !x.own || slices.Contains(unanswered, x.finding.Rule) {
		return codeAction{}, false
	}
	t := r.source(x.file, x.result.Original).text
	start, _ := t.place(hop.Pos{Line: x.finding.Pos.Line, Col: 1})
	line := t.src[start:]
	indent := string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
	comment := fmt.Sprintf("%s# wslint:ignore %s \n", indent, x.finding.Rule.Name)
	edit, ok := r.edit(x.result, []hop.Edit{{File: x.file, Start: start, End: start, New: comment}})
	return codeAction{
		Title: fmt.Sprintf("ignore %s here (you write the reason)", x.finding.Rule.Name),
		Kind:  quickFix, Diagnostics: []diagnostic{x.diagnostic}, Edit: edit,
	}, ok
}

// fixAll is the safe fixes of one document that change no other.
func (r *round) fixAll(uri string) (codeAction, bool) {
	var result *lint.Result
	var safe []rules.Finding
	for _, x := range r.files[uri] {
		f := x.finding
		if x.result != nil && (result == nil || result == x.result) && f.Fix != nil && f.Fix.Safe &&
			!slices.ContainsFunc(f.Fix.Edits, func(e hop.Edit) bool { return r.source(e.File, x.result.Original).uri != uri }) {
			result, safe = x.result, append(safe, f)
		}
	}
	if len(safe) == 0 {
		return codeAction{}, false
	}
	part := *result
	part.Findings = safe
	var edits []hop.Edit
	for _, f := range lint.NewPatch(&part, false).Files {
		edits = append(edits, f.Edits...)
	}
	edit, ok := r.edit(result, edits)
	return codeAction{Title: "wslint: fix all safe findings in this file", Kind: fixAll, Edit: edit}, ok && len(edits) > 0
}

// edit turns edits of the texts that a result is of into the client's; ok is false when one of them is of no such
// text, or cannot be said in JSON.
func (r *round) edit(result *lint.Result, edits []hop.Edit) (e workspaceEdit, ok bool) {
	var files []*source
	changes := map[string][]textEdit{}
	for _, edit := range edits {
		s := r.source(edit.File, result.Original)
		if !s.here || edit.Start < 0 || edit.End < edit.Start || edit.End > len(s.text.src) || !utf8.ValidString(edit.New) {
			return e, false
		}
		if changes[s.uri] == nil {
			files = append(files, s)
		}
		changes[s.uri] = append(changes[s.uri], textEdit{s.text.span(edit.Start, edit.End), edit.New})
	}
	if !r.world.client.documentChanges {
		return workspaceEdit{Changes: changes}, true
	}
	for _, s := range files {
		id := documentID{URI: s.uri}
		if s.doc != nil {
			id.Version = &s.doc.version
		}
		e.DocumentChanges = append(e.DocumentChanges, documentEdit{id, changes[s.uri]})
	}
	return e, true
}
