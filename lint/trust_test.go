package lint

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/internal/truth"
)

// TestMayName: what a configuration file of a repository names lies in the repository, and is neither git's nor the
// system's, whatever way leads there.
func TestMayName(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	err := errors.Join(os.MkdirAll("repo/.git", 0o700), os.MkdirAll("repo/sub", 0o700), os.MkdirAll("outside", 0o700),
		os.Symlink("../outside", "repo/out"), os.Symlink(".git", "repo/git"), os.Symlink("/proc/self", "repo/self"),
		os.WriteFile("outside/a", nil, 0o600), os.WriteFile("repo/.git/config", nil, 0o600))
	if err != nil {
		truth.Missing(t, "SYMLINKS", err)
	}
	for file, want := range map[string]bool{
		"repo/nginx.conf": true, "repo/sub/a": true, "repo/../repo/a": true, filepath.Join(dir, "repo/a"): true,
		"outside/a": false, "repo/../outside/a": false, "repo/out/a": false, filepath.Join(dir, "outside/a"): false,
		"/etc/passwd": false, "repo/.git/config": false, "repo/.GIT/config": false, "repo/git/config": false,
		"/proc/self/environ": false, "repo/self/environ": false, "/dev/stdin": false, "/sys/x": false,
	} {
		c := &Config{File: "repo/.wslint.yaml"}
		if got := c.mayName(file); got != want {
			t.Errorf("it may name %s: %v", file, got)
		}
		// A configuration file outside any repository, or none, may name what the user may read but those.
		private := isPrivate(realName(file))
		for _, c := range []*Config{{}, {File: "outside/.wslint.yaml"}} {
			if got := c.mayName(file); got == private {
				t.Errorf("beside no repository it may name %s: %v", file, got)
			}
		}
	}
}

// TestShows: what is remembered of files of a directory changes no answer.
func TestShows(t *testing.T) {
	dir := realName(t.TempDir())
	fresh := func() *trust {
		return &trust{trees: []string{filepath.Join(dir, "tree"), filepath.Join(dir, "home", ".x")},
			homes: []string{filepath.Join(dir, "home")}, locator: plainfile.NewLocator(), beside: map[string]bool{}}
	}
	var files []string
	for _, name := range []string{
		"a", ".a", "tree", "tree/a", "tree/.git", "tree/.git/a", "tree/b/a", "tree/b/.a", "home", "home/a", "home/.a",
		"home/.x", "home/.x/a", "home/.y/a", "home/b/a", "tree2", "tree2/a",
	} {
		files = append(files, filepath.Join(dir, name))
	}
	files = append(files, "/a", "/proc", "/proc/a", "/tree")
	for range 2 {
		known := fresh()
		for _, file := range files {
			if got, want := known.shows(file), fresh().shows(file); got != want {
				t.Errorf("%s: %v, want %v", file, got, want)
			}
		}
		slices.Reverse(files)
	}
	known := fresh()
	if a := filepath.Join(dir, "tree", "a"); !known.shows(a) || known.shows(filepath.Join(dir, "tree2", "a")) {
		t.Error("shows what is in no tree, or not what is in one")
	}
}
