package truth

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestIncidents: what an incident says of itself agrees with its folder.
func TestIncidents(t *testing.T) {
	all, err := Incidents()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		healthy := strings.Contains(i.Name, "-ok-")
		if i.Source == "" || i.Tech == "" || i.Cause == "" || len(i.Labels) == 0 {
			t.Errorf("%s: case.json lacks a field: %+v", i.Name, i)
		}
		if healthy != (len(i.Expect) == 0) {
			t.Errorf("%s: %d findings are expected", i.Name, len(i.Expect))
		}
		for _, e := range i.Expect {
			src, err := os.ReadFile(filepath.Join(i.Dir, e.File))
			if err != nil || e.Rule == "" || e.Line < 1 || strings.Count(string(src), "\n") < e.Line {
				t.Errorf("%s: %+v: no such place: %v", i.Name, e, err)
			}
		}
		if main := Main(i.Dir); i.Fixed() != "" && main != Main(i.Fixed()) {
			t.Errorf("%s: the mended configuration is no %s", i.Name, main)
		}
	}
}

func TestCopyConfiguration(t *testing.T) {
	all, err := Incidents()
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "conf")
	if err := CopyConfiguration(to, all[0].Dir); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(to)
	if len(entries) != 2 || err != nil {
		t.Errorf("copied %v, %v", entries, err)
	}
}

func TestFindCorpus(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("WSLINT_CORPUS", dir)
	if found := FindCorpus(); found != "" {
		t.Errorf("found %s, which has no index", found)
	}
	t.Run("asked for", func(t *testing.T) {
		t.Setenv("WSLINT_REQUIRE_CORPUS", "1")
		fake := &recorder{TB: t}
		finished(func() { Corpus(fake) })
		if !fake.failed || fake.skipped {
			t.Error("a corpus that is asked for and missing is no failure")
		}
	})
	t.Run("not asked for", func(t *testing.T) {
		t.Setenv("WSLINT_REQUIRE_CORPUS", "")
		fake := &recorder{TB: t}
		finished(func() { Corpus(fake) })
		if fake.failed || !fake.skipped {
			t.Error("a corpus that is missing skips the test")
		}
	})
	if err := os.WriteFile(filepath.Join(dir, "index.csv"), []byte("kind,path\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if found := FindCorpus(); found != dir {
		t.Errorf("found %q, want %s", found, dir)
	}
	fake := &recorder{TB: t}
	finished(func() { Files(fake, filepath.Join(dir, "haproxy"), func(string) {}) })
	if !fake.failed {
		t.Error("a folder without files is no failure")
	}
}

// A recorder is a test that remembers how it ended.
type recorder struct {
	testing.TB
	failed, skipped bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Fatal(...any)          { r.failed = true; panic(r) }
func (r *recorder) Fatalf(string, ...any) { r.failed = true; panic(r) }
func (r *recorder) Skip(...any)           { r.skipped = true; panic(r) }

// finished runs f to its end or to that of its recorder.
func finished(f func()) {
	defer func() {
		if r := recover(); r != nil {
			if _, is := r.(*recorder); !is {
				panic(r)
			}
		}
	}()
	f()
}
