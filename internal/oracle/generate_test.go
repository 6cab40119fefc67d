package oracle_test

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
)

var (
	generated     = flag.Int("generated", 150, "how many generated configurations TestGenerated runs through each nginx")
	generatedSeed = flag.Uint64("generated.seed", 1, "the seed of the first one")
)

const probesEach = 12

// TestGenerated holds predictions for random configurations and requests against what nginx does. A disagreement is
// printed with the configuration made as small as it gets: a case for testdata/truth.
func TestGenerated(t *testing.T) {
	found := oracle.Find(t)
	n := *generated
	if testing.Short() {
		t.Skip("-short: no long runs against real proxies")
	}
	for _, nginx := range found {
		t.Run(nginx.Version, func(t *testing.T) {
			g := &generation{t: t, nginx: nginx, unknown: map[string]int{}}
			g.runAll(n)
			g.report(n)
		})
	}
}

type generation struct {
	t     *testing.T
	nginx oracle.Nginx

	mu       sync.Mutex
	accepted int
	refused  int
	probes   int
	kinds    [8]int
	unknown  map[string]int
	failures []string
}

// workers is more than there are processors: a worker mostly waits for nginx to start.
const workers = 6

func (g *generation) runAll(n int) {
	seeds := make(chan uint64)
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for seed := range seeds {
				g.seed(seed)
			}
		})
	}
	for i := range uint64(n) {
		seeds <- *generatedSeed + i
	}
	close(seeds)
	all.Wait()
}

// seed runs the first configuration of a seed that nginx accepts.
func (g *generation) seed(seed uint64) {
	for attempt := uint64(0); attempt < 50; attempt++ {
		grammar := &grammar{r: rand.New(rand.NewPCG(seed, attempt))}
		conf := grammar.configuration()
		probes := grammar.probes(probesEach)
		if g.configuration(fmt.Sprintf("seed %d", seed), conf, probes) {
			return
		}
	}
	g.t.Errorf("seed %d: nginx accepts nothing", seed)
}

// configuration reports whether nginx accepted it.
func (g *generation) configuration(name string, conf *node, probes []oracle.Probe) bool {
	results, err := g.try(conf.String(), probes, 1500*time.Millisecond)
	g.mu.Lock()
	if err != nil {
		g.refused++
	} else {
		g.accepted++
	}
	g.mu.Unlock()
	var refused *oracle.ConfigError
	switch {
	case errors.As(err, &refused):
		return false
	case err != nil:
		g.fail(fmt.Sprintf("%s: %v\n%s", name, err, conf))
		return true
	}
	for _, r := range results {
		g.mu.Lock()
		g.probes++
		g.kinds[r.want.Kind]++
		if r.want.Kind == hop.OutcomeUnknown {
			g.unknown[r.want.Why]++
		}
		g.mu.Unlock()
		if len(r.diffs) > 0 {
			g.disagreement(name, conf, r.probe, r)
			return true
		}
	}
	return true
}

// A result is what came of one probe.
type result struct {
	probe oracle.Probe
	want  hop.Outcome
	diffs []string
}

// try runs one configuration. The error is a *oracle.ConfigError when nginx refuses it.
func (g *generation) try(conf string, probes []oracle.Probe, patience time.Duration) ([]result, error) {
	s := &scratch{TB: g.t}
	defer s.end()
	lab, err := oracle.Rewrite(s, map[string]string{"nginx.conf": conf}, oracle.Options{Static: staticFiles})
	if err != nil {
		return nil, err
	}
	server, err := lab.Start(s, g.nginx)
	if err != nil {
		return nil, err
	}
	src, err := readSource(lab, g.nginx.Version)
	if err != nil {
		return nil, err
	}
	var list []result
	for _, p := range probes {
		p.Patience = patience
		paths, err := lab.Paths(src, p)
		if err != nil {
			list = append(list, result{want: hop.Outcome{Kind: hop.OutcomeUnknown, Why: err.Error()}})
			continue
		}
		if slices.ContainsFunc(paths, func(path *hop.Path) bool { return leaves(path, lab) }) {
			continue // an address that a variable makes up
		}
		r := result{want: paths[0].Handshake(), probe: p}
		if r.want.Kind == hop.HangsForever && p.Watch > 0 {
			p.Patience = 250 * time.Millisecond // with its timer, nginx gives up too
		}
		seen := server.Observe(s, p)
		path, want := oracle.Fits(paths, seen)
		r.want = want
		r.diffs, _ = oracle.Compare(path, seen)
		if len(r.diffs) == 0 {
			if r.diffs, err = undeclaredDiffs(lab, g.nginx.Version, p, seen); err != nil {
				return nil, err
			}
		}
		list = append(list, r)
	}
	return list, nil
}

