package report

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// summaryLine says in one line what was found in how much, and says so when there was nothing to judge.
func summaryLine(r *lint.Result) string {
	files, tail, in := count(r.Files, "file"), hiddenText(r), " in "
	if r.Extent != nil {
		files, in = r.Extent.Summary, ": "
	}
	if len(r.Findings) == 0 {
		switch {
		case r.Incomplete:
			return fmt.Sprintf("incomplete: could not read everything (%s)%s", files, tail)
		case r.Endpoints == 0 && r.Extent != nil:
			return "no load balancer that can carry a WebSocket: " + files + tail
		case r.Endpoints == 0:
			return "no location looks like a WebSocket endpoint in " + files + tail
		}
		return fmt.Sprintf("no findings: %s, %s%s", files, count(r.Endpoints, "endpoint"), tail)
	}
	if r.Incomplete {
		tail += "; incomplete: could not read everything"
	}
	return fmt.Sprintf("%s%s%s, %s%s", severities(r), in, files, count(r.Endpoints, "endpoint"), tail)
}

// hiddenText counts what is not reported: "; 2 ignored".
func hiddenText(r *lint.Result) (s string) {
	if r.Ignored > 0 {
		s = fmt.Sprintf("; %d ignored", r.Ignored)
	}
	if r.InBaseline > 0 {
		s += fmt.Sprintf("; %d already in baseline", r.InBaseline)
	}
	if r.Before > 0 {
		s += fmt.Sprintf("; %d as on %s", r.Before, r.Since.UTC().Format("2006-01-02 15:04"))
	}
	if n := r.Old - r.InBaseline - r.Before; n > 0 {
		s += fmt.Sprintf("; %d not on changed lines", n)
	}
	if len(r.Unread) > 0 {
		s += fmt.Sprintf("; %s not read", count(unreadFiles(r), "file"))
	}
	return s
}

// unreadFiles counts the files of which something was not read, where somebody chose not to hear of it.
func unreadFiles(r *lint.Result) int {
	files := map[string]bool{}
	for _, n := range r.Unread {
		files[n.Pos.File] = true
	}
	return len(files)
}

// severities counts the findings: "1 error, 2 warnings".
func severities(r *lint.Result) string {
	s := counts(r.Findings)
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{{s.Errors, "error"}, {s.Warnings, "warning"}, {s.Infos, "info"}} {
		if c.n > 0 {
			parts = append(parts, count(c.n, c.what))
		}
	}
	return strings.Join(parts, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func counts(findings []rules.Finding) summary {
	var s summary
	for _, f := range findings {
		switch f.Severity {
		case rules.Error:
			s.Errors++
		case rules.Warning:
			s.Warnings++
		case rules.Info:
			s.Infos++
		}
	}
	return s
}
