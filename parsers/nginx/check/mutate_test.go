package check

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/internal/truth"
)

var mutations = flag.Int("mutations", 300, "how many mutated configurations nginx and check are asked about")

var blockLine = regexp.MustCompile(`^\s*(http|server|location|events|upstream|map)\b.*\{`)

// mutate makes one slip of the kind that people make, in a random line; "" when the text has no place for it.
func mutate(src string, rng *rand.Rand) string {
	lines := strings.Split(src, "\n")
	ends := func(s string) func(string) bool {
		return func(l string) bool { return strings.HasSuffix(strings.TrimRight(l, " "), s) }
	}
	cut := func(l, put string) string { return strings.TrimRight(l, " ")[:len(strings.TrimRight(l, " "))-1] + put }
	junk := []string{
		"...",
		"- proxy_set_header X y;",
		"“proxy_set_header” X y;",
		"1.1;",
		"// hello;",
		"* item;",
		"8080;",
		"if(1) { }",
		"listen: 80;",
	}
	slips := []struct {
		fits func(string) bool
		edit func(string) string
	}{
		{ends(";"), func(l string) string { return cut(l, "") }},
		{ends(";"), func(l string) string { return cut(l, " {") }},
		{ends("{"), func(l string) string { return cut(l, "") }},
		{func(l string) bool { return strings.TrimSpace(l) == "}" }, func(string) string { return "" }},
		{func(l string) bool { return strings.TrimSpace(l) == "}" }, func(string) string { return "} }" }},
		{
			func(l string) bool { return strings.Contains(l, "\"") },
			func(l string) string { return strings.ReplaceAll(l, "\"", "”") },
		},
		{ends(";"), func(l string) string { return l + "\n" + junk[rng.IntN(len(junk))] }},
		{blockLine.MatchString, func(l string) string {
			m := blockLine.FindStringSubmatchIndex(l)
			i := m[2] + rng.IntN(m[3]-m[2]-1)
			return l[:i] + l[i+1:i+2] + l[i:i+1] + l[i+2:]
		}},
	}
	slip := slips[rng.IntN(len(slips))]
	var at []int
	for i, l := range lines {
		if slip.fits(l) && !strings.HasPrefix(strings.TrimSpace(l), "#") {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return ""
	}
	i := at[rng.IntN(len(at))]
	lines[i] = slip.edit(lines[i])
	return strings.Join(lines, "\n")
}

// TestMutations holds the check against nginx on configurations with one slip: it refuses what nginx refuses, at the
// line that nginx names, or at the one before where the semicolon or brace is missing, which then names nginx's.
func TestMutations(t *testing.T) {
	all, err := truth.Incidents()
	if err != nil {
		t.Fatal(err)
	}
	for _, nginx := range oracle.Find(t) {
		t.Run(nginx.Version, func(t *testing.T) {
			ask := asker(t, nginx)
			var bases []string
			for _, c := range all {
				src, err := os.ReadFile(filepath.Join(c.Dir, "nginx.conf"))
				if err == nil && ask(string(src)) == nil {
					bases = append(bases, string(src))
				}
			}
			if len(bases) < 30 {
				t.Fatalf("nginx accepts only %d of the incidents' configurations", len(bases))
			}
			rng := rand.New(rand.NewPCG(7, 0))
			refused := 0
			for n := 0; n < *mutations; {
				src := mutate(bases[rng.IntN(len(bases))], rng)
				if src == "" {
					continue
				}
				n++
				want := ask(src)
				if want != nil {
					refused++
				}
				if wrong := agree(t, want, src); wrong != "" {
					t.Errorf("%s\n%s", wrong, src)
				}
			}
			t.Logf("%d mutated configurations, %d of them refused", *mutations, refused)
		})
	}
}

// agree says how the check differs from nginx on src; "" when it does not.
func agree(t *testing.T, want *refusal, src string) string {
	t.Helper()
	got := problemsOf(t, src)
	switch {
	case want == nil && len(got) > 0:
		return "nginx accepts it, check says: " + got[0].Text
	case want == nil:
		return ""
	case len(got) == 0:
		return "nginx refuses it, check does not: " + want.text
	case want.line == 0:
		return ""
	}
	var said []string
	for _, p := range got {
		if p.Pos.Line == want.line || names(p, want.line) {
			return ""
		}
		said = append(said, fmt.Sprintf("line %d: %s", p.Pos.Line, p.Text))
	}
	return fmt.Sprintf("nginx: line %d: %s\n  check: %s", want.line, want.text, strings.Join(said, "; "))
}
