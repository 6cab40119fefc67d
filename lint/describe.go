package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// Runs reports whether a rule runs by this selection.
func (s Selection) Runs(rule string) bool {
	return !slices.Contains(s.Skip, rule) && (len(s.Only) == 0 || slices.Contains(s.Only, rule))
}

// Describe lists what holds by the configuration file, defaults included: keys and values, in the order of the
// documentation.
func (c *Config) Describe() [][2]string {
	var lines [][2]string
	add := func(key, value string) { lines = append(lines, [2]string{key, value}) }
	for _, p := range Programs() {
		add(p.Name, cmp.Or(c.Targets[p.Name], p.Default+" (default)"))
	}
	add("keepalive", c.Keepalive.describe())
	if len(c.Paths) == 0 {
		add("path", "none declared: wslint looks for endpoints")
	}
	for _, d := range c.Paths {
		add("path", d.describe())
	}
	for _, h := range c.Hops {
		add("hop", h.describe())
	}
	for _, e := range c.Kernel {
		add("kernel", e.Value)
	}
	for _, pattern := range c.Exclude {
		add("exclude", pattern)
	}
	confidence := hop.Possible.String() + " (default)"
	if c.Selection.MinConfidence != nil {
		confidence = c.Selection.MinConfidence.String()
	}
	add("fail-on", cmp.Or(c.FailOn, Severities[0]+" (default)"))
	add("min-confidence", confidence)
	if len(c.Selection.Only) > 0 {
		add("only", strings.Join(c.Selection.Only, ", "))
	}
	if len(c.Selection.Skip) > 0 {
		add("skip", strings.Join(c.Selection.Skip, ", "))
	}
	if len(c.Selection.Severity) > 0 {
		add("severity", severityText(c.Selection.Severity))
	}
	for _, o := range c.Overrides {
		add("override", o.describe())
	}
	for _, i := range c.Ignore {
		add("ignore", i.describe())
	}
	return lines
}

func (d Declared) describe() string {
	text := d.URL
	if len(d.Through) > 0 {
		var hops []string
		for _, e := range d.Through {
			hops = append(hops, e.String())
		}
		text += " through " + strings.Join(hops, ", ")
	}
	if d.App != "" {
		text += "; app " + d.App
	}
	if d.Keepalive != nil {
		text += "; keepalive " + d.Keepalive.describe()
	}
	if d.Page != "" {
		text += "; opened by " + d.Page
	}
	if d.Clients > 0 {
		text += fmt.Sprintf("; %d clients", d.Clients)
	}
	if len(d.Subprotocols) > 0 {
		text += "; subprotocols " + strings.Join(d.Subprotocols, ", ")
	}
	for _, h := range d.Headers {
		text += "; " + strings.TrimSpace(h.Name+": "+h.Value)
	}
	return text
}

func (h DeclaredHop) describe() string {
	var parts []string
	switch {
	case h.NoIdle:
		parts = append(parts, "no idle timeout")
	case h.Idle > 0:
		parts = append(parts, "idle "+hop.FormatDuration(h.Idle))
	}
	if h.Life > 0 {
		parts = append(parts, "life "+hop.FormatDuration(h.Life))
	}
	if h.Counts != nil {
		parts = append(parts, "counts "+h.Counts.String())
	}
	if h.Restart != 0 {
		parts = append(parts, "restarted by "+strings.Join(h.Restart.Names(), " and "))
	}
	return h.Name + ": " + strings.Join(parts, ", ")
}

func (o Override) describe() string {
	var parts []string
	if len(o.Skip) > 0 {
		parts = append(parts, "skip "+strings.Join(o.Skip, ", "))
	}
	if len(o.Severity) > 0 {
		parts = append(parts, severityText(o.Severity))
	}
	return o.path.text + ": " + strings.Join(parts, "; ")
}

func (i Ignore) describe() string {
	text := strings.Join(i.Rules, ", ")
	if i.Path != nil {
		text += " in " + i.Path.text
	}
	if i.at != "" {
		text += " at " + i.at
	}
	if !i.Until.IsZero() {
		text += " until " + i.Until.Format(time.DateOnly)
	}
	return text + ": " + i.Reason
}

// severityText is "zero-timeout=warning, path-join=info".
func severityText(m map[string]rules.Severity) string {
	var parts []string
	for _, rule := range sortedKeys(m) {
		parts = append(parts, rule+"="+m[rule].String())
	}
	return strings.Join(parts, ", ")
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
