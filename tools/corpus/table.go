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
	// unpredicted are the endpoints of which it is unknown what becomes of the handshake, in every case; partly those of
	// which it is unknown in some.
	unpredicted, partly int
	found               []found
	gated               []found // with a keepalive declared, and only for clients that are let in, or in some cases
	pinged              []found // with the usual keepalive declared and no path
	err                 error
}

func (t *table) write(w io.Writer) {
	p := func(format string, args ...any) {
		if _, err := fmt.Fprintf(w, format, args...); err != nil {
			t.err = err
		}
	}
	p("# Findings on real configurations\n\n")
	p(
		"Made by `go run ./tools/corpus ../shared/corpus > docs/corpus.md`: %d files and trees from public "+
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
	t.undeclared(p)
	t.behindGates(p)
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

// undeclared counts and lists what is found for somebody who declares a ping and no path.
func (t *table) undeclared(p func(string, ...any)) {
	p("\n## Undeclared paths\n\n")
	p(
		"With a ping declared every %s and nothing else. False is what a real nginx does not do: each was run on nginx\n"+
			"1.22.1 where that takes the file (modules that it lacks taken out), else read. That WebSockets go there is a\n"+
			"guess of the declaration's. Equal lines count once; peers and configurations that nginx refuses are above. In\n"+
			"the first count 15 of 222 warnings were false: locations for files and for what nginx asks itself, and a path\n"+
			"of websockify's. These kinds are not reported any more.\n\n",
		usualPing,
	)
	p("| rule | errors | warnings | infos | judged | false | share |\n|---|--:|--:|--:|--:|--:|--:|\n")
	var listed []string
	for _, r := range rules.All {
		count := map[rules.Severity]int{}
		var lines []string
		judged, wrong := 0, 0
		for _, f := range t.pinged {
			l := t.line(f)
			if f.Rule != r || slices.Contains(lines, l) {
				continue
			}
			lines = append(lines, l)
			if count[f.Severity]++; f.Severity == rules.Info {
				continue
			}
			if !strings.Contains(l, "**not judged") {
				judged++
			}
			if strings.Contains(l, "**false") {
				wrong++
			}
			listed = append(listed, fmt.Sprintf("%s, %s, %s", r.Name, f.Severity, l))
		}
		if len(lines) > 0 {
			share := "-"
			if judged > 0 {
				share = fmt.Sprintf("%d %%", (100*wrong+judged/2)/judged)
			}
			p("| %s | %d | %d | %d | %d | %d | %s |\n",
				r.Name, count[rules.Error], count[rules.Warning], count[rules.Info], judged, wrong, share)
		}
	}
	p("\nAll errors and warnings:\n\n")
	for _, l := range listed {
		p("- %s\n", l)
	}
}

// behindGates lists what is found for those whom something lets in that the files do not decide.
func (t *table) behindGates(p func(string, ...any)) {
	p("\n## Behind gates\n\n")
	p("What decides who is let in is not in the files: an access service, addresses, cookies, a maintenance page.\n")
	p("Of %d endpoints, it is unknown of %d what becomes of the handshake, and of %d more in some cases.\n",
		t.endpoints, t.unpredicted, t.partly)
	p("Before such conditions made cases, at commit 9673050, it was unknown of %d of %d.\n\n",
		unpredictedBefore, endpointsBefore)
	p("Findings for clients that are let in, or in some cases, with a ping declared every %s: all errors, and of the\n",
		pingEvery)
	p("warnings of a rule at most %d, spread evenly over the corpus.\n", sampled)
	for _, r := range rules.All {
		t.gatedBy(r, p)
	}
}

// gatedBy lists those of one rule.
func (t *table) gatedBy(r *rules.Rule, p func(string, ...any)) {
	counts := map[rules.Severity]int{}
	var errors, weaker []string
	for _, f := range t.gated {
		l := t.line(f)
		if f.Rule != r || t.kind(f.kind) == "peer" || slices.Contains(errors, l) || slices.Contains(weaker, l) {
			continue
		}
		if counts[f.Severity]++; f.Severity == rules.Error {
			errors = append(errors, l)
		} else {
			weaker = append(weaker, l)
		}
	}
	if len(errors)+len(weaker) == 0 {
		return
	}
	p("\n### %s behind gates (%d errors, %d warnings, %d infos)\n\n",
		r.Name, counts[rules.Error], counts[rules.Warning], counts[rules.Info])
	slices.Sort(weaker)
	sample := errors
	for i := range min(sampled, len(weaker)) {
		sample = append(sample, weaker[i*len(weaker)/min(sampled, len(weaker))])
	}
	slices.Sort(sample)
	wrong := len(slices.DeleteFunc(slices.Clone(sample), func(l string) bool { return !strings.Contains(l, "**false") }))
	p("%d looked at, %d of them false.\n\n", len(sample), wrong)
	for _, l := range sample {
		p("- %s\n", l)
	}
}

// What was measured before conditions made cases, and how many warnings of a rule are looked at.
const (
	endpointsBefore, unpredictedBefore = 1203, 562
	sampled                            = 25
)
