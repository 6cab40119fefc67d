package plainfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/wslint/wslint/internal/truth"
)

// TestLocator: what is remembered of directories changes no answer.
func TestLocator(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := errors.Join(
		os.MkdirAll(filepath.Join("a", "b"), 0o700), os.WriteFile(filepath.Join("a", "b", "f"), nil, 0o600),
		os.Symlink("a", "toA"), os.Symlink(filepath.Join("..", "toA", "b"), filepath.Join("a", "toB")),
		os.Symlink(filepath.Join("b", "f"), filepath.Join("a", "toF")), os.Symlink("self", "self"),
		os.Symlink("nowhere", "dangling"), os.Symlink(filepath.Join("a", "b"), "far"),
	); err != nil {
		truth.Missing(t, "SYMLINKS", err)
	}
	l := NewLocator()
	list := []string{
		"", ".", "..", "/", "a", "a/b/f", "a/b/f/", "toA", "toA/b/f", "toA/toB/f", "a/toB", "toA/toF", "self", "self/x",
		"dangling", "dangling/x", "a/b/f/x", "a/b/f/..", "none", "none/x", "a/none", "toA/../a/b", "a//b/./f", "b",
	}
	for range 2 { // the second time from what was remembered
		for _, name := range list {
			abs, err := filepath.Abs(name)
			if err != nil || l.Absolute(name) != abs {
				t.Errorf("%q: %q, want %q, %v", name, l.Absolute(name), abs, err)
			}
			want, wrong := filepath.EvalSymlinks(abs)
			got, err := l.Real(name)
			if (err != nil) != (wrong != nil) || err == nil && got != want {
				t.Errorf("%q: %q, %v, want %q, %v", name, got, err, want, wrong)
			}
		}
	}
	wd, err := l.Wd()
	if err != nil {
		t.Fatal(err)
	}
	if wd, err = filepath.EvalSymlinks(wd); err != nil {
		t.Fatal(err)
	}
	l.Learn(l.Absolute("learned"), filepath.Join(wd, "a", "b"))
	if got, err := l.Real("learned/f"); err != nil || got != filepath.Join(wd, "a", "b", "f") {
		t.Errorf("%q, %v", got, err)
	}
	listing := NewLocator()
	for _, dir := range []string{".", "a", "toA", "a/b", "toA/toB", "none", "a/../toA", "far/.."} {
		entries, _ := os.ReadDir(dir)
		var plain []string
		for _, e := range entries {
			if e.Type()&os.ModeSymlink == 0 {
				plain = append(plain, e.Name())
			}
		}
		listing.Listed(dir, plain)
	}
	for _, name := range list {
		want, wrong := l.Real(name)
		if got, err := listing.Real(name); got != want || (err != nil) != (wrong != nil) {
			t.Errorf("%q: %q, %v after listings, want %q, %v", name, got, err, want, wrong)
		}
	}
	for name, want := range map[string]string{"toA/none/x": "a/none/x", "dangling": "dangling", "toA/toF": "a/b/f"} {
		if got := l.Nearest(name); got != filepath.Join(wd, want) {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
