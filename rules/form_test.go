package rules_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/rules"
)

var forbiddenWords = regexp.MustCompile(`(?i)\b(should|please|must|sorry|failed to)\b`)

// checkMessage enforces the form of messages: a clause, no sentence, and no advice.
func checkMessage(t *testing.T, f rules.Finding) {
	t.Helper()
	texts := []string{f.Message}
	for _, n := range f.Notes {
		texts = append(texts, n.Text)
	}
	if f.Fix != nil {
		texts = append(texts, f.Fix.Title)
	}
	for _, s := range texts {
		first := strings.TrimPrefix(s, "HTTP/")
		if s == "" || strings.HasSuffix(s, ".") || first == s && s[0] >= 'A' && s[0] <= 'Z' || forbiddenWords.MatchString(s) {
			t.Errorf("%s: the form of %q", f.Rule.Name, s)
		}
	}
	if f.Pos.IsZero() {
		t.Errorf("%s: %q has no place", f.Rule.Name, f.Message)
	}
}

// TestRules holds the rules to their form.
func TestRules(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z][a-z0-9.]*(-[a-z0-9.]+)+$`)
	var names []string
	for _, r := range rules.All {
		if !kebab.MatchString(r.Name) || r.Summary == "" || strings.HasSuffix(r.Summary, ".") || slices.Contains(names, r.Name) {
			t.Errorf("%+v", r)
		}
		names = append(names, r.Name)
	}
	pages, err := filepath.Glob("*.md")
	if err != nil || len(pages) != len(rules.All) {
		t.Errorf("%d pages and %d rules, %v", len(pages), len(rules.All), err)
	}
}
