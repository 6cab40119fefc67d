package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
)

// jsonVersion counts the incompatible changes of the JSON formats. docs/json.md is their documentation.
const jsonVersion = 1

type checkJSON struct {
	Version  int           `json:"version"`
	Findings []findingJSON `json:"findings"`
	Unknown  []noteJSON    `json:"unknown"`
	Gone     []noteJSON    `json:"gone"`
	// Incomplete is what exit code 3 says.
	Incomplete bool `json:"incomplete"`
	// Of an audit: what was read, and when.
	Coverage []coverageJSON `json:"coverage,omitzero"`
	Taken    *string        `json:"taken,omitempty"`
	Summary  summary        `json:"summary"`
	// As what the configurations were judged.
	Versions []versionJSON `json:"versions"`
}

type findingJSON struct {
	Rule       string `json:"rule"`
	Severity   string `json:"severity"`
	Confidence string `json:"confidence"`
	Message    string `json:"message"`
	File       string `json:"file"`
	Line       *int   `json:"line"`
	Column     *int   `json:"column"`
	EndLine    *int   `json:"endLine"`
	EndColumn  *int   `json:"endColumn"`
	// Resource is there where there is one.
	Resource string `json:"resource,omitempty"`
	Path     string `json:"path"`
	// When says for whom it is so: what the message begins with, and the gates that let the handshake in.
	When  []whenJSON `json:"when"`
	Notes []noteJSON `json:"notes"`
	Fix   *fixJSON   `json:"fix"`
}

// A whenJSON is a condition that nothing in the configuration decides.
type whenJSON struct {
	File   string `json:"file"`
	Line   *int   `json:"line"`
	Column *int   `json:"column"`
	Text   string `json:"text"`
	Gate   bool   `json:"gate"`
}

type noteJSON struct {
	File   string `json:"file"`
	Line   *int   `json:"line"`
	Column *int   `json:"column"`
	Text   string `json:"text"`
}

type fixJSON struct {
	Title string     `json:"title"`
	Safe  bool       `json:"safe"`
	Edits []editJSON `json:"edits"`
}

type editJSON struct {
	File  string `json:"file"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	New   string `json:"new"`
}

type summary struct {
	Errors    int `json:"errors"`
	Warnings  int `json:"warnings"`
	Infos     int `json:"infos"`
	Files     int `json:"files"`
	Endpoints int `json:"endpoints"`
	Ignored   int `json:"ignored"`
	Old       int `json:"old"`
}

// JSON prints the result for programs.
func JSON(w io.Writer, r *lint.Result) error {
	out := checkJSON{
		Version:    jsonVersion,
		Findings:   []findingJSON{},
		Unknown:    notesJSON(r.Unknown),
		Gone:       notesJSON(r.Gone),
		Incomplete: r.Incomplete,
		Summary:    counts(r.Findings),
		Versions:   versionsJSON(r),
	}
	out.Coverage, out.Taken = coverageOf(r.Extent)
	out.Summary.Files, out.Summary.Endpoints, out.Summary.Ignored, out.Summary.Old = r.Files, r.Endpoints, r.Ignored, r.Old
	for _, f := range r.Findings {
		j := findingJSON{
			Rule: f.Rule.Name, Severity: f.Severity.String(), Confidence: f.Confidence.String(), Message: f.Message,
			File: f.Pos.File, Line: positive(f.Pos.Line), Column: positive(f.Pos.Col),
			EndLine: positive(
				f.Pos.Line,
			), EndColumn: positive(f.Pos.EndCol),
			Resource: f.Resource, Path: f.Path, When: conditionsJSON(f.When, f.Gates), Notes: notesJSON(f.Notes),
		}
		if f.Fix != nil {
			j.Fix = &fixJSON{Title: f.Fix.Title, Safe: f.Fix.Safe, Edits: []editJSON{}}
			if showable(r, f.Fix) {
				for _, e := range f.Fix.Edits {
					j.Fix.Edits = append(j.Fix.Edits, editJSON(e))
				}
			}
		}
		out.Findings = append(out.Findings, j)
	}
	return writeJSON(w, out)
}

// conditionsJSON lists conditions, the gates last.
func conditionsJSON(conditions, gates []hop.Condition) []whenJSON {
	list := []whenJSON{}
	for i, c := range slices.Concat(conditions, gates) {
		list = append(list, whenJSON{c.Pos.File, positive(c.Pos.Line), positive(c.Pos.Col), c.Text, i >= len(conditions)})
	}
	return list
}

func notesJSON(notes []hop.Note) []noteJSON {
	list := make([]noteJSON, len(notes))
	for i, n := range notes {
		list[i] = noteJSON{n.Pos.File, positive(n.Pos.Line), positive(n.Pos.Col), n.Text}
	}
	return list
}

// stepsJSON are the steps of a hop, as notes are.
func stepsJSON(steps []hop.Step) []noteJSON {
	notes := make([]hop.Note, len(steps))
	for i, s := range steps {
		notes[i] = s.Note
	}
	return notesJSON(notes)
}

// positive is null for a number that does not apply: places count from 1.
func positive(n int) *int {
	if n <= 0 {
		return nil
	}
	return &n
}

// writeJSON prints a document. What a terminal obeys is escaped in it: names keep their bytes, and nothing acts.
func writeJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	text := command.ReplaceAll(b.Bytes(), []byte(`#\u0023$1[`)) // the same text, which no runner obeys
	_, err := w.Write(escapeHarmful(text, func(out []byte, r rune) []byte {
		for _, unit := range utf16.AppendRune(nil, r) {
			out = fmt.Appendf(out, `\u%04x`, unit)
		}
		return out
	}))
	return err
}

// escapeHarmful replaces the characters of a text that do something to a terminal, but for the ends of its lines.
func escapeHarmful(text []byte, escape func(out []byte, r rune) []byte) []byte {
	if bytes.IndexFunc(text, func(r rune) bool { return r != '\n' && harmful(r) }) < 0 {
		return text
	}
	out := make([]byte, 0, len(text)+len(text)/8)
	for _, r := range string(text) {
		if r == '\n' || !harmful(r) {
			out = utf8.AppendRune(out, r)
		} else {
			out = escape(out, r)
		}
	}
	return out
}
