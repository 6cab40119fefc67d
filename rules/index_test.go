package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/wslint/wslint/rules"
)

// TestIndex keeps docs/rules.md, the index of rules by what the user sees; -update writes it.
func TestIndex(t *testing.T) {
	var b strings.Builder
	b.WriteString(
		"# The rules, by what the user sees\n\nOf a connection that fails, the browser's script sees close code 1006 and " +
			"nothing else. Written by `go test ./rules -update`.\n",
	)
	listed := 0
	for _, symptom := range rules.Symptoms() {
		fmt.Fprintf(&b, "\n## %s\n\n| rule | severity | what is wrong |\n|---|---|---|\n", symptom)
		for _, r := range rules.All {
			if r.Seen == symptom {
				fmt.Fprintf(&b, "| [%s](../rules/%s.md) | %s | %s |\n", r.Name, r.Name, r.Severity, r.Summary)
				listed++
			}
		}
	}
	if listed != len(rules.All) {
		t.Errorf("%d of %d rules have a symptom", listed, len(rules.All))
	}
	name := filepath.Join("..", "docs", "rules.md")
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(name); err != nil || string(got) != b.String() {
		t.Errorf("%s is not current (%v): go test ./rules -update writes it", name, err)
	}
}

var aRule = regexp.MustCompile(`(?m)^var \w+ = &Rule\{\n\s+Name: +"([^"]+)",`)

// TestFiles: a rule has a file of its own, NAME.go, and a page, NAME.md, and there are no others.
func TestFiles(t *testing.T) {
	for _, pattern := range []string{"*.go", "*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		of := map[string]string{}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimSuffix(file, filepath.Ext(file))
			if pattern == "*.md" {
				of[name] = name
			}
			for _, m := range aRule.FindAllStringSubmatch(string(src), -1) {
				of[m[1]] = name
			}
		}
		for _, r := range rules.All {
			if of[r.Name] != r.Name {
				t.Errorf("%s: its %s is %q", r.Name, pattern, of[r.Name])
			}
			delete(of, r.Name)
		}
		if len(of) > 0 {
			t.Errorf("no rules: %v", of)
		}
	}
}
