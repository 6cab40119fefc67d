package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string    `xml:"classname,attr"`
	Name    string    `xml:"name,attr"`
	File    string    `xml:"file,attr,omitempty"`
	Line    int       `xml:"line,attr,omitempty"`
	Failure *junitBad `xml:"failure"`
	Error   *junitBad `xml:"error"`
	Skipped *junitBad `xml:"skipped"`
	Out     string    `xml:"system-out,omitempty"`
}

type junitBad struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit prints a test report: one case a finding, which fails if it makes the check fail, and one passed case for
// each rule that found nothing, so that there is always a case. What is unknown is skipped.
func JUnit(w io.Writer, r *lint.Result, o Options) error {
	suite, src := junitSuite{Name: "wslint"}, sourceOf(r)
	found := map[string]bool{}
	for _, f := range r.Findings {
		found[f.Rule.Name] = true
		suite.Cases = append(suite.Cases, junitFinding(r, o, src, f))
	}
	for _, rule := range rules.All {
		if !found[rule.Name] {
			suite.Cases = append(suite.Cases, junitCase{Class: "wslint." + rule.Name, Name: rule.Summary})
		}
	}
	for _, n := range r.Unknown {
		suite.Cases = append(
			suite.Cases,
			junitCase{
				Class:   "wslint.unknown",
				Name:    where(n.Pos) + ": " + oneLine(n.Text),
				Skipped: &junitBad{Message: oneLine(n.Text)},
			},
		)
	}
	if r.Incomplete {
		suite.Cases = append(
			suite.Cases,
			junitCase{
				Class: "wslint.reading",
				Name:  "everything can be read",
				Error: &junitBad{Message: "could not read everything"},
			},
		)
	}
	for _, c := range suite.Cases {
		suite.Tests++
		suite.Failures += one(c.Failure != nil)
		suite.Errors += one(c.Error != nil)
		suite.Skipped += one(c.Skipped != nil)
	}
	return writeXML(
		w,
		junitSuites{Tests: suite.Tests, Failures: suite.Failures, Errors: suite.Errors, Suites: []junitSuite{suite}},
	)
}

func junitFinding(r *lint.Result, o Options, src source, f rules.Finding) junitCase {
	c := junitCase{Class: "wslint." + f.Rule.Name, Name: where(f.Pos), File: f.Pos.File, Line: f.Pos.Line}
	if at, ok := o.anchor(r, f); ok {
		c.File, c.Line = at.path, at.pos.Line
	}
	t := &text{source: src}
	t.finding(f)
	body := strings.TrimSuffix(t.buf.String(), "\n")
	if o.Fails(f) {
		c.Failure = &junitBad{Type: f.Severity.String(), Message: oneLine(f.Message), Text: body}
	} else {
		c.Out = body
	}
	return c
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// writeXML prints a document. encoding/xml replaces the characters that XML cannot hold; the others that a terminal
// obeys are escaped.
func writeXML(w io.Writer, v any) error {
	out, err := xml.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	out = escapeHarmful(out, func(out []byte, r rune) []byte { return fmt.Appendf(out, "&#%d;", r) })
	out = command.ReplaceAll(out, []byte("#&#35;$1[")) // the same text, which no runner obeys
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, out)
	return err
}
