package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// judged says of findings whether they are true on a real nginx, one a line: rule, a tab, "file:line" or a path that
// ends in "*", a tab, the judgement.
//
//go:embed judged.txt
var judged string

// A table is what becomes the document.
type table struct {
	dir                              string
	units, files, endpoints, unknown int
	found                            []found
	err                              error
}

func (t *table) write(w io.Writer) {
	p := func(format string, args ...any) {
		if _, err := fmt.Fprintf(w, format, args...); err != nil {
			t.err = err
		}
	}
	p("# Findings on real configurations\n\n")
	p(
		"Made by `go run ./internal/corpus ../shared/corpus > docs/corpus.md`: %d files and trees from public "+
			"repositories, checked with no\n",
		t.units,
	)
	p(
		"keepalive declared. %d configuration files read, %d endpoints found, %d things unknown, %d findings.\n\n",
		t.files,
		t.endpoints,
		t.unknown,
		len(t.found),
	)
	t.perRule(p)
	t.perKind(p)
	t.errors(p)
}

func (t *table) perRule(p func(string, ...any)) {
	p(
		"## By rule\n\n| rule | findings | files | error | warning | info | certain | likely | possible |\n" +
			"|---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
	)
	for _, r := range rules.All {
		files := map[string]bool{}
		severity, confidence := map[rules.Severity]int{}, map[hop.Confidence]int{}
		n := 0
		for _, f := range t.found {
			if f.Rule == r {
				n++
				files[f.Pos.File] = true
				severity[f.Severity]++
				confidence[f.Confidence]++
			}
		}
		p(
			"| %s | %d | %d | %d | %d | %d | %d | %d | %d |\n",
			r.Name,
			n,
			len(files),
			severity[rules.Error],
			severity[rules.Warning],
			severity[rules.Info],
			confidence[hop.Certain]+confidence[hop.Declared],
			confidence[hop.Likely],
			confidence[hop.Possible],
		)
	}
	p("\n")
}

// perKind: peers are test suites of parsers and linters, broken on purpose.
func (t *table) perKind(p func(string, ...any)) {
	count := map[string]map[*rules.Rule]int{}
	for _, f := range t.found {
		kind := t.kind(f.kind)
		if count[kind] == nil {
			count[kind] = map[*rules.Rule]int{}
		}
		count[kind][f.Rule]++
	}
	kinds := slices.Sorted(maps.Keys(count))
	p("## By kind of file\n\n| rule | %s |\n|---|%s\n", strings.Join(kinds, " | "), strings.Repeat("--:|", len(kinds)))
	for _, r := range rules.All {
		row := []string{r.Name}
		for _, k := range kinds {
			row = append(row, fmt.Sprint(count[k][r]))
		}
		p("| %s |\n", strings.Join(row, " | "))
	}
	p("\n")
}

func (t *table) kind(kind string) string {
	if before, _, peer := strings.Cut(kind, "/"); peer {
		return before
	}
	return kind
}

// errors lists what fails a commit, but for the peers.
func (t *table) errors(p func(string, ...any)) {
	p(
		"## Errors\n\nEvery finding of severity error, but for those in `peer`: test suites of parsers and linters, which " +
			"are broken on purpose.\n",
	)
	for _, r := range rules.All {
		lines := map[string]bool{}
		for _, f := range t.found {
			if f.Rule == r && f.Severity == rules.Error && t.kind(f.kind) != "peer" {
				lines[t.line(f)] = true
			}
		}
		if len(lines) == 0 {
			continue
		}
		p("\n### %s (%d)\n\n", r.Name, len(lines))
		for _, l := range slices.SortedFunc(maps.Keys(lines), cmp.Compare) {
			p("- %s\n", l)
		}
	}
}

func (t *table) line(f found) string {
	file, err := filepath.Rel(t.dir, f.Pos.File)
	if err != nil || strings.HasPrefix(file, "..") {
		file = f.path + " " + f.Pos.File // of a dump
	}
	place := fmt.Sprintf("%s:%d", file, f.Pos.Line)
	// Messages may name files by the way to the corpus.
	message := strings.ReplaceAll(f.Message, filepath.Clean(t.dir)+"/", "")
	return fmt.Sprintf("`%s` %s: %s — **%s**", place, f.Confidence, message, judgement(f, place))
}

// judgement finds what judged.txt or nginx says of a finding.
func judgement(found found, place string) string {
	for line := range strings.Lines(judged) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 3 || f[0] != found.Rule.Name {
			continue
		}
		if prefix, all := strings.CutSuffix(f[1], "*"); f[1] == place || all && strings.HasPrefix(place, prefix) {
			return f[2]
		}
	}
	if found.Rule == rules.UnreadableConfig && strings.HasPrefix(found.verdict, "rejected: ") {
		return "true, nginx -t: " + found.verdict[len("rejected: "):]
	}
	return "not judged"
}
