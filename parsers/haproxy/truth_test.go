package haproxy_test

import (
	"cmp"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/parsers/haproxy"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// TestMain lets many cases run at once: they mostly wait for timers.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.fuzz").Value.String() == "" {
		flag.Set("test.parallel", "24")
	}
	os.Exit(m.Run())
}

// leastCases is how many cases have to run, so that no run passes by having tested nothing.
const leastCases = 700

// TestTruth holds what is predicted against what real HAProxies do, for every case in testdata/truth-haproxy: that of
// this machine, and those of WSLINT_OTHER_HAPROXY.
func TestTruth(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no long runs against real proxies")
	}
	cases := oracle.Cases(t, "../../testdata/truth-haproxy")
	for _, h := range oracle.FindHAProxies(t) {
		version, err := haproxy.ParseVersion(h.Version)
		if err != nil {
			t.Fatal(err)
		}
		var ran, differ, unknown, fields atomic.Int32
		t.Run(h.Version, func(t *testing.T) {
			for _, c := range cases {
				if !suits(t, c, version) {
					continue
				}
				t.Run(c.Name, func(t *testing.T) {
					t.Parallel()
					diffs, skipped, isUnknown := truthCase{Case: c}.run(t, h)
					for range 2 {
						// A busy machine delays what is timed.
						if len(diffs) > 0 {
							t.Logf("once more: %s", diffs)
							diffs, skipped, isUnknown = truthCase{Case: c}.run(t, h)
						}
					}
					for _, d := range diffs {
						t.Error(d)
					}
					ran.Add(1)
					fields.Add(int32(skipped))
					if len(diffs) > 0 {
						differ.Add(1)
					}
					if isUnknown {
						unknown.Add(1)
					}
				})
			}
		})
		t.Logf(
			"%d cases on HAProxy %s: %d disagreements, %d outcomes and %d fields unknown",
			ran.Load(),
			h.Version,
			differ.Load(),
			unknown.Load(),
			fields.Load(),
		)
		if ran.Load() == 0 {
			t.Error("no case has this name: cases are TestTruth/VERSION/NAME")
		}
		if ran.Load() < leastCases && flag.Lookup("test.run").Value.String() == "" {
			t.Errorf("%d cases ran, want at least %d", ran.Load(), leastCases)
		}
	}
}

// suits reports whether a case is about a version.
func suits(t *testing.T, c oracle.Case, version conf.Version) bool {
	for _, bound := range []struct {
		at   string
		want bool
	}{{c.Min, true}, {c.Max, false}} {
		if bound.at == "" {
			continue
		}
		at, err := haproxy.ParseVersion(bound.at)
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		if version.AtLeast(at) != bound.want {
			return false
		}
	}
	return true
}

// A truthCase without a defaults section gets the usual one. Its expected outcome ends in "cut" where HAProxy cuts
// what was open.
type truthCase struct {
	oracle.Case
	any bool // whether the prediction is unknown does not matter
}

const usualDefaults = "defaults\n  mode http\n  timeout connect 1s\n  timeout client 5s\n  timeout server 5s\n"

// withDefaults is a configuration with a defaults section.
func withDefaults(conf string) string {
	if !strings.Contains(conf, "\ndefaults") && !strings.HasPrefix(conf, "defaults") {
		return usualDefaults + conf
	}
	return conf
}

