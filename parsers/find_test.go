package parsers_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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
	var asked, entered, looked []string
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
		Look: func(dir string) { looked = append(looked, filepath.ToSlash(dir)) },
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
	if !slices.Equal(looked, entered) {
		t.Errorf("looked into %q, entered %q", looked, entered)
	}
	if len(unread) > 0 || len(skipped) != 1 || skipped[0].Pos.File != "passed" {
		t.Errorf("unread %v, skipped %v", unread, skipped)
	}
}

// TestFindEnough: where there are too many files, what lies behind them counts for nothing, though it may be listed.
func TestFindEnough(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"a", "b", "c"} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for i := range parsers.MaxFound/2 + 1 {
			if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(i)), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	reader := parsers.Reader{Sniff: func(parsers.Found, []byte) parsers.Verdict {
		return parsers.Verdict{Claim: parsers.Yes}
	}}
	var looked []string
	found, unread, _ := parsers.Find(".", []parsers.Reader{reader}, parsers.Options{}, parsers.Guide{
		Look: func(dir string) { looked = append(looked, dir) },
	})
	if len(found[0]) != parsers.MaxFound || len(unread) != 1 {
		t.Errorf("%d files, unread %v", len(found[0]), unread)
	}
	if want := []string{".", "a", "b"}; !slices.Equal(looked, want) {
		t.Errorf("looked into %q, want %q", looked, want)
	}
}
