package oracle_test

import (
	"cmp"
	"flag"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/parsers/nginx"
)

// leastCases is how many cases have to run on each nginx, so that no run passes by having tested nothing.
const leastCases = 380

// upgradeConf is the file upgrade.conf that cases include: what the documentation of nginx tells to write.
const upgradeConf = `proxy_http_version 1.1;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection "upgrade";
`

// TestTruth holds what is predicted against what a real nginx does, for every case in testdata/truth.
func TestTruth(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no long runs against real proxies")
	}
	found := oracle.Find(t)
	cases := oracle.Cases(t, "../../testdata/truth")
	var ran, differ, unknown atomic.Int32
	t.Run("cases", func(t *testing.T) {
		for _, n := range found {
			for _, c := range cases {
				if !applies(t, c, n) {
					continue
				}
				t.Run(n.Version+"/"+c.Name, func(t *testing.T) {
					t.Parallel()
					diffs, isUnknown := runCase(t, c, n)
					for range 2 {
						// A busy machine delays what is timed.
						if len(diffs) > 0 {
							t.Logf("once more: %s", diffs)
							diffs, isUnknown = runCase(t, c, n)
						}
					}
					for _, d := range diffs {
						t.Error(d)
					}
					ran.Add(1)
					if len(diffs) > 0 {
						differ.Add(1)
					}
					if isUnknown {
						unknown.Add(1)
					}
				})
			}
		}
	})
	t.Logf("%d cases on %d nginx: %d disagreements, %d unknown", ran.Load(), len(found), differ.Load(), unknown.Load())
	if ran.Load() == 0 {
		t.Error("no case has this name: cases are TestTruth/cases/VERSION/NAME")
	}
	if want := int32(leastCases * len(found)); ran.Load() < want && flag.Lookup("test.run").Value.String() == "" {
		t.Errorf("%d cases ran, want at least %d", ran.Load(), want)
	}
}

func applies(t *testing.T, c oracle.Case, n oracle.Nginx) bool {
	t.Helper()
	have := mustVersion(t, n.Version)
	for _, limit := range []struct {
		version string
		from    bool
	}{{c.Min, true}, {c.Max, false}} {
		if limit.version == "" {
			continue
		}
		v := mustVersion(t, limit.version)
		if have.AtLeast(v) != limit.from {
			return false
		}
	}
	return true
}

func mustVersion(t *testing.T, s string) nginx.Version {
	t.Helper()
	v, err := nginx.ParseVersion(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// runCase returns what was predicted otherwise than observed, and whether the outcome was predicted to be unknown.
func runCase(t *testing.T, c oracle.Case, n oracle.Nginx) (diffs []string, unknown bool) {
	lab, err := oracle.Rewrite(t, map[string]string{"nginx.conf": c.Conf, "upgrade.conf": upgradeConf}, c.Options)
	if err != nil {
		t.Fatal(err)
	}
	src, readErr := readSource(lab, n.Version)
	lab.NeedStream(t, n)
	server, err := lab.Start(t, n)
	switch {
	case err != nil && readErr != nil && c.Outcome == "nostart":
		return nil, false
	case err != nil:
		t.Fatal(err)
	case readErr != nil:
		t.Fatal(readErr)
	}
	if len(c.Each) > 0 {
		return runEach(t, c, lab, server, n.Version), false
	}
	paths, err := lab.Paths(src, c.Probe)
	if err != nil {
		t.Fatal(err)
	}
	seen := server.Observe(t, c.Probe)
	path, want := oracle.Fits(paths, seen)
	diffs, _ = oracle.Compare(path, seen)
	switch {
	case c.Unknown && want.Kind != hop.OutcomeUnknown:
		diffs = append(diffs, fmt.Sprintf("outcome: predicted %v, want unknown", want.Kind))
	case !c.Unknown && want.Kind == hop.OutcomeUnknown:
		diffs = append(diffs, "outcome: unknown: "+want.Why)
	}
	observed := outcomeOf(seen)
	if c.Outcome != "" && c.Outcome != observed {
		diffs = append(
			diffs,
			fmt.Sprintf("outcome: observed %s (%s), the case expects %s", observed, cmp.Or(seen.Why, "-"), c.Outcome),
		)
	}
	diffs = append(diffs, openDiffs(t, lab, src, c.Probe, seen)...)
	undeclared, err := undeclaredDiffs(lab, n.Version, c.Probe, seen)
	if err != nil {
		t.Fatal(err)
	}
	return append(diffs, undeclared...), want.Kind == hop.OutcomeUnknown
}

// openDiffs is what was predicted otherwise than observed where it is open what the client sends: of the cases whose
// conditions the probe meets, one has to be what happened.
func openDiffs(t *testing.T, lab *oracle.Lab, src hop.Source, p oracle.Probe, seen oracle.Observed) (diffs []string) {
	t.Helper()
	paths, err := lab.OpenPaths(src, p)
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		return []string{"no case has conditions that the probe meets"}
	}
	best, _ := oracle.Fits(paths, seen)
	found, _ := oracle.Compare(best, seen)
	for _, d := range found {
		diffs = append(diffs, "where it is open what the client sends: "+d)
	}
	return diffs
}
