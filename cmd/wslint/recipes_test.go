package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestRecipes runs the commands of the recipes, on the files that stand above them: each prints what the page says, and
// the last one finds nothing; -update writes what they print.
func TestRecipes(t *testing.T) {
	needProgram(t, "bash")
	pages, err := filepath.Glob("../../docs/recipes/*.md")
	if err != nil || len(pages) < 10 {
		t.Fatalf("%d recipes, %v", len(pages), err)
	}
	for _, page := range pages {
		t.Run(filepath.Base(page), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "app")
			text := read(t, page)
			declared, codes := false, []int{}
			after := fence.ReplaceAllStringFunc(text, func(block string) string {
				b := fence.FindStringSubmatch(block)
				if b[2] != "" {
					write(t, filepath.Join(dir, b[2]), b[3])
					declared = declared || b[2] == ".wslint.yaml"
				}
				if b[1] != "console" {
					return block
				}
				command, want, _ := strings.Cut(strings.TrimPrefix(b[3], "$ "), "\n")
				code, out := inDocs(dir, t.TempDir(), command)
				codes = append(codes, code)
				if out = strings.TrimSpace(out); out != strings.TrimSpace(want) && !*update {
					t.Errorf("%s\n%s\nwant\n%s", command, out, want)
				}
				return "```console\n$ " + command + "\n" + out + "\n```"
			})
			if *update && after != text {
				write(t, page, after)
			}
			if len(codes) < 2 || codes[0] == exitClean || codes[len(codes)-1] != exitClean || !declared {
				t.Errorf("declared: %v; exit codes %v: a recipe begins with a fault and ends without one", declared, codes)
			}
		})
	}
}
