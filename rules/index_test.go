package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/rules"
)

// TestIndex keeps docs/rules.md, the index of rules by what the user sees; -update writes it.
func TestIndex(t *testing.T) {
	var b strings.Builder
	b.WriteString("# The rules, by what the user sees\n\nOf a connection that fails, the browser's script sees close code 1006 and nothing else. Written by `go test ./rules -update`.\n")
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
