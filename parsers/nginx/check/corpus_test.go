package check

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// faults returns what check alone has to say of a tree.
func faults(t *conf.Tree, v conf.Version) []conf.Problem {
	var lost, found []conf.Problem
	for _, p := range t.Problems {
		if p.Incomplete {
			lost = append(lost, p)
		}
	}
	t.Problems = slices.Clone(lost)
	Tree(t, v)
	for _, p := range t.Problems {
		if !slices.ContainsFunc(lost, func(l conf.Problem) bool { return l.Pos == p.Pos && l.Text == p.Text }) {
			found = append(found, p)
		}
	}
	return found
}

// readFaults reads a configuration as users do and returns what check has to say; ok is false when it cannot be
// parsed.
func readFaults(name string) (found []conf.Problem, ok bool) {
	trees, err := conf.Read([]string{name}, nil, conf.Options{})
	if err != nil {
		return nil, false
	}
	ok = true
	for _, tree := range trees {
		for _, p := range tree.Problems {
			ok = ok && !p.Incomplete
		}
		found = append(found, faults(tree, conf.Version{})...)
	}
	return found, ok
}

// aloneFaults is readFaults of one file whose includes are not followed.
func aloneFaults(t *testing.T, name string) (found []conf.Problem, ok bool) {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := conf.Parse(name, src)
	if err != nil {
		return nil, false
	}
	return faults(tree, conf.Version{}), true
}

// TestCorpus holds the check against configurations whose verdict by the real nginx 1.22.1 is known. What nginx
// accepts must pass without a problem: that is the one thing a linter in a hook must get right.
func TestCorpus(t *testing.T) {
	corpus := truth.Corpus(t)
	f, err := os.Open(filepath.Join(corpus, "index.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	accepted, rejected, found := 0, 0, 0
	for _, row := range rows[1:] {
		name, verdict := filepath.Join(corpus, row[1]), row[9]
		good := verdict == "ok" || verdict == "ok+var"
		if !good && !strings.HasPrefix(verdict, "rejected:") {
			continue
		}
		problems, parsed := aloneFaults(t, name) // so nginx was asked
		if strings.HasPrefix(row[1], "dumps/") {
			problems, parsed = readFaults(name)
		}
		switch {
		case good:
			accepted++
			for _, p := range problems {
				if verdict == "ok+var" && strings.HasPrefix(p.Text, "unknown") {
					continue // nginx accepted it once the variables that it lacks had been defined
				}
				t.Errorf("nginx accepts it, check does not: %s: %s", p.Pos, p.Text)
			}
		default:
			rejected++
			if !parsed || len(problems) > 0 {
				found++
			} else {
				t.Logf("missed: %s: %s", row[1], verdict)
			}
		}
	}
	t.Logf("nginx accepts %d: no false alarm wanted; nginx rejects %d: %d found", accepted, rejected, found)
	if accepted < 1000 || rejected < 300 {
		t.Errorf("only %d accepted and %d rejected files: is the corpus incomplete?", accepted, rejected)
	}
}

// TestDirectories holds the check against whole directories, as their users have them.
func TestDirectories(t *testing.T) {
	corpus := truth.Corpus(t)
	for dir, want := range map[string]int{
		"h5bp": 0, "hassio-addons": 0, "nginx-proxy-manager-rendered": 0, "matrix-examples": 0,
		"nginxconfig.io-rendered": 1, // a set that lost its value in rendering
		// every sample of the tree is enabled at once: locations twice, placeholders of two words
		"linuxserver-swag": 6,
	} {
		trees, err := conf.Read([]string{filepath.Join(corpus, "trees", dir)}, nil, conf.Options{})
		if err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
		n := 0
		for _, tree := range trees {
			Tree(tree, conf.Version{})
			n += len(tree.Problems)
		}
		if n != want {
			t.Errorf("%s: %d problems, want %d", dir, n, want)
		}
	}
}

// TestIncidents holds the check against the re-created incidents: it must find what keeps nginx from starting, in the
// right line, and nothing in the others.
func TestIncidents(t *testing.T) {
	all, err := truth.Incidents()
	if err != nil {
		t.Fatal(err)
	}
	var open []string // not found yet
	ran := 0
	for _, c := range all {
		if c.Tech != "nginx" {
			continue
		}
		dir := c.Dir
		name := filepath.Join(dir, "nginx.conf")
		if truth.Main(dir) == "" { // it is one file of another name
			name = filepath.Join(dir, c.Expect[0].File)
		}
		ran++
		problems, _ := readFaults(name)
		wanted := 0
		for _, e := range c.Expect {
			if e.Rule != "unreadable-config" {
				continue
			}
			wanted++
			hit := false
			for _, p := range problems {
				hit = hit || p.Pos.File == filepath.Join(dir, e.File) && p.Pos.Line == e.Line
			}
			if slices.Contains(open, filepath.Base(dir)) {
				if hit {
					t.Errorf("%s is found now: take it out of open", filepath.Base(dir))
				}
				continue
			}
			if !hit {
				t.Errorf("%s: nothing found at %s:%d, only %v", filepath.Base(dir), e.File, e.Line, problems)
			}
		}
		if wanted == 0 && len(problems) > 0 {
			t.Errorf("%s: nginx starts, but: %v", filepath.Base(dir), problems)
		}
	}
	t.Logf("%d incidents, %d of them not found yet: %v", ran, len(open), open)
}
