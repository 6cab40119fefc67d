package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// maxComment is how many characters GitHub takes of a comment.
const maxComment = 65536

// Markdown prints a table of the findings and, folded away, their details: for comments on changes. What does not fit
// into one is counted.
func Markdown(w io.Writer, r *lint.Result, o Options) error { return Summary(w, r, o, maxComment) }

// Summary is Markdown of at most so many bytes. Where not even the heading fits it prints nothing.
func Summary(w io.Writer, r *lint.Result, o Options, room int) error {
	m := &mdPage{room: room - len(mdLeftOut)}
	head := fmt.Sprintf("### wslint: %s\n", mdText(summaryLine(r)))
	if !m.add(head) {
		return nil
	}
	if lines := gapLines(r.Extent); len(lines) > 0 {
		m.add("\nNot read, or not completely:\n\n")
		for _, l := range lines {
			m.add("- " + mdText(l) + "\n")
		}
	}
	for _, v := range versions(r) {
		m.add("\n" + mdText(v) + "\n")
	}
	list, src := byRank(r.Findings), sourceOf(r)
	if len(list) > 0 {
		m.add("\n| | place | rule | what happens |\n|---|---|---|---|\n")
	}
	for _, f := range list {
		m.add(
			fmt.Sprintf(
				"| %s | %s | [%s](%s) | %s |\n",
				f.Severity,
				mdCode(where(f.Pos)),
				f.Rule.Name,
				RulePage(f.Rule),
				mdText(oneLine(f.Message)),
			),
		)
	}
	for _, f := range list {
		m.add(mdDetails(src, f))
	}
	if len(r.Unknown) > 0 {
		m.add(mdUnknown(r))
	}
	if m.full {
		m.text.WriteString(mdLeftOut)
	}
	_, err := w.Write(m.text.Bytes())
	return err
}

const mdLeftOut = "\nMore than fits here: the log of the check has everything.\n"

// An mdPage is a text that takes whole parts until one does not fit.
type mdPage struct {
	text bytes.Buffer
	room int
	full bool
}

func (m *mdPage) add(part string) bool {
	m.full = m.full || m.text.Len()+len(part) > m.room
	if !m.full {
		m.text.WriteString(part)
	}
	return !m.full
}

// maxUnknownRows is how many unknown places are listed.
const maxUnknownRows = 200

func mdUnknown(r *lint.Result) string {
	var b strings.Builder
	fmt.Fprintf(
		&b,
		"\n<details><summary>%s could not be determined (not checked)</summary>\n\n",
		count(len(r.Unknown), "place"),
	)
	for _, n := range r.Unknown[:min(len(r.Unknown), maxUnknownRows)] {
		fmt.Fprintf(&b, "- %s\n", mdText(noteLine(n)))
	}
	if n := len(r.Unknown) - maxUnknownRows; n > 0 {
		fmt.Fprintf(&b, "\nAnd %s more.\n", count(n, "place"))
	}
	b.WriteString("\n</details>\n")
	return b.String()
}

// RulePage is the address of a rule's page.
func RulePage(r *rules.Rule) string { return projectURL + "/blob/main/rules/" + uri(r.Name) + ".md" }

// mdDetails shows a finding as a terminal does.
func mdDetails(src source, f rules.Finding) string {
	t := &text{source: src}
	t.finding(f)
	body := strings.TrimRight(t.buf.String(), "\n")
	fence := "```"
	for strings.Contains(body, fence) {
		fence += "`"
	}
	return fmt.Sprintf(
		"\n<details><summary>%s: %s</summary>\n\n%stext\n%s\n%s\n\n</details>\n",
		mdCode(where(f.Pos)),
		f.Rule.Name,
		fence,
		body,
		fence,
	)
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
		case c == '@':
			b.WriteString("@&#8203;") // a named location is nobody to be told of a comment
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
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "&#124;", "`", "&#96;", "*", "&#42;", "_",
		"&#95;", "[", "&#91;",
		`\`, "&#92;", "~", "&#126;", "$", "&#36;").
		Replace(clean(s))
}
