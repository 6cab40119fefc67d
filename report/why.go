package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
	"github.com/wslint/wslint/why"
)

// at is a note with its place.
func at(n hop.Note) string {
	if n.Pos.IsZero() {
		return n.Text
	}
	return place(n.Pos) + ": " + n.Text
}

// maxSuspects is how many are printed unless --verbose asks for all.
const maxSuspects = 12

// maxElsewhere is how many are printed of those that answer on paths of which nobody says that they are the
// WebSocket's.
const maxElsewhere = 5

// Why prints the suspects of a symptom for people.
func Why(w io.Writer, a why.Answer, o Options) error {
	t := &ladder{painter: painter(o.Color), columns: o.lineWidth()}
	t.wrap("", "", bold, symptomText(a.Symptom))
	t.buf.WriteByte('\n')
	var here, elsewhere, rest []why.Suspect
	for _, s := range a.Suspects {
		switch {
		case !s.Given():
			rest = append(rest, s)
		case s.Elsewhere:
			elsewhere = append(elsewhere, s)
		default:
			here = append(here, s)
		}
	}
	if len(here) > 0 {
		in := "in the files you passed:"
		if here[0].Likelihood != why.Predicted {
			in = "in the files you passed, under a condition:"
		}
		t.suspects(in, here, 0, maxSuspects, o, (*ladder).suspect)
	}
	t.suspects("in the files you passed, if the WebSocket's URL leads there:", elsewhere, len(here), maxElsewhere, o,
		(*ladder).suspect)
	before := len(here) + len(elsewhere)
	t.nothing(a, before > 0, o)
	head, print := "suspects, most likely first:", (*ladder).suspect
	if before > 0 {
		head, print = "or, if other proxies are involved:", (*ladder).mention
	}
	t.suspects(head, rest, before, maxSuspects, o, print)
	t.cleared(a.Cleared)
	for _, n := range a.Notes {
		t.wrap("", "", "", n)
	}
	_, err := w.Write(t.buf.Bytes())
	return err
}

// nothing says what was looked at where nothing of it explains the symptom.
func (t *ladder) nothing(a why.Answer, explained bool, o Options) {
	switch {
	case explained:
		return
	case len(a.Unknown) > 0:
		t.wrap("", "", "", "could not be determined from these files:")
		for i, n := range a.Unknown {
			if i == maxUnknown && !o.Verbose {
				t.wrap("  - ", "    ", "", fmt.Sprintf("… and %d more: --verbose lists all", len(a.Unknown)-i))
				break
			}
			t.wrap("  - ", "    ", yellow, clean(at(n)))
		}
	case a.Unexplained == "":
		return
	default:
		t.wrap("", "", "", clean(a.Unexplained))
		if a.Next != "" {
			t.wrap("", "", "", clean("if you know what the browser connects to: "+a.Next))
		}
	}
	t.buf.WriteByte('\n')
}

func symptomText(s why.Symptom) string {
	what := "connections end"
	var parts []string
	switch {
	case s.Status != 0:
		what = fmt.Sprintf("the handshake is answered with %d", s.Status)
	case s.AtReload:
		what = "all connections end at a reload or a deploy"
	}
	if s.After != 0 {
		parts = append(parts, "after "+hop.FormatDuration(s.After))
	}
	if s.Code != 0 {
		parts = append(parts, fmt.Sprintf("with close code %d", s.Code))
	}
	if len(s.Pings) > 0 {
		parts = append(parts, "despite "+pingText(s.Pings))
	}
	if s.NoPings {
		parts = append(parts, "without pings")
	}
	return strings.Join(append([]string{what}, parts...), " ")
}

func (t *ladder) suspects(
	head string,
	list []why.Suspect,
	before, most int,
	o Options,
	print func(*ladder, int, why.Suspect),
) {
	if len(list) == 0 {
		return
	}
	t.wrap("", "", "", head)
	for i, s := range list {
		if i == most && !o.Verbose {
			t.wrap("    ", "    ", "", fmt.Sprintf("… and %d more: --verbose lists all", len(list)-i))
			break
		}
		print(t, before+i+1, s)
	}
	t.buf.WriteByte('\n')
}

func (t *ladder) suspect(number int, s why.Suspect) {
	name := clean(s.Name)
	if s.Setting != "" && !strings.Contains(s.Reason, s.Setting) {
		name += ": " + clean(s.Setting)
	}
	likely := map[why.Likelihood]style{why.Predicted: red, why.Likely: yellow}[s.Likelihood]
	t.wrap(fmt.Sprintf("%2d  ", number), "    ", bold, name)
	lead := "    "
	if !s.Pos.IsZero() {
		t.wrap(lead, lead, blue, clean(place(s.Pos)))
	}
	reason := s.Reason
	if s.When != "" {
		reason = s.When + ": " + reason
	}
	t.wrap(lead, lead, likely, s.Likelihood.String()+": "+clean(reason))
	if len(s.Gates) > 0 {
		t.wrap(lead, lead, "", "for clients that are let in: "+clean(strings.Join(s.Gates, ", ")))
	}
	if s.Cure != "" {
		t.wrap("    -> ", "       ", "", clean(s.Cure))
	}
	if rule := existing(s.Rule); rule != "" {
		t.wrap("    -> ", "       ", "", "wslint check reports it: "+rule)
	}
}

