//go:build unix

package plainfile

import (
	"errors"
	"os"
	"testing"
	"time"
)

func TestReplace(t *testing.T) {
	t.Chdir(t.TempDir())
	old := time.Now().Add(-time.Hour)
	err := errors.Join(
		os.WriteFile("a", []byte("old"), 0o640), os.Link("a", "other"), os.Symlink("a", "link"), os.Chmod("a", 0o640),
		os.WriteFile(".wslint-tmp-1", nil, 0o600), os.Chtimes(".wslint-tmp-1", old, old),
		os.WriteFile(".wslint-tmp-2", nil, 0o600),
		os.WriteFile(".wslint-baseline.json", nil, 0o600), os.Chtimes(".wslint-baseline.json", old, old),
	)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat("a"); err != nil || Names(info) != 2 {
		t.Errorf("%d names, %v", Names(info), err)
	}
	if err := Replace("a", []byte("older"), []byte("new")); !errors.Is(err, ErrChanged) {
		t.Error(err)
	}
	if err := Replace("link", []byte("old"), []byte("new")); err == nil {
		t.Error("replaced a symlink")
	}
	if err := Replace("a", []byte("old"), []byte("new")); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a": "new", "other": "old", "link": "new"} {
		if src, err := os.ReadFile(name); err != nil || string(src) != want {
			t.Errorf("%s is %q, %v", name, src, err)
		}
	}
	if info, err := os.Stat("a"); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	entries, err := os.ReadDir(".")
	if err != nil || len(entries) != 5 {
		t.Errorf("%v, %v: an old temporary file stays, or a young one went", entries, err)
	}
}
