package report

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// SettingPage is the page of a setting in Markdown: what it does to a WebSocket, and the rules whose pages speak of
// it.
func SettingPage(names []string, of, text string) string {
	var s strings.Builder
	fmt.Fprintf(&s, "# %s (%s)\n\n%s\n", strings.Join(names, ", "), of, text)
	about := rulesAbout(names)
	if len(about) > 0 {
		s.WriteString("\n## Rules\n\n")
	}
	for _, r := range about {
		fmt.Fprintf(&s, "- `wslint explain %s`: %s\n", r.Name, r.Summary)
	}
	return s.String()
}

// rulesAbout lists the rules whose pages name one of the settings outside their examples.
func rulesAbout(names []string) (list []*rules.Rule) {
	for _, r := range rules.All {
		page, _ := rules.Page(r.Name)
		prose, _, _ := strings.Cut(page, "\n## Examples\n")
		for _, n := range names {
			if strings.Contains(prose, "`"+n) || strings.Contains(prose, n+"`") || strings.Contains(prose, " "+n+" ") {
				list = append(list, r)
				break
			}
		}
	}
	return list
}

// KeyPage is the page of a setting of known hops: "idle_timeout.timeout_seconds"; ok is false when no hop has it.
func KeyPage(key string) (text string, ok bool) {
	var of []string
	var body strings.Builder
	for _, h := range catalog.Hops {
		said := keyText(h, key)
		if said == "" {
			continue
		}
		of = append(of, h.Name)
		fmt.Fprintf(&body, "%s: %s\n\nSource: %s. `wslint hops %s` has the details.\n\n", h.What, said, h.Source, h.Name)
	}
	if len(of) == 0 {
		return "", false
	}
	return SettingPage([]string{key}, strings.Join(of, ", "), strings.TrimSpace(body.String())), true
}

// keyText says what a setting of a hop does; "" when the hop has no such setting.
func keyText(h catalog.Hop, key string) string {
	switch {
	case strings.EqualFold(h.ReloadKey, key) && h.Reload > 0:
		return fmt.Sprintf(
			"after a reload every connection is closed this long after it, active or idle. Default: %s.",
			hop.FormatDuration(h.Reload),
		)
	case strings.EqualFold(h.ReloadKey, key):
		return "after a reload every connection is closed this long after it, active or idle. By default at once."
	case !strings.EqualFold(h.Key, key):
		return ""
	case h.Varies != "":
		return h.Varies + "."
	case h.Idle == 0:
		return fmt.Sprintf(
			"every connection is closed after this time, active or idle. Default: %s.",
			hop.FormatDuration(h.Life),
		)
	}
	does := "closes an idle WebSocket after this time"
	if h.Expiry != hop.FIN {
		does = "silently drops an idle WebSocket after this time"
	}
	s := fmt.Sprintf("%s. Default: %s", does, hop.FormatDuration(h.Idle))
	if r := rangeText(h); r != "-" {
		s += " (" + r + ")"
	}
	return s + ". What counts as traffic: " + trafficText(h) + "."
}
