package truth

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// FindCorpus is the folder of real configurations from public repositories, which is too large for this one: what
// WSLINT_CORPUS names, else shared/corpus beside the repository; "" where that does not exist.
func FindCorpus() string {
	dir := os.Getenv("WSLINT_CORPUS")
	if root, err := Root(); dir == "" && err == nil {
		dir = filepath.Join(root, "../shared/corpus")
	}
	if _, err := os.Stat(filepath.Join(dir, "index.csv")); err != nil {
		return ""
	}
	return dir
}

// Corpus is FindCorpus for a test that needs it. Where there is none t is skipped, or fails when
// WSLINT_REQUIRE_CORPUS is 1, so that no run can pass by having read nothing.
func Corpus(t testing.TB) string {
	t.Helper()
	if dir := FindCorpus(); dir != "" {
		return dir
	}
	Missing(t, "CORPUS", "no corpus of real configurations (WSLINT_CORPUS names one): nothing is read")
	return ""
}

// Files calls f with every file below dir of the corpus, and fails t when there is none.
func Files(t testing.TB, dir string, f func(name string)) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
			f(name)
		}
		return err
	})
	if err != nil || n == 0 {
		t.Fatalf("%s: %d files, %v", dir, n, err)
	}
	t.Logf("%d files read below %s", n, filepath.Base(dir))
}