// mention is a suspect in short, where a better one is at hand.
func (t *ladder) mention(number int, s why.Suspect) {
	text := s.Reason
	if s.Value > 0 {
		text = hop.FormatDuration(s.Value)
		if s.Setting != "" {
			text += ", " + s.Setting
		}
	}
	if !s.Pos.IsZero() {
		text += " (" + place(s.Pos) + ")"
	}
	t.wrap(fmt.Sprintf("%2d  ", number), "    ", "", clean(s.Name+": "+text))
}

// existing is the name of a rule, "" when there is no such rule.
func existing(rule string) string {
	if _, ok := rules.Page(rule); !ok {
		return ""
	}
	return rule
}

// cleared lists the timers that were given and do not fit.
func (t *ladder) cleared(list []why.Cleared) {
	if len(list) == 0 {
		return
	}
	t.wrap("", "", "", "ruled out:")
	var kept []string
	for _, c := range list {
		if c.Pos.IsZero() {
			kept = append(kept, c.Name)
			continue
		}
		t.wrap(
			"  - ",
			"    ",
			"",
			clean(fmt.Sprintf("%s (%s): %s, %s, %s", c.Name, place(c.Pos), c.Setting, hop.FormatDuration(c.Value), c.Reason)),
		)
	}
	if len(kept) > 0 {
		t.wrap("  - ", "    ", "", "a ping keeps these from firing: "+strings.Join(kept, ", "))
	}
	t.buf.WriteByte('\n')
}

type whyJSON struct {
	Version  int           `json:"version"`
	Symptom  symptomJSON   `json:"symptom"`
	Suspects []suspectJSON `json:"suspects"`
	Cleared  []clearedJSON `json:"cleared"`
	Notes    []string      `json:"notes"`
	Unknown  []noteJSON    `json:"unknown"`
	// Unexplained and Next are "" where something in the files explains it.
	Unexplained string `json:"unexplained"`
	Next        string `json:"next"`
}

type symptomJSON struct {
	After    *float64 `json:"afterSeconds"`
	Code     *int     `json:"code"`
	Status   *int     `json:"status"`
	AtReload bool     `json:"atReload"`
	App      *string  `json:"app"`
}

type suspectJSON struct {
	Name       string   `json:"name"`
	Likelihood string   `json:"likelihood"`
	File       string   `json:"file"`
	Line       *int     `json:"line"`
	Column     *int     `json:"column"`
	Setting    string   `json:"setting"`
	Seconds    *float64 `json:"seconds"`
	Path       string   `json:"path"`
	When       string   `json:"when"`
	Gates      []string `json:"gates"`
	Reason     string   `json:"reason"`
	Cure       string   `json:"cure"`
	Rule       string   `json:"rule"`
	Source     string   `json:"source"`
	Elsewhere  bool     `json:"elsewhere"`
}

type clearedJSON struct {
	Name    string   `json:"name"`
	File    string   `json:"file"`
	Line    *int     `json:"line"`
	Setting string   `json:"setting"`
	Seconds *float64 `json:"seconds"`
	Reason  string   `json:"reason"`
}

// WhyJSON prints all suspects of a symptom for programs.
func WhyJSON(w io.Writer, a why.Answer) error {
	s := a.Symptom
	out := whyJSON{
		Version: jsonVersion, Suspects: suspectsJSON(a), Cleared: []clearedJSON{}, Notes: append([]string{}, a.Notes...),
		Unknown: notesJSON(a.Unknown), Unexplained: a.Unexplained, Next: a.Next,
		Symptom: symptomJSON{
			After:    secondsOf(s.After),
			Code:     positive(s.Code),
			Status:   positive(s.Status),
			AtReload: s.AtReload,
		},
	}
	if s.App != nil {
		out.Symptom.App = &s.App.Name
	}
	for _, c := range a.Cleared {
		out.Cleared = append(
			out.Cleared,
			clearedJSON{c.Name, c.Pos.File, positive(c.Pos.Line), c.Setting, secondsOf(c.Value), c.Reason},
		)
	}
	return writeJSON(w, out)
}

// suspectsJSON are the suspects of an answer.
func suspectsJSON(a why.Answer) []suspectJSON {
	list := []suspectJSON{}
	for _, f := range a.Suspects {
		list = append(list, suspectJSON{
			f.Name, f.Likelihood.String(), f.Pos.File, positive(f.Pos.Line), positive(f.Pos.Col), f.Setting, secondsOf(f.Value),
			f.Path, f.When, append([]string{}, f.Gates...), f.Reason, f.Cure, existing(f.Rule), f.Source, f.Elsewhere,
		})
	}
	return list
}

// secondsOf is null for no time.
func secondsOf(d time.Duration) *float64 {
	if d == 0 {
		return nil
	}
	s := d.Seconds()
	return &s
}
