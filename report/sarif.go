package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// The limits of GitHub: more results than that and the upload is refused, longer texts are cut.
const (
	maxResults   = 25000
	maxRuleText  = 1024
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sourceRoot   = "%SRCROOT%"
	projectURL   = "https://github.com/wslint/wslint"
	automationID = "wslint/check/"
)

// SARIF prints the result in the Static Analysis Results Interchange Format 2.1.0, as GitHub's code scanning wants
// it. A finding in a file outside the repository has a file: URI. One that is in no file, of a live resource whose
// path nobody declared, is a notification of the run, never a result with an invented file.
func SARIF(w io.Writer, r *lint.Result, o Options) error {
	s := &sarif{r: r, o: o, source: sourceOf(r), hashes: map[string][]string{}, index: map[string]int{}}
	run := sarifRun{
		Tool:              sarifTool{s.driver()},
		AutomationDetails: sarifID{automationID},
		ColumnKind:        "utf16CodeUnits",
		Results:           []sarifResult{},
	}
	if len(r.Versions) > 0 {
		run.Properties = map[string]any{"judgedAs": versions(r)}
	}
	inv := sarifInvocation{ExecutionSuccessful: !r.Incomplete}
	if r.Incomplete {
		inv.Notifications = append(
			inv.Notifications,
			sarifNotification{
				Level:   "error",
				Message: sarifText{Text: "Could not read everything: the results are incomplete."},
			},
		)
	}
	for _, line := range gapLines(r.Extent) {
		inv.Notifications = append(inv.Notifications, sarifNotification{Level: "warning", Message: sarifText{Text: line}})
	}
	for _, f := range byRank(r.Findings) {
		at, ok := o.anchor(r, f)
		if !ok {
			at, ok = o.outside(f.Pos)
		}
		switch {
		case !ok:
			inv.Notifications = append(inv.Notifications, s.notification(f))
		case len(run.Results) < maxResults:
			run.Results = append(run.Results, s.result(f, at))
		}
	}
	run.Invocations = []sarifInvocation{inv}
	return writeJSON(w, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

// sarif is a log in the making.
type sarif struct {
	r      *lint.Result
	o      Options
	source source
	hashes map[string][]string // of the lines of each file
	index  map[string]int      // of each rule in the table
}

func level(s rules.Severity) string {
	return [...]string{rules.Info: "note", rules.Warning: "warning", rules.Error: "error"}[s]
}

func (s *sarif) result(f rules.Finding, at spot) sarifResult {
	x := sarifResult{
		RuleID: f.Rule.Name, RuleIndex: s.ruleIndex(f.Rule), Level: level(f.Severity),
		Locations: []sarifLocation{s.location(at, 0, "")}, Fixes: s.fixes(f.Fix),
		Properties: map[string]any{"confidence": f.Confidence.String()},
	}
	if f.Path != "" {
		x.Properties["path"] = f.Path
	}
	if f.Resource != "" {
		x.Locations[0].Logical = []sarifLogical{{Name: f.Resource, Full: f.Resource, Kind: "resource"}}
	}
	text := clean(f.Message) + "."
	for _, n := range f.Notes {
		note := clean(n.Text)
		spot, ok := s.o.spot(s.r, n.Pos)
		if !ok {
			spot, ok = s.o.outside(n.Pos)
		}
		if !ok {
			text += " " + note + "."
			continue
		}
		id := len(x.Related) + 1
		x.Related = append(x.Related, s.location(spot, id, note))
		text += fmt.Sprintf(" [%s](%d).", linkLabel(note), id)
	}
	if f.Path != "" {
		text += fmt.Sprintf(" Path: %s%s (%s).", clean(f.Path), more(f.More), f.Confidence)
	}
	x.Message.Text = text
	if h := s.hash(at); h != "" {
		x.Fingerprints = map[string]string{"primaryLocationLineHash": h}
	}
	x.CodeFlows = s.codeFlows(f)
	return x
}

// linkLabel escapes what would end the text of an embedded link.
func linkLabel(s string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(s)
}

func (s *sarif) hash(at spot) string {
	list, done := s.hashes[at.pos.File]
	if !done && s.r.Source != nil {
		if src := s.r.Source(at.pos.File); src != nil {
			list = fingerprints(src)
		}
		s.hashes[at.pos.File] = list
	}
	if line := max(at.pos.Line, 1); line <= len(list) {
		return list[line-1]
	}
	return ""
}

func (s *sarif) location(at spot, id int, text string) sarifLocation {
	g := s.source.region(at.pos)
	l := sarifLocation{Physical: sarifPhysical{
		Artifact: artifact(at),
		Region:   sarifRegion{StartLine: g.line, StartColumn: g.col, EndLine: g.line, EndColumn: g.endCol},
	}}
	if id > 0 {
		l.ID = &id
	}
	if text != "" {
		l.Message = &sarifText{Text: text}
	}
	return l
}

// artifact names a file: from the top of the repository, or by its whole name where it lies outside.
func artifact(at spot) sarifArtifact {
	if at.out {
		return sarifArtifact{URI: "file://" + strings.ReplaceAll(uri(at.path), "%3A", ":")}
	}
	return sarifArtifact{URI: uri(at.path), Base: sourceRoot}
}

// Way is the way of the handshake that a finding is about: a note for each hop, in their order.
func Way(f rules.Finding) (steps []hop.Note) {
	if f.Trace == nil {
		return nil
	}
	for i := range f.Trace.Hops {
		h := &f.Trace.Hops[i]
		steps = append(steps, hop.Note{Pos: h.Pos, Text: clean(h.Name + " " + answerText(h))})
	}
	return steps
}

// codeFlows is the way of the handshake, and at last the place of the finding.
func (s *sarif) codeFlows(f rules.Finding) []sarifCodeFlow {
	way := Way(f)
	if n := len(way); n > 0 && f.Pos != way[n-1].Pos {
		way = append(way, hop.Note{Pos: f.Pos, Text: clean(f.Message)})
	}
	var steps []sarifStep
	for _, n := range way {
		if at, ok := s.o.spot(s.r, n.Pos); ok {
			steps = append(steps, sarifStep{s.location(at, 0, n.Text)})
		}
	}
	if len(steps) < 2 {
		return nil
	}
	return []sarifCodeFlow{
		{ThreadFlows: []sarifThreadFlow{{Steps: steps}}, Message: &sarifText{Text: clean("Route of " + f.Path)}},
	}
}

// fixes turns edits into replacements; nil when one of them lies outside the repository.
func (s *sarif) fixes(f *rules.Fix) []sarifFix {
	if f == nil || len(f.Edits) == 0 || !showable(s.r, f) {
		return nil
	}
	var files []string
	changes := map[string][]sarifReplacement{}
	for _, e := range f.Edits {
		at, ok := s.o.spot(s.r, hop.Pos{File: e.File, Line: 1})
		if !ok || at.pos.File != e.File {
			return nil
		}
		if changes[at.path] == nil {
			files = append(files, at.path)
		}
		changes[at.path] = append(changes[at.path], s.replacement(e))
	}
	x := sarifFix{Description: sarifText{Text: clean(f.Title)}}
	for _, file := range files {
		x.Changes = append(x.Changes, sarifChange{sarifArtifact{URI: uri(file), Base: sourceRoot}, changes[file]})
	}
	return []sarifFix{x}
}

func (s *sarif) replacement(e hop.Edit) sarifReplacement {
	file := s.source.file(e.File)
	at := func(offset int) (line, col int) {
		offset = min(max(offset, 0), len(file.text))
		line, _ = slices.BinarySearch(file.starts, int32(offset)+1)
		if line == 0 {
			return 1, 1 // of an empty file
		}
		return line, units(file.text[file.starts[line-1]:offset]) + 1
	}
	var g sarifRegion
	g.StartLine, g.StartColumn = at(e.Start)
	g.EndLine, g.EndColumn = at(e.End)
	return sarifReplacement{Deleted: g, Inserted: sarifText{Text: e.New}}
}

// notification tells of a finding that code scanning cannot show.
func (s *sarif) notification(f rules.Finding) sarifNotification {
	return sarifNotification{
		Level: level(f.Severity), Message: sarifText{Text: where(f.Pos) + ": " + clean(f.Message) + "."},
		Rule: &sarifRuleRef{ID: f.Rule.Name, Index: s.ruleIndex(f.Rule)},
	}
}

// ruleIndex is the place of a rule in the table, which holds all rules whatever was found.
func (s *sarif) ruleIndex(r *rules.Rule) int { return s.index[r.Name] }

func (s *sarif) driver() sarifDriver {
	d := sarifDriver{
		Name:           "wslint",
		Version:        cmp.Or(s.o.Version, "devel"),
		InformationURI: projectURL,
		Rules:          []sarifRule{},
	}
	if v, ok := strings.CutPrefix(s.o.Version, "v"); ok {
		d.SemanticVersion = v
	}
	table := slices.Clone(rules.All)
	for _, f := range s.r.Findings {
		if !slices.ContainsFunc(table, func(r *rules.Rule) bool { return r.Name == f.Rule.Name }) {
			table = append(table, f.Rule)
		}
	}
	for i, r := range table {
		s.index[r.Name] = i
		d.Rules = append(d.Rules, newSARIFRule(r))
	}
	return d
}
