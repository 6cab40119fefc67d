package report

import (
	"io"

	"github.com/wslint/wslint/codes"
	"github.com/wslint/wslint/rules"
)

type ruleJSON struct {
	Name     string `json:"name"`
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Seen     string `json:"seen"`
	Page     string `json:"page"`
}

// RulesJSON prints the rules for programs, in the order of the list.
func RulesJSON(w io.Writer, list []*rules.Rule) error {
	out := struct {
		Version int        `json:"version"`
		Rules   []ruleJSON `json:"rules"`
	}{jsonVersion, []ruleJSON{}}
	for _, r := range list {
		out.Rules = append(out.Rules, ruleJSON{r.Name, r.Severity.String(), r.Summary, string(r.Seen), RulePage(r)})
	}
	return writeJSON(w, out)
}

type codeJSON struct {
	First   int      `json:"first"`
	Last    int      `json:"last"`
	Name    string   `json:"name"`
	Aliases []string `json:"aliases"`
	Sent    string   `json:"sent"`
	Summary string   `json:"summary"`
}

// CodesJSON prints close codes for programs.
func CodesJSON(w io.Writer, list []codes.Code) error {
	out := struct {
		Version int        `json:"version"`
		Codes   []codeJSON `json:"codes"`
	}{jsonVersion, []codeJSON{}}
	for _, c := range list {
		out.Codes = append(
			out.Codes,
			codeJSON{c.First, c.Last, c.Name, append([]string{}, c.Aliases...), c.Wire.String(), c.Summary},
		)
	}
	return writeJSON(w, out)
}