// run returns what was predicted otherwise than observed, the number of fields left unknown, and whether the outcome
// was.
func (c truthCase) run(t *testing.T, h oracle.HAProxy) (diffs []string, skipped int, unknown bool) {
	if len(c.Each) > 0 {
		t.Fatal("#! case is for nginx: here #! fact says what a client holds")
	}
	conf := withDefaults(c.Conf)
	lab, err := oracle.RewriteHAProxy(t, conf, c.Options)
	if err != nil {
		t.Fatal(err)
	}
	main := filepath.Join(lab.Conf, lab.Main)
	version, err := haproxy.ParseVersion(h.Version)
	if err != nil {
		t.Fatal(err)
	}
	options := haproxy.Options{Version: version}
	if c.Probe.Blind {
		options.ReadFile = func(name string) ([]byte, error) {
			if name != main {
				return nil, fs.ErrNotExist // lists and maps
			}
			return os.ReadFile(name)
		}
	}
	config, err := haproxy.Read(main, options)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range config.Problems {
		t.Errorf("problem: %s: %s", p.Pos, p.Text)
	}
	server, err := lab.StartHAProxy(t, h)
	if err != nil {
		t.Fatal(err)
	}
	paths, err := lab.Paths(config, c.Probe)
	if err != nil {
		t.Fatal(err)
	}
	if paths, err = lab.Holding(c.Case, paths); err != nil {
		t.Fatal(err)
	}
	seen := server.Observe(t, c.Probe)
	path, want := oracle.Fits(paths, seen)
	diffs = c.transport(path, seen)
	for _, app := range c.Options.Apps {
		if app.PROXYHeader {
			// The model cannot know what an application expects: this one takes the header off.
			path.Last().Next.ProxyProtocol = false
		}
	}
	c.fails(path, lab)
	more, skipped := oracle.Compare(path, seen)
	diffs = append(diffs, more...)
	if len(paths) == 1 {
		want = path.Handshake()
	}
	switch {
	case c.any:
	case c.Unknown && want.Kind != hop.OutcomeUnknown:
		diffs = append(diffs, fmt.Sprintf("outcome: predicted %v, want unknown", want.Kind))
	case !c.Unknown && want.Kind == hop.OutcomeUnknown:
		diffs = append(diffs, "outcome: unknown: "+want.Why)
	}
	observed := seen.Kind.String()
	if seen.Kind == hop.AnsweredByProxy {
		observed += fmt.Sprintf(" %d", seen.Status)
	}
	if seen.End.Cut {
		observed += " cut"
	}
	if c.Outcome != "" && c.Outcome != observed {
		diffs = append(
			diffs,
			fmt.Sprintf("observed %s (%s), the case expects %s", observed, cmp.Or(seen.Why, "-"), c.Outcome),
		)
	}
	return diffs, skipped, want.Kind == hop.OutcomeUnknown
}

// fails makes the answer of the last hop the one for an application that does not answer, if the case has such a one.
func (c truthCase) fails(path *hop.Path, lab *oracle.Lab) {
	failures := map[oracle.Kind]int{oracle.Dead: hop.Refuses, oracle.Slams: hop.Closes, oracle.Silent: hop.Silent}
	last := path.Last()
	for name, app := range c.Options.Apps {
		status, ok := failures[app.Kind]
		switch {
		case !ok || last.Next.Addr != "" && last.Next.Addr != lab.Apps[name] || !hop.Is(last.Answer, hop.Answer{}):
		case last.Relay == nil:
			last.Answer = hop.Written("the application", hop.Answer{Kind: hop.Closed}, last.Pos)
		case status == hop.Silent && hop.Is(last.Wait, 0):
			last.Answer = hop.Written("the application", hop.Answer{Kind: hop.Hangs}, last.Pos)
		default:
			last.Answer = last.Relay(status)
		}
	}
}

// transport compares how the last hop speaks to the application.
func (c truthCase) transport(path *hop.Path, seen oracle.Observed) (diffs []string) {
	if a, known := path.Last().Answer.Get(); !known || a.Kind != hop.PassedOn || seen.Got == nil ||
		seen.Got.Method == "PROXY" {
		return nil
	}
	final := path.Final()
	if final.TLS != seen.Got.TLS {
		diffs = append(diffs, fmt.Sprintf("TLS to the application: predicted %v, observed %v", final.TLS, seen.Got.TLS))
	}
	if final.ProxyProtocol != (seen.Got.PROXY != "") {
		diffs = append(diffs, fmt.Sprintf("PROXY header: predicted %v, observed %q", final.ProxyProtocol, seen.Got.PROXY))
	}
	return diffs
}
