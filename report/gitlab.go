package report

import (
	"crypto/sha256"
	"fmt"
	"io"
	"strings"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// An issue is one finding in GitLab's part of the Code Climate format. GitLab does not show check_name, so the
// description begins with it.
type issue struct {
	Description string        `json:"description"`
	CheckName   string        `json:"check_name"`
	Fingerprint string        `json:"fingerprint"`
	Severity    string        `json:"severity"`
	Location    issueLocation `json:"location"`
}

type issueLocation struct {
	Path  string     `json:"path"`
	Lines issueLines `json:"lines"`
}

type issueLines struct {
	Begin int `json:"begin"`
}

// GitLab prints a Code Quality report. What has no place in the repository keeps the name that the finding has for it.
func GitLab(w io.Writer, r *lint.Result, o Options) error {
	list := []issue{}
	src, seen := sourceOf(r), map[string]int{}
	for _, f := range r.Findings {
		at, ok := o.anchor(r, f)
		x := issue{
			Description: f.Rule.Name + ": " + clean(f.Message), CheckName: f.Rule.Name,
			Severity: [...]string{rules.Info: "info", rules.Warning: "minor", rules.Error: "critical"}[f.Severity],
			Location: issueLocation{at.path, issueLines{max(at.pos.Line, 1)}},
		}
		if !ok {
			at.pos = f.Pos
			x.Location = issueLocation{f.Pos.File, issueLines{max(f.Pos.Line, 1)}}
		}
		// Two issues with one fingerprint are shown once; one that moves keeps it.
		line, _ := src.line(at.pos.File, at.pos.Line)
		key := strings.Join([]string{f.Rule.Name, x.Location.Path, strings.Join(strings.Fields(line), " ")}, "\x00")
		seen[key]++
		x.Fingerprint = fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, seen[key])))
		list = append(list, x)
	}
	if r.Incomplete {
		// The widget shows nothing but issues: without one it says that all is well.
		list = append(
			list,
			issue{
				"reading: " + clean(summaryLine(r)),
				"reading",
				fmt.Sprintf("%x", sha256.Sum256([]byte("reading"))),
				"critical",
				issueLocation{"wslint", issueLines{1}},
			},
		)
	}
	return writeJSON(w, list)
}
