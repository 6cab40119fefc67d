package rules_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

var (
	// advice is what a message does not do: it says what happens.
	advice = regexp.MustCompile(`(?i)\b(should|please|must|failed to)\b`)
	// formerWords are those that readers stumbled over.
	formerWords = regexp.MustCompile(
		`(?i)\b(entrances?|remarks?|folklore|in vain|busy or not|comes about|come about|what helps|look before you apply|` +
			`without end|of silence|forgets?|is not judged|not judged|nothing is known of|whence|anew|has a say|a blank in ` +
			`it|passes it on|` +
			`taken out|be taken out|affair|opens no tunnel|documented default|is over)\b`,
	)
	// sentence is a text that begins like one; names like HTTP/1.1, WebSocket and Ingress web/chat are no such beginnings.
	sentence = regexp.MustCompile(`^[A-Z][a-z]*( [^ /]*( |$)|$)`)
	// otherForms are values that are written another way elsewhere: 60s, 5m and 1h30m.
	otherForms = regexp.MustCompile(
		`\b(1m|[0-9]+ (s|sec|secs|seconds?|min|mins|minutes?|hours?|ms)|[0-9]+h0m|[0-9.]+m0s|60m|24h0m0s)\b`,
	)
	// prefix is what rules.Run puts before a headline for some clients only.
	prefix = regexp.MustCompile(
		`^(in [A-Z][a-z]+( 115)?, |(Chromium|Firefox) refuses the 101(: |$)|when [^,]+, |for clients [^:]+: )+`,
	)
	// places are the names that configurations give: their length is in nobody's hands.
	places = regexp.MustCompile(`[^ ]{31,}`)
)

// mostHeadline is how many characters a headline has at most when no name in it is longer than 30.
const mostHeadline = 104

// checkMessage enforces the form of what a finding says.
func checkMessage(t *testing.T, f rules.Finding) {
	t.Helper()
	if slices.Contains(othersTexts, f.Rule) {
		return
	}
	texts := []string{f.Message}
	for _, n := range f.Notes {
		texts = append(texts, n.Text)
	}
	if f.Fix != nil {
		texts = append(texts, f.Fix.Title)
	}
	for _, s := range texts {
		if fault := faultOfForm(s); fault != "" {
			t.Errorf("%s: %s in %q", f.Rule.Name, fault, s)
		}
	}
	short := places.ReplaceAllString(prefix.ReplaceAllString(f.Message, ""), strings.Repeat("x", 30))
	if n := utf8.RuneCountInString(short); n > mostHeadline && f.Rule != rules.UnreadableConfig { // says what nginx says
		t.Errorf("%s: a headline of %d characters: %q", f.Rule.Name, n, f.Message)
	}
	if f.Pos.IsZero() {
		t.Errorf("%s: %q has no place", f.Rule.Name, f.Message)
	}
}

// othersTexts are rules whose messages are still in their former form, in lint. The list only shrinks.
var othersTexts = []*rules.Rule{}

func faultOfForm(s string) string {
	s = quoted.ReplaceAllString(s, "…")
	switch {
	case strings.TrimSpace(s) == "":
		return "nothing"
	case strings.HasSuffix(s, "."):
		return "a full stop"
	case strings.Contains(s, "\n"):
		return "a second line"
	case sentence.MatchString(prefix.ReplaceAllString(s, "")):
		return "a capital letter"
	case advice.MatchString(s):
		return "advice: " + advice.FindString(s)
	case formerWords.MatchString(s):
		return "a former word: " + formerWords.FindString(s)
	case otherForms.MatchString(s):
		return "a value in another form: " + otherForms.FindString(s)
	}
	return ""
}

// quoted is what a text quotes of a configuration.
var quoted = regexp.MustCompile("\"[^\"]*\"|`[^`]*`|'[^']*'")

// TestRules holds the rules to their form.
func TestRules(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z][a-z0-9.]*(-[a-z0-9.]+)+$`)
	var names []string
	for _, r := range rules.All {
		if !kebab.MatchString(r.Name) || slices.Contains(names, r.Name) {
			t.Errorf("%+v", r)
		}
		if fault := faultOfForm(r.Summary); fault != "" {
			t.Errorf("%s: %s in its summary %q", r.Name, fault, r.Summary)
		}
		names = append(names, r.Name)
	}
	pages, err := filepath.Glob("*.md")
	if err != nil || len(pages) != len(rules.All) {
		t.Errorf("%d pages and %d rules, %v", len(pages), len(rules.All), err)
	}
}

// TestFormOfTruth holds what is found in the truth cases to the form of messages, their URL declared as a path and not.
func TestFormOfTruth(t *testing.T) {
	seen := map[string]bool{}
	for _, of := range []struct{ dir, name string }{{"../testdata/truth", "nginx.conf"},
		{"../testdata/truth-haproxy", "haproxy.cfg"}} {
		for i, c := range oracle.Cases(t, of.dir) {
			if testing.Short() && i%3 > 0 {
				continue
			}
			dir := writeFiles(t, map[string]string{
				of.name: c.Conf, "upgrade.conf": "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\n" +
					"proxy_set_header Connection upgrade;\n",
				lint.ConfigName: "keepalive: {every: 75s}\npaths:\n  - url: " + c.Probe.URL + "\n    clients: 60000\n",
			})
			config, err := lint.ReadConfig(filepath.Join(dir, lint.ConfigName))
			if err != nil {
				t.Fatal(err)
			}
			for _, config := range []*lint.Config{nil, config} {
				result, err := lint.Check(
					lint.Input{Args: []string{filepath.Join(dir, of.name)}, Rules: rules.All, Config: config},
				)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range result.Findings {
					if !seen[f.Rule.Name+f.Message] {
						seen[f.Rule.Name+f.Message] = true
						checkMessage(t, f)
					}
				}
			}
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d messages were looked at", len(seen))
	}
}
