package report

import (
	"io"
	"slices"

	"github.com/wslint/wslint/lint"
)

// A Format is one way to print the result of a check.
type Format struct {
	Name  string
	Write func(w io.Writer, r *lint.Result, o Options) error
}

// Routes reports whether the format tells the hops of the paths that findings are on.
func (f Format) Routes() bool { return f.Name == "sarif" || f.Name == "html" }

// AuditFormats are those of Formats, and what has a place for resources of AWS alone. It is a function so that a
// program that prints neither, like the playground, is built without them and their templates.
func AuditFormats() []Format { return append(slices.Clone(Formats), Format{"asff", ASFF}) }

// Formats lists the ways to print the result of a check, in the order of the help.
var Formats = []Format{
	{"text", Text},
	{"concise", Concise},
	{"json", func(w io.Writer, r *lint.Result, _ Options) error { return JSON(w, r) }},
	{"sarif", SARIF},
	{"github", GitHub},
	{"gitlab", GitLab},
	{"junit", JUnit},
	{"checkstyle", Checkstyle},
	{"markdown", Markdown},
	{"html", HTML},
}
