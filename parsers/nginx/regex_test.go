package nginx

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestBeginning holds matches against those of expressions of which nobody knows what they begin with.
func TestBeginning(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	parts := []string{
		"^", "/", "ws", "Ab", "|", "(", ")", "*", "+", "?", "{0,1}", "[ab]", `\.`, ".", "$", "-", "(?:", "k",
		"[|]", "[](]", `\|`, `\(`, "[^)]", `[\]|]`, `\Q`, `\E`, "(?#", "(?x)", "#",
	}
	paths := []string{"", "/", "/ws", "/WS", "ws", "ab", "Ab/ws", "/wsws", "a", "/k", "/K", "b-ws", "/w", "ws\n"}
	spared := 0
	for range 20000 {
		source := "^"
		for range 1 + r.IntN(6) {
			source += parts[r.IntN(len(parts))]
		}
		p := compilePattern(source, r.IntN(2) == 0, nil)
		if p.fault() != "" {
			continue
		}
		all := *p
		all.begins = ""
		for _, path := range paths {
			got, _ := p.match(path)
			want, _ := all.match(path)
			if !slices.Equal(got, want) {
				t.Fatalf("%q (fold %v) on %q: %q, without the beginning %q", source, p.fold, path, got, want)
			}
			if !p.mayMatch(path) {
				spared++
			}
		}
	}
	if spared < 10000 {
		t.Errorf("only %d matches were spared", spared)
	}
}
