package parsers_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/parsers"
)

// TestFind: a directory is listed once, and that tells what is in it: only where symlinks lead is asked.
func TestFind(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(name string) error { return os.WriteFile(filepath.FromSlash(name), nil, 0o600) }
	if err := errors.Join(
		os.MkdirAll(filepath.Join("a", "b"), 0o700), os.MkdirAll(filepath.Join("passed", "c"), 0o700),
		os.Mkdir(".d", 0o700), write("1.x"), write("2.y"), write(".d/3.x"), write("a/b/4.x"), write("passed/c/5.x"),
		os.Symlink(filepath.Join("..", "1.x"), filepath.Join("a", "6.x")), os.Symlink("b", filepath.Join("a", "7.x")),
		os.Symlink("nowhere", filepath.Join("a", "8.x")),
	); err != nil {
		truth.Missing(t, "SYMLINKS", err)
	}
	reader := parsers.Reader{Sniff: func(f parsers.Found, _ []byte) parsers.Verdict {
		if strings.HasSuffix(f.Name, ".x") {
			return parsers.Verdict{Claim: parsers.Yes}
		}
		return parsers.Verdict{}
	}}
	var asked, entered []string
	o := parsers.Options{Stat: func(name string) (fs.FileInfo, error) {
		asked = append(asked, filepath.ToSlash(name))
		return os.Stat(name)
	}}
	found, unread, skipped := parsers.Find(".", []parsers.Reader{reader}, o, parsers.Guide{
		Skip: func(name string, dir bool) string {
			if dir && name == "passed" {
				return "not wanted"
			}
			return ""
		},
		Enter: func(dir string, has func(base string) bool) {
			if has("6.x") != (dir == "a") || has("1.") || has("2.y") != (dir == ".") {
				t.Errorf("%s: is told something else of what is in it", dir)
			}
			entered = append(entered, filepath.ToSlash(dir))
		},
	})
	var names []string
	for _, f := range found[0] {
		names = append(names, filepath.ToSlash(f.Name))
	}
	if want := []string{"1.x", "a/6.x", "a/b/4.x"}; !slices.Equal(names, want) {
		t.Errorf("found %q, want %q", names, want)
	}
	if want := []string{"a/6.x", "a/7.x", "a/8.x"}; !slices.Equal(asked, want) {
		t.Errorf("asked about %q, want %q", asked, want)
	}
	if want := []string{".", "a", "a/b"}; !slices.Equal(entered, want) {
		t.Errorf("entered %q, want %q", entered, want)
	}
	if len(unread) > 0 || len(skipped) != 1 || skipped[0].Pos.File != "passed" {
		t.Errorf("unread %v, skipped %v", unread, skipped)
	}
}
