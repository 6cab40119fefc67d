package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// maxRows keeps a comment or a job's summary below the size that code hosts accept.
const maxRows = 200

// Markdown prints a table of the findings and, folded away, their details: for comments on changes and for summaries of jobs.
func Markdown(w io.Writer, r *lint.Result, o Options) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "### wslint: %s\n", mdText(summaryLine(r)))
	if lines := gapLines(r.Audit); len(lines) > 0 {
		fmt.Fprintf(&b, "\nNot read, or not whole:\n\n")
		for _, l := range lines {
			fmt.Fprintf(&b, "- %s\n", mdText(l))
		}
	}
	list, src := byRank(r.Findings), newSource(r.Source)
	if len(list) > 0 {
		b.WriteString("\n| | place | rule | what happens |\n|---|---|---|---|\n")
	}
	for _, f := range list[:min(len(list), maxRows)] {
		fmt.Fprintf(&b, "| %s | %s | [%s](%s) | %s |\n", f.Severity, mdCode(where(f.Pos)), f.Rule.Name, RulePage(f.Rule), mdText(oneLine(f.Message)))
	}
	if n := len(list) - maxRows; n > 0 {
		fmt.Fprintf(&b, "\nAnd %s more.\n", count(n, "finding"))
	}
	for _, f := range list[:min(len(list), maxRows)] {
		mdDetails(&b, src, f)
	}
	if len(r.Unknown) > 0 {
		fmt.Fprintf(&b, "\n<details><summary>%s unknown, and so not judged</summary>\n\n", count(len(r.Unknown), "place"))
		for _, n := range r.Unknown[:min(len(r.Unknown), maxRows)] {
			fmt.Fprintf(&b, "- %s\n", mdText(noteLine(n)))
		}
		b.WriteString("\n</details>\n")
	}
	_, err := w.Write(b.Bytes())
	return err
}

// RulePage is the address of a rule's page.
func RulePage(r *rules.Rule) string { return projectURL + "/blob/main/rules/" + uri(r.Name) + ".md" }

// mdDetails shows a finding as a terminal does.
func mdDetails(b *bytes.Buffer, src source, f rules.Finding) {
	t := &text{source: src}
	t.finding(f)
	body := strings.TrimRight(t.buf.String(), "\n")
	fence := "```"
	for strings.Contains(body, fence) {
		fence += "`"
	}
	fmt.Fprintf(b, "\n<details><summary>%s: %s</summary>\n\n%stext\n%s\n%s\n\n</details>\n", mdHTML(where(f.Pos)), f.Rule.Name, fence, body, fence)
}

// mdText writes text so that Markdown leaves it alone.
func mdText(s string) string {
	var b strings.Builder
	for _, c := range clean(s) {
		switch {
		case c == '<':
			b.WriteString("&lt;")
		case c == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_{}[]()#+!|>~", c):
			b.WriteRune('\\')
			b.WriteRune(c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// mdCode writes text as code in a table. HTML, because a span of backquotes cannot hold every bar and backquote there.
func mdCode(s string) string { return "<code>" + mdHTML(s) + "</code>" }

func mdHTML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "&#124;", "`", "&#96;", "*", "&#42;", "_", "&#95;", "[", "&#91;",
		`\`, "&#92;", "~", "&#126;", "$", "&#36;").Replace(clean(s))
}
