package oracle_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/parsers/nginx"
)

var (
	gated = flag.Int(
		"gated",
		60,
		"how many generated configurations with gates TestGeneratedCases runs through each nginx",
	)
	gatedSeed = flag.Uint64("gated.seed", 1, "the seed of the first one")
)

const (
	gatedProbes = 5  // for each configuration
	gatedCases  = 10 // of each probe
)

// TestGeneratedCases makes up configurations with gates and holds every case of some requests against nginx: the
// conditions are made true, then false.
func TestGeneratedCases(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no long runs against real proxies")
	}
	for _, n := range oracle.Find(t) {
		t.Run(n.Version, func(t *testing.T) {
			g := &gatedRun{t: t, nginx: n, left: map[string]int{}, kinds: map[string]int{}}
			seeds := make(chan uint64)
			var all sync.WaitGroup
			for range workers {
				all.Go(func() {
					for seed := range seeds {
						g.seed(seed)
					}
				})
			}
			for i := range uint64(*gated) {
				seeds <- *gatedSeed + i
			}
			close(seeds)
			all.Wait()
			g.report()
		})
	}
}

type gatedRun struct {
	t     *testing.T
	nginx oracle.Nginx

	mu       sync.Mutex
	accepted int
	cases    int
	kinds    map[string]int
	left     map[string]int
	failures []string
}

// seed runs the first configuration of a seed that nginx accepts.
func (g *gatedRun) seed(seed uint64) {
	for attempt := uint64(0); attempt < 50; attempt++ {
		grammar := &grammar{r: rand.New(rand.NewPCG(seed, 1000+attempt)), gates: true}
		conf := grammar.configuration()
		probes := grammar.probes(gatedProbes)
		for i := range probes {
			probes[i].Method, probes[i].Proto, probes[i].Watch = "", "", 0
		}
		err := g.try(conf.String(), probes, func(p oracle.Probe, r oracle.Ran) {
			g.mu.Lock()
			g.cases++
			g.kinds[r.Case.Handshake().Kind.String()]++
			g.mu.Unlock()
			if len(r.Diffs) > 0 {
				g.disagreement(fmt.Sprintf("seed %d", seed), conf, p, r)
			}
		}, true)
		var refused *oracle.ConfigError
		if errors.As(err, &refused) {
			continue
		}
		g.mu.Lock()
		g.accepted++
		if err != nil {
			g.failures = append(g.failures, fmt.Sprintf("seed %d: %v\n%s", seed, err, conf))
		}
		g.mu.Unlock()
		return
	}
	g.t.Errorf("seed %d: nginx accepts nothing", seed)
}

// openSource reads a lab's configuration as readSource does, but whether there is a file below /open is for nobody to
// see.
func openSource(lab *oracle.Lab, version string) (*nginx.Config, error) {
	v, err := nginx.ParseVersion(version)
	if err != nil {
		return nil, err
	}
	var seen [][2]string
	for _, below := range []string{"/root/srv", "/root/nowhere", "/html", "/conf"} {
		dir := filepath.Dir(lab.Conf) + below
		seen = append(seen, [2]string{dir, dir})
	}
	seesNot := func(name string) error {
		if slices.Contains(lab.Unread, name) {
			return &os.PathError{Op: "open", Path: name, Err: syscall.ENOENT}
		}
		return nil
	}
	stat := func(name string) (os.FileInfo, error) {
		if err := seesNot(name); err != nil {
			return nil, err
		}
		return os.Stat(name)
	}
	read := func(name string) ([]byte, error) {
		if err := seesNot(name); err != nil {
			return nil, err
		}
		return plainfile.Read(name)
	}
	trees, err := nginx.Read(
		[]string{filepath.Join(lab.Conf, lab.Main)},
		nil,
		nginx.Options{Map: seen, Version: v, Stat: stat, ReadFile: read},
	)
	if err != nil {
		return nil, err
	}
	if p := trees[0].Problems; len(p) > len(lab.Unread) {
		return nil, fmt.Errorf("predicted that nginx does not start: %s: %s", p[0].Pos, p[0].Text)
	}
	return nginx.Compile(trees[0], v), nil
}

var gateApps = map[string]oracle.App{"gate1:80": {Gate: true}, "gate2:80": {Gate: true}}

// try runs all cases of the probes. The error is a *oracle.ConfigError when nginx refuses the configuration.
func (g *gatedRun) try(conf string, probes []oracle.Probe, f func(oracle.Probe, oracle.Ran), count bool) error {
	s := &scratch{TB: g.t}
	defer s.end()
	lab, err := oracle.Rewrite(
		s,
		map[string]string{"nginx.conf": conf},
		oracle.Options{Static: staticFiles, Apps: gateApps},
	)
	if err != nil {
		return err
	}
	server, err := lab.Start(s, g.nginx)
	if err != nil {
		return err
	}
	src, err := openSource(lab, g.nginx.Version)
	if err != nil {
		return err
	}
	for _, p := range probes {
		p.Patience = 1500 * time.Millisecond
		ran, left := server.RunCases(s, src, p, gatedCases)
		g.mu.Lock()
		for why, n := range left {
			if count {
				g.left[why] += n
			}
		}
		g.mu.Unlock()
		for _, r := range ran {
			f(p, r)
		}
	}
	return nil
}

// disagreement confirms that it is one, and makes the configuration small.
func (g *gatedRun) disagreement(name string, conf *node, p oracle.Probe, first oracle.Ran) {
	differs := func(conf *node) (again *oracle.Ran) {
		g.try(conf.String(), []oracle.Probe{p}, func(_ oracle.Probe, r oracle.Ran) {
			if again == nil && len(r.Diffs) > 0 && field(r.Diffs[0]) == field(first.Diffs[0]) {
				again = &r
			}
		}, false)
		return again
	}
	last := differs(conf)
	if last == nil {
		g.t.Logf("%s: only once: %s", name, first.Diffs)
		return
	}
	for changed := true; changed; {
		changed = false
		for i := 0; ; i++ {
			smaller := without(conf, i)
			if smaller == nil {
				break
			}
			if r := differs(smaller); r != nil {
				conf, last, changed = smaller, r, true
				i--
			}
		}
	}
	var when []string
	for _, c := range last.Case.When {
		when = append(when, c.Text)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.failures = append(
		g.failures,
		fmt.Sprintf(
			"%s: %s\nwhen %s\n%s%s",
			name,
			strings.Join(last.Diffs, "\n"),
			strings.Join(when, " and "),
			describe(last.Probe),
			conf,
		),
	)
}

func (g *gatedRun) report() {
	slices.SortFunc(g.failures, func(a, b string) int { return len(a) - len(b) })
	for i, f := range g.failures {
		if i == 15 {
			g.t.Errorf("and %d more", len(g.failures)-i)
			break
		}
		g.t.Error(f)
	}
	g.t.Logf("%d configurations, %d cases: %d disagreements", g.accepted, g.cases, len(g.failures))
	g.t.Log("predicted: ", g.kinds)
	whys := slices.SortedFunc(maps.Keys(g.left), func(a, b string) int { return g.left[b] - g.left[a] })
	for i, why := range whys {
		if i == 15 {
			break
		}
		g.t.Logf("not run %d times: %s", g.left[why], why)
	}
	if g.accepted < *gated {
		g.t.Errorf("%d configurations ran, want %d", g.accepted, *gated)
	}
	if *gated > 0 && g.cases < 3*g.accepted {
		g.t.Errorf("%d cases ran of %d configurations", g.cases, g.accepted)
	}
}
