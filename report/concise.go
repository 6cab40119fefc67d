package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// Concise prints a line for each finding, as compilers do: file:line:col: severity[rule]: headline. The last line
// counts.
func Concise(w io.Writer, r *lint.Result, o Options) error {
	var s strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&s, "%s: %s[%s]: %s\n", harmlessPlace(f.Pos), f.Severity, f.Rule.Name, clean(f.Message))
	}
	if !o.Quiet {
		fmt.Fprintln(&s, summaryLine(r))
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// Statistics prints how often each rule found something, the most frequent first.
func Statistics(w io.Writer, r *lint.Result, o Options) error {
	n := map[*rules.Rule]int{}
	worst := map[*rules.Rule]rules.Severity{}
	var found []*rules.Rule
	for _, f := range r.Findings {
		if n[f.Rule] == 0 {
			found = append(found, f.Rule)
		}
		n[f.Rule]++
		worst[f.Rule] = max(worst[f.Rule], f.Severity)
	}
	slices.SortStableFunc(found, func(a, b *rules.Rule) int {
		return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(worst[b], worst[a]), cmp.Compare(a.Name, b.Name))
	})
	wide := 0
	for _, rule := range found {
		wide = max(wide, len(rule.Name))
	}
	t := newText(r, o)
	for _, rule := range found {
		lead := fmt.Sprintf(
			"%6d  %s  %-*s  ",
			n[rule],
			t.paint(severityStyle(worst[rule]), fmt.Sprintf("%-7s", worst[rule])),
			wide,
			rule.Name,
		)
		t.wrapped(lead, strings.Repeat(" ", 10), "", clean(rule.Summary))
	}
	if !o.Quiet {
		t.linef("%s", summaryLine(r))
	}
	_, err := w.Write(t.buf.Bytes())
	return err
}

// Brief is the line that a report in text ends with, for runs whose reports all went to files.
func Brief(w io.Writer, r *lint.Result) {
	fmt.Fprintf(w, "wslint: %s\n", summaryLine(r))
}
