package lint

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/wslint/wslint/internal/truth"
)

func TestAddedLines(t *testing.T) {
	for _, tc := range []struct {
		before, after string
		want          []int
		gaps          []int
	}{
		{"a\nb\nc\n", "a\nb\nc\n", nil, nil},
		{"a\nb\nc\n", "a\nx\nc\n", []int{2}, nil},
		{"a\nb\nc\n", "a\nb\nx\ny\nc\n", []int{3, 4}, nil},
		{"a\nb\nc\n", "a\nc\n", nil, []int{2}},
		{"a\nb\nc\n", "b\nc\n", nil, []int{1}},
		{"a\nb\nc\n", "a\nb\n", nil, []int{3}},
		{"a\nb\nc\n", "", nil, []int{1}},
		{"", "a\nb\n", []int{1, 2}, nil},
		{"a\r\nb\r\n", "a\nb\n", nil, nil},
		{"a\nb", "a\nb\n", []int{2}, nil},
		{"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n", "1\nx\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n14\n15\n16\n",
			[]int{2, 15}, []int{13}},
	} {
		added, gaps := addedLines([]byte(tc.before), []byte(tc.after))
		if got := slices.Sorted(maps.Keys(added)); !slices.Equal(got, tc.want) {
			t.Errorf("%q to %q: %v, want %v", tc.before, tc.after, got, tc.want)
		}
		if got := slices.Sorted(maps.Keys(gaps)); !slices.Equal(got, tc.gaps) {
			t.Errorf("%q to %q: gaps before %v, want %v", tc.before, tc.after, got, tc.gaps)
		}
	}
}

// hostile makes a repository in which everything that can name a program names one, which leaves a file behind, and
// returns the name of that file.
func hostile(t *testing.T) (ran string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	if _, err := exec.LookPath("git"); err != nil {
		truth.Missing(t, "GIT", err)
	}
	dir := t.TempDir()
	ran = filepath.Join(dir, "ran")
	program := filepath.Join(dir, "program")
	t.Chdir(dir)
	do := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", args...)
		cmd.Dir = "repo"
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	err := errors.Join(os.Mkdir("repo", 0o700), os.WriteFile(program, []byte("#!/bin/sh\ntouch "+ran+"\ncat\n"), 0o700))
	if err != nil {
		t.Fatal(err)
	}
	do("init", "-q", ".")
	for name, text := range map[string]string{
		"repo/nginx.conf": "events {}\n", "repo/.gitattributes": "*.conf filter=x diff=x\n", "repo/old.conf": "a\nb\nc\nd\n",
		// A folder that looks like a bare repository, as anybody can commit one.
		"repo/sub/HEAD": "ref: refs/heads/main\n", "repo/sub/objects/x": "", "repo/sub/refs/x": "",
		"repo/sub/nginx.conf": "events {}\n",
		"repo/sub/config": "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = " + dir +
			"/repo\n\tfsmonitor = " + program + "\n\thooksPath = " + dir + "\n",
	} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	do("add", "-A")
	do("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "x")
	do("mv", "old.conf", "new.conf")
	for _, kv := range [][2]string{
		{"core.fsmonitor", program}, {"filter.x.clean", program}, {"filter.x.smudge", program}, {"filter.x.process", program},
		{"diff.x.textconv", program}, {"diff.x.command", program}, {"diff.external", program}, {"core.pager", program},
		{"core.hooksPath", dir}, {"filter.x.required", "true"},
	} {
		do("config", kv[0], kv[1])
	}
	for _, hook := range []string{"post-index-change", "post-checkout", "fsmonitor-watchman"} {
		if err := os.Symlink(program, hook); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("repo/nginx.conf", []byte("events {}\nhttp {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_EXTERNAL_DIFF", program)
	t.Setenv("GIT_PAGER", program)
	return ran
}

// TestGitRunsNothing: whatever a repository names for git to run, wslint has none of it run.
func TestGitRunsNothing(t *testing.T) {
	for _, dir := range []string{"repo", "repo/sub"} {
		ran := hostile(t)
		t.Chdir(dir)
		c, err := ChangesSince("HEAD", ".")
		if err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
		top := c.git.top
		if err := os.WriteFile(filepath.Join(top, "unknown"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time by what git says of all of them at once
			for name, want := range map[string]fileChanges{
				"nginx.conf":     {numbers: map[int]bool{2: true}},
				"new.conf":       {numbers: map[int]bool{}},
				"sub/nginx.conf": {numbers: map[int]bool{}},
				"unknown":        {all: true},
				"none":           {all: true},
			} {
				got, err := c.of(filepath.Join(top, name))
				if err != nil || got.all != want.all || !maps.Equal(got.numbers, want.numbers) {
					t.Errorf("%s: %+v, %v, want %+v", name, got, err, want)
				}
			}
			clear(c.files)
			c.expect([]string{"none", filepath.Join(top, "nginx.conf"), filepath.Join(top, "new.conf"),
				filepath.Join(top, "sub", "nginx.conf"), filepath.Join(top, "unknown")})
			if f := c.asked["new.conf"]; len(c.asked) != 4 || !f.has([]byte("a\nb\nc\nd\n")) || f.has(nil) {
				t.Errorf("git says %v", c.asked)
			}
		}
		if err := os.WriteFile("new", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if u := untracked([]string{"new", "nginx.conf"}); !u[absolute("new")] || u[absolute("nginx.conf")] {
			t.Errorf("%s: untracked %v", dir, u)
		}
		if _, err := os.Stat(ran); err == nil {
			t.Errorf("%s: git ran a program that the repository names", dir)
		}
	}
}

// TestNoRepository: without one git is not even asked.
func TestNoRepository(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := ChangesSince("HEAD", "."); err == nil ||
		err.Error() != `no git revision "HEAD": not in a git repository` {
		t.Error(err)
	}
	if u := untracked([]string{"x"}); len(u) > 0 {
		t.Error(u)
	}
}
