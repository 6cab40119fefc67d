package nginx

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/truth"
)

// faults returns what check alone has to say of a tree.
func faults(t *Tree, v Version) []Problem {
	var lost []Problem
	for _, p := range t.Problems {
		if p.Lost {
			lost = append(lost, p)
		}
	}
	t.Problems = lost
	t.check(v)
	return t.Problems[len(lost):]
}

// readFaults reads a configuration as users do and returns what check has to say; ok is false when it cannot be parsed.
func readFaults(name string) (found []Problem, ok bool) {
	trees, err := Read([]string{name}, nil, Options{})
	if err != nil {
		return nil, false
	}
	ok = true
	for _, tree := range trees {
		for _, p := range tree.Problems {
			ok = ok && !p.Lost
		}
		found = append(found, faults(tree, Version{})...)
	}
	return found, ok
}

// aloneFaults is readFaults of one file whose includes are not followed.
func aloneFaults(t *testing.T, name string) (found []Problem, ok bool) {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := parseTree(name, string(src))
	if err != nil {
		return nil, false
	}
	return faults(tree, Version{}), true
}

// parseTree makes a tree of one text.
func parseTree(name, src string) (*Tree, error) {
	ds, _, err := parseFile(&File{Name: name, Src: []byte(src)}, nil)
	if err != nil {
		return nil, err
	}
	link(ds, nil)
	return &Tree{Name: name, Context: contextOf(ds), Main: &Directive{HasBlock: true, Block: ds}}, nil
}

// link sets what reading includes would set.
func link(ds []*Directive, parent *Directive) {
	for _, d := range ds {
		d.Parent = parent
		if d.Is("include") {
			d.Unread = "not followed"
		}
		link(d.Block, d)
	}
}

// TestCorpus holds the check against configurations whose verdict by the real nginx 1.22.1 is known. What nginx accepts must
// pass without a problem: that is the one thing a linter in a hook must get right.
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

// TestIncidents holds the check against the re-created incidents: it must find what keeps nginx from starting, in the right
// line, and nothing in the others.
func TestIncidents(t *testing.T) {
	all, err := truth.Incidents()
	if err != nil {
		t.Fatal(err)
	}
	open := []string{"082-word-processor-quotes", "084-single-brace-placeholder"} // not found yet
	for _, c := range all {
		dir := c.Dir
		name := filepath.Join(dir, "nginx.conf")
		if truth.Main(dir) != "nginx.conf" {
			continue
		}
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
}
