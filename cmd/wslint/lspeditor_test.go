package main

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// open shows a file with a text of its own.
func (e *editor) open(path, language, text string) string {
	e.t.Helper()
	uri := fileURI(path)
	e.docs[uri] = &buffer{text, 1}
	e.notify(
		"textDocument/didOpen",
		object{"textDocument": object{"uri": uri, "languageId": language, "version": 1, "text": text}},
	)
	return uri
}

// replace is one incremental edit: the first place of an old text becomes a new one.
func (e *editor) replace(uri, old, with string) {
	e.t.Helper()
	d := e.docs[uri]
	at := strings.Index(d.text, old)
	if at < 0 {
		e.t.Fatalf("no %q in\n%s", old, d.text)
	}
	e.edit(uri, []edit{{area{e.position(d.text, at), e.position(d.text, at+len(old))}, with}})
}

// edit makes edits that all refer to the text as it is, the last first, and tells the server.
func (e *editor) edit(uri string, edits []edit) {
	e.t.Helper()
	d := e.docs[uri]
	changes := []object{}
	for _, x := range slices.Backward(sorted(edits)) {
		d.text = e.apply(d.text, x)
		changes = append(changes, object{"range": x.Range, "text": x.NewText})
	}
	d.version++
	e.notify(
		"textDocument/didChange",
		object{"textDocument": object{"uri": uri, "version": d.version}, "contentChanges": changes},
	)
}

// sorted keeps the order of edits at one place.
func sorted(edits []edit) []edit {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int {
		if a.Range.Start.Line != b.Range.Start.Line {
			return a.Range.Start.Line - b.Range.Start.Line
		}
		return a.Range.Start.Character - b.Range.Start.Character
	})
	return edits
}

func (e *editor) apply(text string, x edit) string {
	return text[:e.offset(text, x.Range.Start)] + x.NewText + text[e.offset(text, x.Range.End):]
}

// position and offset know \n as the only end of a line, which the texts of these tests keep to.
func (e *editor) position(text string, at int) place {
	line := strings.Count(text[:at], "\n")
	rest := text[strings.LastIndex(text[:at], "\n")+1 : at]
	if e.bytesCount {
		return place{line, len(rest)}
	}
	return place{line, len(utf16.Encode([]rune(rest)))}
}

func (e *editor) offset(text string, p place) int {
	start := 0
	for range p.Line {
		start += strings.Index(text[start:], "\n") + 1
	}
	if e.bytesCount {
		return start + p.Character
	}
	units := 0
	for i, r := range text[start:] {
		if units >= p.Character {
			return start + i
		}
		units += utf16.RuneLen(r)
	}
	return len(text)
}

// settle waits until the server has linted everything that it was told: a request about a document is answered only
// then.
func (e *editor) settle() {
	e.t.Helper()
	e.request("textDocument/hover", object{"textDocument": object{"uri": "file:///nowhere"}, "position": place{}}, nil)
}

// see waits and returns what is shown of a document, whose text must be the one that was linted.
func (e *editor) see(uri string) []shownDiagnostic {
	e.t.Helper()
	e.settle()
	p := e.shown[uri]
	if d := e.docs[uri]; d != nil && (p.Version == nil || *p.Version != d.version) {
		e.t.Fatalf("%s: published for version %v, not %d", uri, p.Version, d.version)
	}
	return p.Diagnostics
}

// codes waits and lists the rules that found something, by file, in order: what is shown in all.
func (e *editor) codes() string {
	e.t.Helper()
	e.settle()
	return e.summary()
}

func (e *editor) summary() string {
	var list []string
	for uri, p := range e.shown {
		for _, d := range p.Diagnostics {
			list = append(list, uri[strings.LastIndex(uri, "/")+1:]+":"+strconv.Itoa(d.Range.Start.Line+1)+" "+d.Code)
		}
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// pointed is the text that a range means.
func (e *editor) pointed(uri string, a area) string {
	text := e.docs[uri].text
	return text[e.offset(text, a.Start):e.offset(text, a.End)]
}

func (e *editor) actions(uri string, at area, only ...string) (list []action) {
	e.t.Helper()
	context := object{"diagnostics": []any{}}
	if only != nil {
		context["only"] = only
	}
	e.request(
		"textDocument/codeAction",
		object{"textDocument": object{"uri": uri}, "range": at, "context": context},
		&list,
	)
	return list
}

// take applies an action to the open documents.
func (e *editor) take(a action) {
	e.t.Helper()
	for _, c := range a.Edit.DocumentChanges {
		d := e.docs[c.TextDocument.URI]
		if d == nil || c.TextDocument.Version == nil || *c.TextDocument.Version != d.version {
			e.t.Fatalf("%s: edits of %s, version %v, which is not open", a.Title, c.TextDocument.URI, c.TextDocument.Version)
		}
		e.edit(c.TextDocument.URI, c.Edits)
	}
	for uri, edits := range a.Edit.Changes {
		e.edit(uri, edits)
	}
}
