package report

import (
	"encoding/xml"
	"io"

	"github.com/wslint/wslint/lint"
)

type checkstyle struct {
	XMLName xml.Name         `xml:"checkstyle"`
	Version string           `xml:"version,attr"`
	Files   []checkstyleFile `xml:"file"`
}

type checkstyleFile struct {
	Name   string            `xml:"name,attr"`
	Errors []checkstyleError `xml:"error"`
}

type checkstyleError struct {
	Line     int    `xml:"line,attr"`
	Column   int    `xml:"column,attr,omitempty"`
	Severity string `xml:"severity,attr"`
	Message  string `xml:"message,attr"`
	Source   string `xml:"source,attr"`
}

// Checkstyle prints the findings as Checkstyle does, by file.
func Checkstyle(w io.Writer, r *lint.Result, o Options) error {
	out := checkstyle{Version: "5.0"}
	src, at := sourceOf(r), map[string]int{}
	for _, f := range r.Findings {
		name, pos := f.Pos.File, f.Pos
		if s, ok := o.anchor(r, f); ok {
			name, pos = s.path, s.pos
		}
		i, known := at[name]
		if !known {
			i = len(out.Files)
			at[name] = i
			out.Files = append(out.Files, checkstyleFile{Name: name})
		}
		g := src.region(pos)
		out.Files[i].Errors = append(out.Files[i].Errors, checkstyleError{
			Line: g.line, Column: g.col, Severity: f.Severity.String(), Message: oneLine(f.Message), Source: "wslint." +
				f.Rule.Name,
		})
	}
	if r.Incomplete {
		out.Files = append(
			out.Files,
			checkstyleFile{
				"wslint",
				[]checkstyleError{{Line: 1, Severity: "error", Message: oneLine(summaryLine(r)), Source: "wslint.reading"}},
			},
		)
	}
	return writeXML(w, out)
}
