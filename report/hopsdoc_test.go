package report

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/wslint/wslint/catalog"
)

// TestHopsDoc: docs/hops.md is what the command prints, and says of each hop what the table has.
func TestHopsDoc(t *testing.T) {
	const page = "../docs/hops.md"
	var s strings.Builder
	if err := HopsMarkdown(&s, catalog.Hops); err != nil {
		t.Fatal(err)
	}
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(page, []byte(s.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, part := range strings.Split(string(text), "\n## ")[1:] {
		name, body, _ := strings.Cut(part, "\n")
		sections[name] = strings.TrimSpace(body)
	}
	for _, h := range catalog.Hops {
		one := &strings.Builder{}
		HopsMarkdown(one, []catalog.Hop{h})
		_, want, _ := strings.Cut(one.String(), "\n## "+h.Name+"\n")
		if got := sections[h.Name]; got != strings.TrimSpace(want) {
			t.Errorf("docs/hops.md says of %s\n%s\nand not\n%s", h.Name, got, want)
		}
		also := strings.Join(h.Aliases, "`, `")
		for _, fact := range []string{h.Source, h.Date(), h.What, h.Needs, h.Never, h.Note, h.Varies, also} {
			if !strings.Contains(strings.ToLower(sections[h.Name]), strings.ToLower(fact)) {
				t.Errorf("docs/hops.md does not say of %s: %s", h.Name, fact)
			}
		}
	}
	if len(sections) != len(catalog.Hops) || string(text) != s.String() {
		t.Error("docs/hops.md is not what wslint hops --format markdown prints: go test ./report -run HopsDoc -update")
	}
}
