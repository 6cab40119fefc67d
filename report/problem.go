package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
)

// Problems prints findings in one line each, for runs whose report is something else.
func Problems(w io.Writer, r *lint.Result) {
	for _, f := range r.Findings {
		fmt.Fprintf(w, "wslint: %s: %s\n", clean(f.Pos.String()), clean(f.Message))
	}
	if len(r.Findings) == 0 {
		fmt.Fprintln(w, "wslint: could not read everything")
	}
}

// Clean makes text of unknown origin harmless on a terminal.
func Clean(s string) string { return clean(s) }

// Excerpt is a line with the place in it underlined; "" when there is no line.
func Excerpt(pos hop.Pos, line string) string {
	if line == "" || pos.Line == 0 || pos.Col == 0 {
		return ""
	}
	x := newExcerpt(line, pos.Col-1, pos.EndCol-1)
	number := fmt.Sprint(pos.Line)
	pad := strings.Repeat(" ", len(number))
	return fmt.Sprintf(
		"%s |\n%s | %s\n%s | %s%s\n",
		pad,
		number,
		x.text,
		pad,
		strings.Repeat(" ", x.from),
		strings.Repeat("^", x.to-x.from),
	)
}
