package wslint_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// goFiles calls do for each file of Go with its text.
func goFiles(t *testing.T, do func(path string, text []byte)) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		files++
		text, err := os.ReadFile(path)
		if err == nil {
			do(path, text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 100 {
		t.Errorf("saw %d files of Go: is this the root of the repository?", files)
	}
}

// TestLineLength: no line of Go is longer than 120 characters, a tab counted as one. Editors show two files side by
// side, and a diff of a long line hides what changed in it.
func TestLineLength(t *testing.T) {
	goFiles(t, func(path string, text []byte) {
		for i, line := range bytes.Split(text, []byte("\n")) {
			if n := utf8.RuneCount(line); n > 120 {
				t.Errorf("%s:%d: %d characters", path, i+1, n)
			}
		}
	})
}

// TestDocComments: a doc comment of a function or type begins with its name, or with an article: one that begins with
// another word is left over from a renaming, and sends whoever reads it to something that is not there.
func TestDocComments(t *testing.T) {
	set := token.NewFileSet()
	hold := func(name *ast.Ident, doc *ast.CommentGroup) {
		first, _, _ := strings.Cut(strings.TrimSpace(doc.Text()), " ")
		first = strings.TrimRight(first, ",:;.")
		if doc != nil && first != name.Name && !slices.Contains([]string{"A", "An", "The", ""}, first) {
			t.Errorf("%s: the doc comment of %s begins with %q", set.Position(doc.Pos()), name.Name, first)
		}
	}
	goFiles(t, func(path string, text []byte) {
		f, err := parser.ParseFile(set, path, text, parser.ParseComments)
		if err != nil {
			t.Error(err)
			return
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				hold(d.Name, d.Doc)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if x, ok := s.(*ast.TypeSpec); ok && x.Doc != nil {
						hold(x.Name, x.Doc)
					} else if ok && !d.Lparen.IsValid() {
						hold(x.Name, d.Doc)
					}
				}
			}
		}
	})
}
