package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// maxAnnotations is how many annotations of one level GitHub shows of one step.
const maxAnnotations = 10

// GitHub prints workflow commands, which GitHub shows as annotations in the files: errors first, at most as many of
// each level as it shows. The others follow as plain lines of the log.
func GitHub(w io.Writer, r *lint.Result, o Options) error {
	g := &github{r: r, o: o, source: sourceOf(r), shown: map[rules.Severity]int{}}
	var rest []rules.Finding
	for _, f := range byRank(r.Findings) {
		if g.shown[f.Severity] == maxAnnotations {
			rest = append(rest, f)
			continue
		}
		g.shown[f.Severity]++
		g.annotation(f)
	}
	if len(rest) > 0 {
		g.plain("%s more, for which GitHub shows no annotation:", count(len(rest), "finding"))
	}
	for _, f := range rest {
		g.plain("%s: %s[%s]: %s", where(f.Pos), f.Severity, f.Rule.Name, clean(f.Message))
	}
	g.plain("%s", summaryLine(r))
	_, err := w.Write(bytes.ToValidUTF8(g.buf.Bytes(), []byte("\uFFFD")))
	return err
}

type github struct {
	r      *lint.Result
	o      Options
	source source
	shown  map[rules.Severity]int
	buf    bytes.Buffer
}

// plain prints a line of the log. The word in front keeps it from being taken for a command, and so does the blank in
// the older form of commands, which counts anywhere in a line.
func (g *github) plain(format string, args ...any) {
	g.buf.WriteString("wslint: " + strings.ReplaceAll(fmt.Sprintf(format, args...), "##[", "## [") + "\n")
}

func (g *github) annotation(f rules.Finding) {
	command := [...]string{rules.Info: "notice", rules.Warning: "warning", rules.Error: "error"}[f.Severity]
	var properties []string
	property := func(name, value string) { properties = append(properties, name+"="+escapeProperty(value)) }
	text := clean(f.Message)
	if at, ok := g.o.anchor(g.r, f); ok {
		// One line, or else GitHub drops the columns. It counts them like SARIF.
		x := g.source.region(at.pos)
		property("file", at.path)
		property("line", fmt.Sprint(x.line))
		property("endLine", fmt.Sprint(x.line))
		property("col", fmt.Sprint(x.col))
		property("endColumn", fmt.Sprint(x.endCol))
		if at.pos != g.r.Home(f.Pos) {
			text = where(f.Pos) + ": " + text
		}
	} else {
		text = where(f.Pos) + ": " + text
	}
	property("title", f.Rule.Name)
	for _, n := range f.Notes {
		text += "\n" + noteLine(n)
	}
	if f.Path != "" {
		text += fmt.Sprintf("\npath: %s%s (%s)", clean(f.Path), more(f.More), f.Confidence)
	}
	if f.Fix != nil {
		text += "\nhelp: " + clean(f.Fix.Title)
	}
	fmt.Fprintf(&g.buf, "::%s %s::%s\n", command, strings.Join(properties, ","), escapeData(text))
}

// escapeData writes what follows the second :: of a command; the percent sign comes first.
func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// escapeProperty writes the value of a command's property.
func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
