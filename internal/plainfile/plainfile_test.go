package plainfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/truth"
)

func TestRead(t *testing.T) {
	t.Chdir(t.TempDir())
	big, err := os.Create("big")
	if err = errors.Join(err, big.Truncate(Max+1), big.Close(), os.Mkdir("dir", 0o700),
		os.WriteFile("a", []byte("abc"), 0o600), os.WriteFile("empty", nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{"none": fs.ErrNotExist, "dir": errIsDirectory, "big": ErrTooLarge} {
		_, err := Read(name)
		var p *fs.PathError
		if !errors.Is(err, want) || !errors.As(err, &p) || p.Path != name {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	if src, err := Read("a"); err != nil || string(src) != "abc" {
		t.Errorf("%q, %v", src, err)
	}
	if src, err := Head("a", 2); err != nil || string(src) != "ab" {
		t.Errorf("%q, %v", src, err)
	}
	if src, err := Head("big", 10); err != nil || len(src) != 10 {
		t.Errorf("%d bytes, %v", len(src), err)
	}
	if src, err := ReadData("big"); err != nil || len(src) != Max+1 {
		t.Errorf("%d bytes, %v", len(src), err)
	}
	if n := testing.AllocsPerRun(1, func() { _, _ = Read("big") }); n > 10 {
		t.Errorf("%v allocations for a file that is too large", n)
	}
	if src, err := Read("empty"); err != nil || src == nil {
		t.Errorf("%v, %v: an empty file is none that is not there", src, err)
	}
	if _, err := ReadAll(strings.NewReader(strings.Repeat("x", Max+1))); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

// TestSymlinks: a symlink to a file is that file, one to itself an error.
func TestSymlinks(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := errors.Join(os.WriteFile("a", []byte("abc"), 0o600), os.Symlink("a", "b"),
		os.Symlink("c", "c")); err != nil {
		truth.Missing(t, "SYMLINKS", err)
	}
	if src, err := Read("b"); err != nil || string(src) != "abc" {
		t.Errorf("%q, %v", src, err)
	}
	if _, err := Read("c"); err == nil {
		t.Error("read a symlink to itself")
	}
	if _, err := Read(filepath.Join("a", "b")); err == nil {
		t.Error("read below a file")
	}
}
