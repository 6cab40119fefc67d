package main

import (
	"github.com/wslint/wslint/report"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestDeterminism: every format says the same whatever order files were made in, whatever directory they lie in, and
// on
// however many processors.
func TestDeterminism(t *testing.T) {
	files := map[string]string{}
	for _, dir := range []string{"../../testdata/example", "../../testdata/infra"} {
		err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel, err := filepath.Rel("../../testdata", name)
			if err != nil {
				return err
			}
			src, err := os.ReadFile(name)
			files[filepath.ToSlash(rel)] = string(src)
			return err
		})
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	files["many/nginx.conf"] = "events {}\nhttp { include sites/*.conf; }\n"
	for _, name := range []string{"c", "a", "B", "b", "10", "9"} {
		files["many/sites/"+name+".conf"] = "server { listen 80; server_name " + name + ".example.com; location /ws { " +
			"proxy_pass http://127.0.0.1:9; proxy_set_header Upgrade $http_upgrade; " +
			"if ($cookie_" + name + ") { set $x 1; } } }\n"
	}
	names := slices.Sorted(maps.Keys(files))
	if len(names) < 20 {
		t.Fatalf("only %d files", len(names))
	}
	backwards := slices.Clone(names)
	slices.Reverse(backwards)
	formats := append(formatNames(report.Formats), "baseline")
	if testing.Short() {
		formats = []string{"text", "json", "baseline"}
	}
	said := map[string]string{}
	for i, order := range [][]string{names, backwards, names} {
		before := runtime.GOMAXPROCS([]int{1, 8, 3}[i])
		// Names of directories of different length and order.
		dir := filepath.Join(t.TempDir(), []string{"z", "a/b/c", "m"}[i], "project")
		for _, name := range order {
			file := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(files[name]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		t.Chdir(dir)
		for _, format := range formats {
			args := []string{"check", "--ping", "75s", "--format", format, "."}
			if format == "baseline" {
				args = []string{"baseline", "."}
			}
			_, stdout, stderr := runMain("", args...)
			if format == "baseline" {
				src, err := os.ReadFile(".wslint-baseline.json")
				if err != nil || os.Remove(".wslint-baseline.json") != nil {
					t.Fatal(err)
				}
				stdout += string(src)
			}
			text := strings.ReplaceAll(stdout+stderr, dir, "DIR")
			if i > 0 && text != said[format] {
				t.Errorf("%s differs in run %d:\n%s", format, i, difference(said[format], text))
			}
			said[format] = text
		}
		runtime.GOMAXPROCS(before)
	}
	if !strings.Contains(said["text"], "error[") {
		t.Error("nothing is found")
	}
}

// difference is the first line in which two texts differ, of both.
func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			return x[i] + "\nand not\n" + strings.Join(y[min(i, len(y)):min(i+1, len(y))], "")
		}
	}
	return "a longer text"
}