// leaves reports whether the prediction leads to an address outside the lab.
func leaves(path *hop.Path, lab *oracle.Lab) bool {
	a, known := path.Last().Answer.Get()
	if !known || a.Kind != hop.PassedOn {
		return false
	}
	for _, addr := range lab.Apps {
		if addr == path.Final().Addr {
			return false
		}
	}
	return true
}

// disagreement confirms that it is one, and makes the configuration small.
func (g *generation) disagreement(name string, conf *node, p oracle.Probe, first result) {
	differs := func(conf *node) ([]string, bool) {
		results, err := g.try(conf.String(), []oracle.Probe{p}, 3*time.Second)
		if err != nil || len(results) == 0 {
			return nil, false
		}
		return results[0].diffs, len(results[0].diffs) > 0 && field(results[0].diffs[0]) == field(first.diffs[0])
	}
	diffs, again := differs(conf)
	if !again {
		g.t.Logf("%s: only once: %s", name, first.diffs)
		return
	}
	for changed := true; changed; {
		changed = false
		for i := 0; ; i++ {
			smaller := without(conf, i)
			if smaller == nil {
				break
			}
			if d, still := differs(smaller); still {
				conf, diffs, changed = smaller, d, true
				i--
			}
		}
	}
	g.fail(fmt.Sprintf("%s: %s\n%s%s", name, strings.Join(diffs, "\n"), describe(p), conf))
}

func field(diff string) string {
	name, _, _ := strings.Cut(diff, ":")
	return name
}

// describe writes a probe as the options of a case.
func describe(p oracle.Probe) string {
	var b strings.Builder
	fmt.Fprintf(&b, "#! url %s\n", p.URL)
	if p.Browser != "" && p.Browser != "chrome" {
		b.WriteString("#! browser " + p.Browser + "\n")
	}
	if len(p.Protocols) > 0 {
		fmt.Fprintf(&b, "#! protocols %s\n", strings.Join(p.Protocols, " "))
	}
	if p.Method != "" {
		fmt.Fprintf(&b, "#! method %s\n", p.Method)
	}
	if p.Proto != "" {
		fmt.Fprintf(&b, "#! proto %s\n", p.Proto)
	}
	if p.PROXY {
		b.WriteString("#! proxy\n")
	}
	if p.Watch > 0 {
		fmt.Fprintf(&b, "#! watch %v\n#! client pings %v\n#! server data %v\n", p.Watch, p.Client.Pings, p.Server.Data)
		if p.Server.NoPong {
			b.WriteString("#! server nopong\n")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Header)) {
		for _, v := range p.Header[name] {
			fmt.Fprintf(&b, "#! header %s: %s\n", name, v)
		}
		if len(p.Header[name]) == 0 {
			fmt.Fprintf(&b, "#! without %s\n", name)
		}
	}
	return b.String()
}

func (g *generation) fail(text string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.failures = append(g.failures, text)
}

func (g *generation) report(n int) {
	slices.SortFunc(g.failures, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	for i, f := range g.failures {
		if i == 25 {
			g.t.Errorf("and %d more", len(g.failures)-i)
			break
		}
		g.t.Error(f)
	}
	share := 100 * float64(g.kinds[hop.OutcomeUnknown]) / float64(max(1, g.probes))
	g.t.Logf(
		"%d configurations (%d refused before them), %d probes: %d disagreements, %.1f %% unknown",
		g.accepted,
		g.refused,
		g.probes,
		len(g.failures),
		share,
	)
	var kinds []string
	for k, count := range g.kinds {
		if count > 0 {
			kinds = append(kinds, fmt.Sprintf("%v %d", hop.OutcomeKind(k), count))
		}
	}
	g.t.Log("predicted: ", strings.Join(kinds, ", "))
	whys := slices.SortedFunc(
		maps.Keys(g.unknown),
		func(a, b string) int { return cmp.Compare(g.unknown[b], g.unknown[a]) },
	)
	for i, why := range whys {
		if i == 15 {
			break
		}
		g.t.Logf("unknown %d times: %s", g.unknown[why], why)
	}
	if g.accepted < n {
		g.t.Errorf("%d configurations ran, want %d", g.accepted, n)
	}
}

// scratch stands in for the test while one of many configurations runs: what it starts ends with the configuration.
type scratch struct {
	testing.TB
	mu   sync.Mutex
	undo []func()
}

func (s *scratch) Helper()      {}
func (s *scratch) Failed() bool { return false }
func (s *scratch) Cleanup(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.undo = append(s.undo, f)
}

func (s *scratch) end() {
	for _, f := range slices.Backward(s.undo) {
		f()
	}
}
