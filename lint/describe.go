package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// Runs reports whether a rule runs by this selection.
func (s Selection) Runs(rule string) bool {
	return !slices.Contains(s.Skip, rule) && (len(s.Only) == 0 || slices.Contains(s.Only, rule))
}

// Describe lists what holds by the configuration file, defaults included: keys and values, in the order of the
// documentation.
func (c *Config) Describe() [][2]string {
	var lines [][2]string
	for _, p := range Programs() {
		lines = append(lines, [2]string{p.Name, cmp.Or(c.Targets[p.Name], p.Default+" (default)")})
	}
	confidence := hop.Possible
	if c.Selection.MinConfidence != nil {
		confidence = *c.Selection.MinConfidence
	}
	lines = append(lines, [][2]string{
		{"keepalive", c.Keepalive.describe()},
		{"paths", fmt.Sprint(len(c.Paths))},
		{"hops", fmt.Sprint(len(c.Hops))},
		{"fail-on", cmp.Or(c.FailOn, "error")},
		{"min-confidence", confidence.String()},
		{"overrides", fmt.Sprint(len(c.Overrides))},
		{"ignore", fmt.Sprint(len(c.Ignore))},
	}...)
	if len(c.Selection.Skip) > 0 {
		lines = append(lines, [2]string{"skip", strings.Join(c.Selection.Skip, ", ")})
	}
	for _, rule := range sortedKeys(c.Selection.Severity) {
		lines = append(lines, [2]string{"severity", rule + ": " + c.Selection.Severity[rule].String()})
	}
	return lines
}

func (k *Keepalive) describe() string {
	switch {
	case k == nil:
		return "not declared"
	case k.None:
		return "none"
	}
	return fmt.Sprintf(
		"%s every %s from the %s",
		k.Kind,
		hop.FormatDuration(k.Every),
		strings.Join(k.From.Names(), " and "),
	)
}
