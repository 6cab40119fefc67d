package redact

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite ordinary.txt")

// TestOrdinary: the list has every word of every text in the rooms that make messages.
func TestOrdinary(t *testing.T) {
	word := regexp.MustCompile(`\b[a-z]{4,}\b`)
	found := map[string]bool{}
	for _, room := range []string{"hop", "rules", "parsers", "lint", "awscheck", "audit", "catalog", "why", "report"} {
		err := filepath.WalkDir(filepath.Join("../..", room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if s, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(s, " ") {
						for _, w := range word.FindAllString(s, -1) {
							found[w] = true
						}
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) < 500 {
		t.Fatalf("only %d words", len(found))
	}
	if *update {
		list := []string{}
		for w := range found {
			list = append(list, w)
		}
		slices.Sort(list)
		if err := os.WriteFile("ordinary.txt", []byte(strings.Join(list, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for w := range found {
		if !ordinary()[w] {
			t.Errorf("%s is missing: go test ./internal/redact -run TestOrdinary -update", w)
		}
	}
}

// TestHideOrdinary: a secret that is a word of messages leaves the messages alone, and is hidden where it stands.
func TestHideOrdinary(t *testing.T) {
	src := []byte("proxy_set_header X-Auth-Token forward;\nset $password hunterlow;\n")
	s := Find(src)
	if got := s.Hide("web does not forward the header of hunterlow"); got != "web does not forward the header of "+Mark {
		t.Error(got)
	}
	if got := string(s.Mask(src)); strings.Contains(got, "forward") || strings.Contains(got, "hunterlow") {
		t.Error(got)
	}
}
