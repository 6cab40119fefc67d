package wslint_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/wslint/wslint/"

// allowed lists, by folder, what its files may import beyond the standard library: folders of this module, and foreign modules by
// their path. A folder that is not listed may not exist. Tests may import more, internal/oracle among it.
var allowed = map[string][]string{
	"hop":                   {},
	"catalog":               {"hop"},
	"codes":                 {},
	"parsers":               {"hop"},
	"why":                   {"hop", "catalog", "codes"},
	"rules":                 {"hop"},
	"parsers/sysctl":        {"hop", "parsers"},
	"parsers/haproxy/conf":  {"hop", "parsers"},
	"parsers/haproxy/check": {"hop", "parsers", "parsers/haproxy/conf"},
	"parsers/haproxy":       {"hop", "parsers", "parsers/haproxy/conf", "parsers/haproxy/check", "github.com/dlclark/regexp2/v2"},
	"parsers/nginx/conf":    {"hop", "parsers", "github.com/tufanbarisyildirim/gonginx"},
	"parsers/nginx/check":   {"hop", "parsers", "parsers/nginx/conf"},
	"parsers/nginx":         {"hop", "parsers", "parsers/nginx/conf", "parsers/nginx/check", "github.com/dlclark/regexp2/v2"},
	"lint":                  {"hop", "awscheck", "catalog", "rules", "parsers", "parsers/haproxy", "parsers/nginx", "github.com/goccy/go-yaml", "parsers/sysctl"},
	"report":                {"hop", "catalog", "rules", "lint", "codes", "why"},
	"lsp":                   {"hop", "rules", "lint", "report"},
	"cmd/wslint":            {"awscheck", "awscheck/live", "codes", "catalog", "lint", "lsp", "parsers", "report", "rules", "github.com/urfave/cli/v2", "github.com/mattn/go-isatty", "hop", "why"},
	"internal/oracle":       {"hop", "github.com/rogpeppe/go-internal"},
	"internal/corpus":       {"hop", "rules", "lint"},
	"awscheck":              {"hop", "awscheck/records", "parsers"},
	"awscheck/live":         {"awscheck", "awscheck/records", "github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go"},
	"awscheck/records":      {},
	"internal/awstest":      {"github.com/aws/aws-sdk-go-v2"},
	"internal/truth":        {},
	"internal/incidents":    {"internal/truth", "lint", "rules"},
}

// forbidden are packages of the standard library that a folder does without, so that it stays a pure function of what it is given.
var forbidden = map[string][]string{
	"hop":    {"os", "net", "net/http", "io/fs", "os/exec", "math/rand"},
	"rules":  {"os", "net", "net/http", "io/fs", "os/exec", "math/rand", "path/filepath"},
	"codes":  {"os", "net", "net/http", "io/fs", "os/exec", "math/rand"},
	"report": {"os", "net", "net/http", "os/exec", "time/tzdata"},
}

// TestImports keeps the layers of the design apart.
func TestImports(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && name != "."):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		files++
		checkImports(t, name)
		return nil
	})
	if err != nil || files == 0 {
		t.Fatalf("%d files, %v", files, err)
	}
}

func checkImports(t *testing.T, name string) {
	dir := filepath.ToSlash(filepath.Dir(name))
	may, listed := allowed[dir]
	if !listed {
		t.Errorf("%s: the folder %s has no import rules yet: add them here and in ARCHITECTURE.md", name, dir)
		return
	}
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	for _, spec := range f.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		switch own, isOwn := strings.CutPrefix(path, module); {
		case isOwn && !slices.Contains(may, own):
			t.Errorf("%s imports %s, which %s may not", name, own, dir)
		case isOwn && isFormat(own) && !within(dir, format(own)) && filepath.ToSlash(name) != readers:
			t.Errorf("%s imports %s: outside its own folder only %s knows a format", name, own, readers)
		case isOwn:
		case !strings.Contains(strings.Split(path, "/")[0], "."):
			if slices.Contains(forbidden[dir], path) {
				t.Errorf("%s imports %s, which %s does without", name, path, dir)
			}
		case !slices.ContainsFunc(may, func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") }):
			t.Errorf("%s imports %s, which %s may not", name, path, dir)
		}
	}
}

// readers is the only file that imports the formats of configuration: one line a format.
const readers = "lint/readers.go"

func isFormat(folder string) bool { return strings.HasPrefix(folder, "parsers/") }

// format is the folder of a format: "parsers/nginx" of "parsers/nginx/conf".
func format(folder string) string { return strings.Join(strings.Split(folder, "/")[:2], "/") }

func within(folder, parent string) bool {
	return folder == parent || strings.HasPrefix(folder, parent+"/")
}
