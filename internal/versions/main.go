// Command versions runs the tests that hold predictions against real proxies, on every nginx and HAProxy that it
// finds, and prints a table: how many cases and random configurations each version ran, and how many disagree. Standard
// error names those.
// docs/laws.md keeps the last run. The tests are the oracle; this only counts what they say.
//
//	WSLINT_OTHER_NGINX=PATH:PATH WSLINT_OTHER_HAPROXY=PATH:PATH go run ./internal/versions [-random 100] [-seed 1]
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

func main() {
	random := flag.Int("random", 100, "how many random configurations each version runs")
	seed := flag.Uint64("seed", 1, "the seed of the first one")
	flag.Parse()
	if err := run(*random, *seed, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "versions:", err)
		os.Exit(1)
	}
}

// run runs the tests of both programs and writes the table.
func run(random int, seed uint64, w io.Writer) error {
	n, first := strconv.Itoa(random), strconv.FormatUint(seed, 10)
	all := table{}
	for _, tests := range []struct {
		program string
		args    []string
	}{
		{"nginx", []string{"./internal/oracle", "-run", "^(TestTruth|TestGenerated)$", "-generated", n,
			"-generated.seed", first}},
		{"HAProxy", []string{"./parsers/haproxy", "-run", "^(TestTruth|TestRandom)$", "-random", n, "-seed", first}},
	} {
		cmd := exec.Command("go", append([]string{"test", "-json", "-count=1", "-timeout", "2h"}, tests.args...)...)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			return err
		}
		if err := cmd.Start(); err != nil {
			return err
		}
		if err := all.read(tests.program, out); err != nil {
			return err
		}
		// That a case disagrees fails the tests, and is in the table.
		if err := cmd.Wait(); err != nil && len(all) == 0 {
			return fmt.Errorf("the tests of %s: %w", tests.program, err)
		}
	}
	return all.write(w)
}

// A table has a row for each version of a program.
type table map[[2]string]*row

// A row is what one version ran, and how much of it disagrees.
type row struct{ truth, truthOff, random, randomOff int }

// An event is one of those that go test -json prints.
type event struct{ Action, Test, Output string }

// read counts the tests of a program.
func (t table) read(program string, events io.Reader) error {
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return err
		}
		t.count(program, e)
	}
	return lines.Err()
}

// count adds what one event says: each case of TestTruth and each random haproxy.cfg is a test of its own, those of
// TestGenerated are one test a version, which says at its end how many there were.
func (t table) count(program string, e event) {
	parts := strings.Split(e.Test, "/")
	name, rest := parts[0], parts[1:]
	if len(rest) > 0 && name == "TestTruth" && rest[0] == "cases" {
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return
	}
	r := t.row(program, rest[0])
	ended, failed := e.Action == "pass" || e.Action == "fail", e.Action == "fail"
	switch {
	case name == "TestTruth" && len(rest) > 1 && ended:
		r.truth++
		if failed {
			r.truthOff++
			fmt.Fprintln(os.Stderr, "disagrees:", e.Test)
		}
	case name == "TestRandom" && len(rest) == 3 && ended:
		if rest[1] == "cases" {
			r.random++
		}
		if failed {
			r.randomOff++
			fmt.Fprintln(os.Stderr, "disagrees:", e.Test)
		}
	case name == "TestGenerated" && strings.Contains(e.Output, " disagreements, "):
		_, said, _ := strings.Cut(e.Output, ": ")
		var refused, probes int
		_, err := fmt.Sscanf(said, "%d configurations (%d refused before them), %d probes: %d disagreements", &r.random,
			&refused, &probes, &r.randomOff)
		if err != nil {
			fmt.Fprintf(os.Stderr, "versions: %s: %v\n", strings.TrimSpace(e.Output), err)
		}
	}
}

func (t table) row(program, version string) *row {
	key := [2]string{program, version}
	if t[key] == nil {
		t[key] = &row{}
	}
	return t[key]
}

// write prints the rows, nginx first, from old to new.
func (t table) write(w io.Writer) error {
	fmt.Fprintln(w, "| program | version | truth cases | of them disagree | random configurations | of them disagree |")
	_, err := fmt.Fprintln(w, "|---|---|---|---|---|---|")
	for _, key := range slices.SortedFunc(maps.Keys(t), order) {
		r := t[key]
		_, err = fmt.Fprintf(w, "| %s | %s | %d | %d | %d | %d |\n", key[0], key[1], r.truth, r.truthOff, r.random,
			r.randomOff)
	}
	return err
}

func order(a, b [2]string) int {
	if c := strings.Compare(b[0], a[0]); c != 0 {
		return c
	}
	number := func(version string) (list []int) {
		for part := range strings.SplitSeq(version, ".") {
			n, _ := strconv.Atoi(part)
			list = append(list, n)
		}
		return list
	}
	return slices.Compare(number(a[1]), number(b[1]))
}
