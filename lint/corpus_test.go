package lint_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// patience is the longest that one file may take on a busy machine; the slowest takes a tenth of a second.
const patience = 2 * time.Minute

// TestCorpus checks every file of the corpus, of whatever kind, and every directory of its trees: no run panics or
// hangs, and what nginx accepts has no problem.
func TestCorpus(t *testing.T) {
	corpusDir := truth.Corpus(t)
	names, verdict := corpusFiles(t, corpusDir)
	var mu sync.Mutex
	var wait sync.WaitGroup
	jobs := make(chan string)
	accepted, unreadable, findings := 0, 0, 0
	for range 2 {
		wait.Go(func() {
			for name := range jobs {
				result := checkWithin(t, filepath.Join(corpusDir, name))
				mu.Lock()
				v := verdict[name]
				if v == "ok" || v == "ok+var" {
					accepted++
				}
				for _, f := range result.Findings {
					findings++
					if f.Rule != rules.UnreadableConfig {
						continue
					}
					unreadable++
					if f.Pos.File != filepath.Join(corpusDir, name) || strings.HasPrefix(f.Message, "open()") {
						continue // nginx was asked about the file alone, without what it includes
					}
					switch {
					case v == "ok", v == "ok+var" && !strings.HasPrefix(f.Message, "unknown"):
						t.Errorf("nginx accepts %s, but %s: %s", name, f.Pos, f.Message)
					}
				}
				mu.Unlock()
			}
		})
	}
	for _, name := range names {
		jobs <- name
	}
	close(jobs)
	wait.Wait()
	t.Logf(
		"%d files and directories, %d of them accepted by nginx; %d findings, of which %d %s",
		len(names),
		accepted,
		findings,
		unreadable,
		rules.UnreadableConfig.Name,
	)
	if len(names) < 3000 || accepted < 1000 {
		t.Error("is the corpus incomplete?")
	}
}

// corpusFiles lists the files of the corpus and the directories of its trees, and what nginx said of files.
func corpusFiles(t *testing.T, corpusDir string) (names []string, verdict map[string]string) {
	t.Helper()
	index, err := os.Open(filepath.Join(corpusDir, "index.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	rows, err := csv.NewReader(index).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	verdict = map[string]string{}
	for _, row := range rows[1:] {
		names = append(names, row[1])
		verdict[row[1]] = row[9]
	}
	for _, pattern := range []string{"*", "trees/*", "trees/*/*", "nginx-ws/*", "peer/*"} {
		dirs, _ := filepath.Glob(filepath.Join(corpusDir, pattern))
		for _, d := range dirs {
			if info, err := os.Stat(d); err == nil && info.IsDir() {
				name, _ := filepath.Rel(corpusDir, d)
				names = append(names, name)
			}
		}
	}
	return names, verdict
}

// checkWithin checks one file or directory. An error is no fault: it says that there is no nginx configuration.
func checkWithin(t *testing.T, name string) *lint.Result {
	done := make(chan *lint.Result, 1)
	go func() {
		r, err := lint.Check(lint.Input{Args: []string{name}, Rules: rules.All})
		if err != nil {
			r = &lint.Result{}
		}
		done <- r
	}()
	select {
	case r := <-done:
		return r
	case <-time.After(patience):
		t.Errorf("%s: no result after %v", name, patience)
		return &lint.Result{}
	}
}
