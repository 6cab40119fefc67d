package report

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/rules"
)

const (
	// maxAlike is how many findings of one rule are printed one by one, unless --verbose asks for all.
	maxAlike = 20
	// shownAlike is how many of more than that are.
	shownAlike = 3
)

// manyOf lists the rules that found so much that their findings are grouped.
func manyOf(findings []rules.Finding, o Options) (many []*rules.Rule) {
	if o.Verbose {
		return nil
	}
	n := map[*rules.Rule]int{}
	for _, f := range findings {
		if n[f.Rule]++; n[f.Rule] == maxAlike+1 {
			many = append(many, f.Rule)
		}
	}
	return many
}

// alike are the findings of one rule that are not printed one by one, by file.
type alike struct {
	first []rules.Finding
	rest  int
	files []alikeFile
}

type alikeFile struct {
	name  string
	lines []int // 0 for a place without a line
}

// groupOf parts the findings of a rule into those that are shown and the places of the others.
func groupOf(findings []rules.Finding, rule *rules.Rule) (g alike) {
	at := map[string]int{}
	for _, f := range findings {
		switch {
		case f.Rule != rule:
			continue
		case len(g.first) < shownAlike:
			g.first = append(g.first, f)
			continue
		}
		g.rest++
		i, known := at[f.Pos.File]
		if !known {
			i = len(g.files)
			at[f.Pos.File] = i
			g.files = append(g.files, alikeFile{name: f.Pos.File})
		}
		g.files[i].lines = append(g.files[i].lines, f.Pos.Line)
	}
	return g
}

// mostLines is how many lines of one file are named, and mostFiles of how many files: nobody reads thousands.
const (
	mostLines = 20
	mostFiles = 20
)

func (f alikeFile) String() string {
	var numbers []string
	for _, n := range f.lines {
		if n > 0 {
			numbers = append(numbers, fmt.Sprint(n))
		}
	}
	if more := len(numbers) - mostLines; more > 1 {
		numbers = append(numbers[:mostLines:mostLines], fmt.Sprintf("and %d more", more))
	}
	if len(numbers) == 0 {
		return clean(f.name)
	}
	return clean(f.name) + ":" + strings.Join(numbers, ", ")
}

// group prints the first findings of a rule, and of the others only where they are.
func (t *text) group(findings []rules.Finding, rule *rules.Rule) {
	g := groupOf(findings, rule)
	for _, f := range g.first {
		t.finding(f)
	}
	head := fmt.Sprintf("%s[%s]", g.first[0].Severity, rule.Name)
	t.linef("%s%s", t.paint(severityStyle(g.first[0].Severity), head),
		t.paint(bold, fmt.Sprintf(": %d more in %s (--verbose shows each)", g.rest, count(len(g.files), "file"))))
	files := g.files
	more := len(files) - mostFiles
	if more > 1 {
		files = files[:mostFiles]
	}
	for _, f := range files {
		line := f.String()
		if strings.HasPrefix(line, "::") {
			line = "./" + line
		}
		t.wrapped("  ", "    ", "", line)
	}
	if more > 1 {
		t.linef("  … and %d more files", more)
	}
	t.linef("")
}
