package wslint_test

import (
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

const module = "github.com/wslint/wslint/"

// tableRow is a row of the table in ARCHITECTURE.md: a folder, what it does, what it imports beside the standard
// library.
var tableRow = regexp.MustCompile("(?m)^\\| `([a-z0-9/]+)/` \\|.*\\| ([^|]+) \\|$")

// imported reads the table of ARCHITECTURE.md: what each folder imports, folders of this module by their name and
// others by the path of their module.
func imported(t *testing.T) map[string][]string {
	t.Helper()
	page, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	table := map[string][]string{}
	for _, row := range tableRow.FindAllStringSubmatch(string(page), -1) {
		table[row[1]] = nil
		if row[2] != "standard library" {
			table[row[1]] = strings.Split(row[2], ", ")
		}
	}
	for dir, list := range table {
		for _, path := range list {
			_, own := table[path]
			row := func(dir string) int { return strings.Index(string(page), "\n| `"+dir+"/` |") }
			if own && row(path) > row(dir) {
				t.Errorf("ARCHITECTURE.md: the row of %s has to stand above that of %s, which imports it", path, dir)
			}
		}
	}
	if len(table) < 15 {
		t.Fatalf("ARCHITECTURE.md: %d folders in its table", len(table))
	}
	return table
}

// forbidden are packages of the standard library that a folder does without, so that it stays a pure function of what
// it is given.
var forbidden = map[string][]string{
	"hop":    {"os", "net", "net/http", "io/fs", "os/exec", "math/rand"},
	"rules":  {"os", "net", "net/http", "io/fs", "os/exec", "math/rand", "path/filepath"},
	"codes":  {"os", "net", "net/http", "io/fs", "os/exec", "math/rand"},
	"report": {"os", "net", "net/http", "os/exec", "time/tzdata"},
}

// TestImports keeps the layers of the design apart: each folder imports what the table of ARCHITECTURE.md says of it,
// no more and no less. Tests may import more.
func TestImports(t *testing.T) {
	table := imported(t)
	used := map[string]map[string]bool{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && name != "."):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		dir := filepath.ToSlash(filepath.Dir(name))
		if used[dir] == nil {
			used[dir] = map[string]bool{}
		}
		checkImports(t, name, table, used[dir])
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, list := range table {
		if used[dir] == nil {
			t.Errorf("ARCHITECTURE.md has a row for %s, and there is no such package", dir)
			continue
		}
		for _, path := range list {
			if !used[dir][path] {
				t.Errorf("ARCHITECTURE.md says that %s imports %s, and it does not", dir, path)
			}
		}
	}
}

// TestReadersAlone: within lint, the list of readers alone imports formats. Everything else knows what a reader says of
// its files, and nothing of the format.
func TestReadersAlone(t *testing.T) {
	files, err := filepath.Glob("lint/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, spec := range f.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			own, _ := strings.CutPrefix(path, module)
			format := strings.HasPrefix(own, "parsers/") || strings.HasPrefix(own, "awscheck")
			if format && name != filepath.Join("lint", "readers.go") && !strings.HasSuffix(name, "_test.go") {
				t.Errorf("%s imports %s", name, own)
			}
		}
	}
}

// checkImports holds one file against the table and notes what it uses of it.
func checkImports(t *testing.T, name string, table map[string][]string, used map[string]bool) {
	dir := filepath.ToSlash(filepath.Dir(name))
	may, listed := table[dir]
	if !listed {
		t.Errorf("%s: the table of ARCHITECTURE.md has no row for %s", name, dir)
		return
	}
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	for _, spec := range f.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		own, isOwn := strings.CutPrefix(path, module)
		if !isOwn && !strings.Contains(strings.Split(path, "/")[0], ".") {
			if slices.Contains(forbidden[dir], path) {
				t.Errorf("%s imports %s, which %s does without", name, path, dir)
			}
			continue
		}
		i := slices.IndexFunc(may, func(m string) bool { return own == m || !isOwn && strings.HasPrefix(path, m+"/") })
		if i < 0 {
			t.Errorf("%s imports %s, which the table of ARCHITECTURE.md does not say of %s", name, own, dir)
			continue
		}
		used[may[i]] = true
	}
}
