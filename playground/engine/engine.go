// Package engine answers the playground: the files of the current directory and a few declarations in, JSON out. It is
// wslint's own code and knows no browser; playground/wasm puts it into one.
package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
	"github.com/wslint/wslint/why"
)

// A Question is what the page asks of the files in the current directory.
type Question struct {
	Ask      string            `json:"ask"`      // check, trace, why or about
	Ping     string            `json:"ping"`     // "25s", "none"; "" for what .wslint.yaml says
	From     string            `json:"from"`     // server or client; "" for the default
	URL      string            `json:"url"`      // what the browser connects to; "" for the first endpoint
	Symptom  string            `json:"symptom"`  // "1006 60s"
	Versions map[string]string `json:"versions"` // by program: {"nginx": "1.28"}
	Now      time.Time         `json:"now"`      // what ignores with an end are held against
}

// An Answer is what there is to show. Of the fields those are there that the question asks for.
type Answer struct {
	Error string `json:"error,omitempty"`
	// Check is the report in JSON, as docs/json.md describes it.
	Check json.RawMessage `json:"check,omitempty"`
	// Text is a report for people.
	Text string `json:"text,omitempty"`
	// SVG is the picture of the path.
	SVG string `json:"svg,omitempty"`
	// URLs are the endpoints that were found or declared.
	URLs []string `json:"urls,omitempty"`
	// Programs are those whose version can be said.
	Programs []Program `json:"programs,omitempty"`
	// Rules are the names of the rules that have a page.
	Rules []string `json:"rules,omitempty"`
}

// A Program is one whose defaults differ by version.
type Program struct {
	Name    string `json:"name"`
	Example string `json:"example"`
	Default string `json:"default"`
}

// Reply answers a question in JSON with an answer in JSON.
func Reply(question []byte) []byte {
	var q Question
	var a Answer
	err := json.Unmarshal(question, &q)
	if err == nil {
		a, err = q.answer()
	}
	if err != nil {
		var lines []string
		for _, e := range lint.Errors(err) {
			lines = append(lines, report.Clean(e.Error()))
			var at *lint.PlaceError
			if errors.As(e, &at) {
				lines = append(lines, report.Excerpt(at.Pos, at.Line))
			}
		}
		a.Error = strings.Join(lines, "\n")
	}
	out, err := json.Marshal(a)
	if err != nil { // an answer holds nothing that JSON cannot
		panic(err)
	}
	return out
}

func (q Question) answer() (Answer, error) {
	if q.Ask == "about" {
		return about(), nil
	}
	in, err := q.input()
	var none *lint.NothingFoundError
	switch {
	case err != nil:
		return Answer{}, err
	case q.Ask == "check":
		return q.check(in)
	case q.Ask == "trace":
		return q.trace(in)
	case q.Ask == "why":
		a, err := q.why(in)
		if errors.As(err, &none) {
			return q.suspects(&lint.Clues{Result: &lint.Result{}}, "", nil)
		}
		return a, err
	}
	return Answer{}, errors.New("unknown question " + q.Ask)
}

// about says what can be asked.
func about() (a Answer) {
	for _, p := range lint.Programs() {
		a.Programs = append(a.Programs, Program{p.Name, p.Example, p.Default})
	}
	for _, r := range rules.All {
		a.Rules = append(a.Rules, r.Name)
	}
	return a
}

// input is that of wslint check in the current directory.
func (q Question) input() (lint.Input, error) {
	in := lint.Input{Rules: rules.All, Now: q.Now, Versions: q.Versions, OneConfig: true}
	file, err := lint.FindConfig(nil)
	if err != nil {
		return in, err
	}
	var declared *lint.Keepalive
	if file != "" {
		if in.Config, err = lint.ReadConfig(file); err != nil {
			return in, err
		}
		declared = in.Config.Keepalive
	}
	from := q.From
	if q.Ping == "" || q.Ping == "none" {
		from = ""
	}
	in.Ping, err = lint.ParseKeepalive(declared, q.Ping, from, "")
	return in, err
}

func (q Question) check(in lint.Input) (a Answer, err error) {
	if q.URL != "" {
		in.URLs = []string{q.URL}
	}
	result, err := lint.Check(in)
	if err != nil {
		return a, err
	}
	var out bytes.Buffer
	err = report.JSON(&out, result)
	a.Check = out.Bytes()
	return a, err
}

// trace follows the handshake to the URL, or that to the first endpoint.
func (q Question) trace(in lint.Input) (a Answer, err error) {
	paths, result, err := lint.Paths(in)
	if err != nil {
		return a, err
	}
	var cases []*hop.Path
	for _, p := range paths {
		if cases == nil && (q.URL == "" || p[0].Name == q.URL) {
			cases = p
		}
		if !slices.Contains(a.URLs, p[0].Name) {
			a.URLs = append(a.URLs, p[0].Name)
		}
	}
	if cases == nil && q.URL != "" {
		h := lint.Handshake{URL: q.URL, Browser: lint.Browsers[0]}
		if cases, result, err = lint.Trace(in, h); err != nil {
			return a, err
		}
	}
	var text, svg bytes.Buffer
	if len(cases) == 0 {
		report.Problems(&text, result)
		a.Text = text.String()
		return a, nil
	}
	if err := report.Trace(&text, cases, report.Options{}); err != nil {
		return a, err
	}
	err = report.TraceSVG(&svg, cases[0])
	a.Text, a.SVG = text.String(), svg.String()
	return a, err
}

func (q Question) why(in lint.Input) (Answer, error) {
	symptom, err := why.Parse(q.Symptom)
	if err != nil {
		return Answer{}, err
	}
	files := []string{"."}
	if q.URL != "" {
		clues, err := lint.TraceClues(in, lint.Handshake{URL: q.URL, Browser: lint.Browsers[0]})
		if err == nil && clues.Paths != nil {
			return q.suspects(clues, q.URL, files)
		}
	}
	clues, err := lint.FindClues(in, symptom.Elsewhere())
	if err != nil {
		return Answer{}, err
	}
	return q.suspects(clues, "", files)
}

// suspects are those of the symptom in what was found, of one URL or of all.
func (q Question) suspects(clues *lint.Clues, url string, files []string) (a Answer, err error) {
	symptom, err := why.Parse(q.Symptom)
	if err != nil {
		return a, err
	}
	var text bytes.Buffer
	err = report.Why(&text, why.Find(symptom, why.Given{
		Paths: clues.Paths, Elsewhere: clues.Elsewhere, More: clues.More, Findings: clues.Findings,
		Unknown: clues.Result.Unknown, Files: files, URL: url, Program: clues.Result.Program,
	}), report.Options{})
	a.Text = text.String()
	return a, err
}
