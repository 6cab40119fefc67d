package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/internal/workload"
)

// TestShapes makes a small one of every shape: wslint reads it, nginx and HAProxy take it, and the language server
// answers in it.
func TestShapes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds wslint")
	}
	binary := filepath.Join(t.TempDir(), "wslint")
	if out, err := exec.Command("go", "build", "-o", binary, "../../cmd/wslint").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			p := &project{workload.Project{Dir: t.TempDir()}}
			s.make(p, min(s.size, 200))
			if p.Err != nil {
				t.Fatal(p.Err)
			}
			if s.keys > 0 {
				if c, err := typed(binary, p.Dir, 2); err != nil || c.Elapsed <= 0 {
					t.Errorf("%v, %v", c, err)
				}
				return
			}
			if _, err := once(binary, s.args, p.Dir); err != nil {
				t.Error(err)
			}
			rival := s.beside.command(p.Dir)
			if rival == nil {
				return
			}
			if _, err := exec.LookPath(rival[0]); err != nil {
				t.Skip(err)
			}
			cmd := exec.Command(rival[0], rival[1:]...)
			cmd.Dir = p.Dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %v\n%.500s", rival, err, out)
			}
		})
	}
}

// TestMiddle: a table has medians, and ratios of pairs.
func TestMiddle(t *testing.T) {
	r := result{
		wslint: []workload.Cost{{CPU: 1e9, Memory: 1 << 20}, {CPU: 2e9, Memory: 1 << 20}, {CPU: 4e9, Memory: 1 << 20}},
		beside: []workload.Cost{{CPU: 1e9, Memory: 2 << 20}, {CPU: 6e9, Memory: 2 << 20}, {CPU: 8e9, Memory: 2 << 20}},
	}
	want := "| x | 0.0 ms | 2.00 s | 1 MB | nginx -t | 0.0 ms | 6.00 s | 2 MB | 2.00 | 0.50 |"
	if got := r.row(shape{name: "x", beside: nginxT}); got != want {
		t.Errorf("%s\n%s", got, want)
	}
}

// TestFailed: a shape that cannot be measured is a row, and the next one is measured all the same.
func TestFailed(t *testing.T) {
	o := options{only: regexp.MustCompile(""), runs: 1}
	err := o.table("no such program", t.TempDir(), []shape{{name: "one", make: nothing}, {name: "two", make: nothing}})
	if err == nil || !strings.Contains(err.Error(), "one: ") || !strings.Contains(err.Error(), "two: ") {
		t.Errorf("%v", err)
	}
	row := shape{name: "one", beside: nginxT}.failed()
	if columns := strings.Count(row, "|"); columns != strings.Count(strings.Split(head, "\n")[0], "|") {
		t.Errorf("%d columns: %s", columns, row)
	}
}

// TestSpread: what is too much for one file is spread over several, with all of its servers.
func TestSpread(t *testing.T) {
	p := &project{workload.Project{Dir: t.TempDir()}}
	generated(p, perFile+1)
	if p.Err != nil {
		t.Fatal(p.Err)
	}
	servers := 0
	files, _ := filepath.Glob(filepath.Join(p.Dir, "servers", "*.conf"))
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil || len(src) > plainfile.Max {
			t.Errorf("%s: %d bytes, %v", f, len(src), err)
		}
		servers += strings.Count(string(src), "    server {")
	}
	if len(files) != 2 || servers != perFile+1 {
		t.Errorf("%d servers in %d files", servers, len(files))
	}
}
