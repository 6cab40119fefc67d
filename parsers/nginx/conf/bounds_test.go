package conf

import (
	"fmt"
	"strings"
	"testing"
)

// TestDirectives: what includes multiply is cut off, and what is large by itself is read.
func TestDirectives(t *testing.T) {
	large := strings.Repeat("proxy_set_header X-A-Long-Name-Of-A-Header \"and its value\";\n", 100_000)
	for _, c := range []struct {
		name  string
		files int
		text  string
		main  string
		cut   bool
	}{
		{"multiplied", 1, strings.Repeat("a b;\n", 1000), strings.Repeat("include 0.conf;\n", 600), true},
		{"large", 6, large, "include *.conf;\n", false},
		{"short", 4, strings.Repeat("a b;\n", 200_000), "include *.conf;\n", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{"nginx": c.main}
			for i := range c.files {
				files[fmt.Sprintf("%d.conf", i)] = c.text
			}
			plant(t, files)
			trees, err := Read([]string{"nginx"}, nil, Options{})
			if err != nil {
				t.Fatal(err)
			}
			cut := len(trees[0].Problems) == 1 && strings.Contains(trees[0].Problems[0].Text, "the includes come to more than")
			if cut != c.cut || !cut && len(trees[0].Problems) > 0 {
				t.Errorf("%d directives, %v", len(trees[0].Main.Block), trees[0].Problems)
			}
		})
	}
}
