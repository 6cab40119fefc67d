package rules_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/parsers/haproxy"
	"github.com/wslint/wslint/parsers/nginx"
	"github.com/wslint/wslint/parsers/sysctl"
	"github.com/wslint/wslint/rules"
)

// shorten divides the timers of examples and their pings.
const shorten = 30

// TestMain lets many examples run at once: they mostly wait for timers.
func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("test.parallel", "16")
	os.Exit(m.Run())
}

// TestPagesOnNginx runs every example, and what its fixes make of it, through every nginx found: what wslint predicts
// is what happens.
func TestPagesOnNginx(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no long runs against real proxies")
	}
	found := oracle.Find(t)
	pages := readPages(t)
	var ran atomic.Int32
	t.Run("pages", func(t *testing.T) {
		for _, n := range found {
			for _, p := range pages {
				for _, e := range p.examples {
					if e.main == "" {
						continue // no configuration to run
					}
					t.Run(n.Version+"/"+p.rule.Name+"/"+e.name, func(t *testing.T) {
						t.Parallel()
						p.runOn(t, n, e, &ran)
					})
				}
			}
		}
	})
	pages = slices.DeleteFunc(
		pages,
		func(p *page) bool { return !slices.ContainsFunc(p.examples, (*example).nginxAlone) },
	)
	if least := int32(2 * len(pages) * len(found)); ran.Load() < least && !t.Failed() &&
		flag.Lookup("test.run").Value.String() == "" {
		t.Errorf("%d cases ran, want at least %d", ran.Load(), least)
	}
	t.Logf("%d cases ran on %d nginx", ran.Load(), len(found))
}

// runOn runs the example as it is and, if it has fixes, as they leave it.
func (p *page) runOn(t *testing.T, n oracle.Nginx, e *example, ran *atomic.Int32) {
	v, err := nginx.ParseVersion(n.Version)
	if err != nil {
		t.Fatal(err)
	}
	if !e.nginxAlone() {
		t.Skip("a hop of the example has no configuration that could be run")
	}
	if min := e.needs(); !v.AtLeast(min) {
		t.Skipf("the example is for nginx %s", min)
	}
	given := &trial{example: e, page: p, nginx: n, version: v, files: e.files}
	given.run(t)
	ran.Add(1)
	if !e.faulty() {
		return
	}
	result, _ := e.lint(t, e.files)
	fixed, _ := apply(e.files, result.Findings)
	if maps.Equal(fixed, e.files) {
		return
	}
	again, _ := e.lint(t, fixed)
	bad := slices.ContainsFunc(again.Findings, func(f rules.Finding) bool { return f.Severity == rules.Error })
	(&trial{example: e, page: p, nginx: n, version: v, files: fixed, opens: !bad}).run(t)
	ran.Add(1)
}

// nginxAlone reports whether nginx is all that the example is about: nobody can start a cloud here.
func (e *example) nginxAlone() bool { return e.alone("nginx") }

// alone reports whether a proxy of one kind is all that the example is about.
func (e *example) alone(kind string) bool {
	if e.code {
		return false
	}
	if haproxy.Sniff([]byte(e.files[e.main])) != (kind == "haproxy") {
		return false
	}
	if e.files[lint.ConfigName] == "" {
		return true
	}
	c, err := lint.ParseConfig(lint.ConfigName, []byte(e.files[lint.ConfigName]))
	return err != nil || !slices.ContainsFunc(c.Paths, func(d lint.Declared) bool {
		return slices.ContainsFunc(d.Through, func(h lint.Element) bool { return h.Kind != kind })
	})
}

// needs is the version that the example declares, if it is for newer ones only: an older nginx may not know its
// directives.
func (e *example) needs() nginx.Version {
	for i, f := range e.flags {
		if f == "--nginx-version" {
			v, _ := nginx.ParseVersion(e.flags[i+1])
			return v
		}
	}
	return nginx.Version{}
}

// A trial is one configuration on one nginx or HAProxy.
type trial struct {
	*example
	page    *page
	nginx   oracle.Nginx
	haproxy oracle.HAProxy // instead of nginx, if that has no path
	version nginx.Version
	files   map[string]string
	opens   bool // a fixed configuration: the socket opens
}

// alone lets one trial run at a time that runs once more.
var alone sync.Mutex

// run fails where what is predicted is not what happens. A disagreement counts when it is seen twice: on a busy machine
// a proxy may not come to its turn while its timers run.
func (c *trial) run(t *testing.T) {
	said := c.once(t)
	if len(said) > 0 {
		t.Logf("the first time: %s", strings.Join(said, "\n"))
		alone.Lock()
		defer alone.Unlock()
		said = c.once(t)
	}
	for _, s := range said {
		t.Error(s)
	}
}

// once runs the example and returns where it disagrees.
func (c *trial) once(t *testing.T) []string {
	conf := maps.Clone(c.files)
	delete(conf, lint.ConfigName)
	// nginx runs on this host's kernel.
	maps.DeleteFunc(conf, func(name, _ string) bool { return sysctl.IsName(name) })
	reload := c.page.rule == rules.WorkerShutdownCutsTunnels
	if c.nginx.Path == "" {
		return c.onHAProxy(t)
	}
	lab, err := oracle.Rewrite(t, conf, oracle.Options{Main: c.main, Shorten: shorten, Master: reload, Apps: apps(conf)})
	if err != nil && c.page.rule == rules.UnreadableConfig && c.faulty() {
		return nil // it is not even syntax
	} else if err != nil {
		t.Fatal(err)
	}
	lab.NeedStream(t, c.nginx)
	server, err := lab.Start(t, c.nginx)
	var refused *oracle.ConfigError
	switch {
	case errors.As(err, &refused) && c.page.rule == rules.UnreadableConfig && c.faulty():
		return nil
	case err != nil:
		t.Fatal(err)
	case c.page.rule == rules.UnreadableConfig && c.faulty():
		t.Fatal("nginx starts with it")
	}
	return c.observe(t, lab, server, reload)
}

// observe makes every handshake of the example in both browsers' forms.
func (c *trial) observe(t *testing.T, lab *oracle.Lab, server *oracle.Server, reload bool) (said []string) {
	probes, ping := c.probes(t)
	for _, probe := range probes {
		for _, browser := range lint.Browsers {
			probe.Browser, probe.Reload = browser, reload
			if probe.Watch = 0; browser == lint.Browsers[0] {
				probe.Watch = c.watch(lab, ping)
			}
			said = append(said, c.compare(t, lab, server, probe, ping)...)
		}
	}
	return said
}

// watch is how long an open tunnel is looked at: not at all on pages that are not about timers.
func (c *trial) watch(lab *oracle.Lab, ping *lint.Keepalive) time.Duration {
	name := c.page.rule.Name
	if !strings.HasPrefix(name, "idle-") && !strings.Contains(name, "timeout") && !strings.Contains(name, "shutdown") &&
		ping == nil {
		return 0
	}
	return min(3*lab.Longest, 8*time.Second)
}

// probes are the handshakes to make: of the declared paths, else of the endpoints that wslint finds.
func (c *trial) probes(t *testing.T) ([]oracle.Probe, *lint.Keepalive) {
	dir := writeFiles(t, c.files)
	in := c.input(t, dir)
	ping := in.Ping
	var probes []oracle.Probe
	if in.Config != nil {
		if ping == nil {
			ping = in.Config.Keepalive
		}
		for _, d := range in.Config.Paths {
			p := oracle.Probe{URL: d.URL, Protocols: d.Subprotocols}
			for _, h := range d.Headers {
				p.Header = map[string][]string{h.Name: {h.Value}}
			}
			if d.Keepalive != nil {
				ping = d.Keepalive
			}
			probes = append(probes, p)
		}
	}
	if len(probes) == 0 {
		src := source(t, filepath.Join(dir, c.main), c.version)
		list := src.Endpoints()
		if all, ok := src.(interface{ Everywhere() []hop.Endpoint }); ok && len(list) == 0 {
			list = all.Everywhere()
		}
		for _, e := range list {
			probes = append(probes, oracle.Probe{URL: e.Name})
		}
		// Handshakes may come through other servers of the file.
		result, _ := c.lint(t, c.files)
		for _, f := range result.Findings {
			known := func(p oracle.Probe) bool { return p.URL == f.Path }
			if f.Trace != nil && !slices.ContainsFunc(probes, known) {
				probes = append(probes, oracle.Probe{URL: f.Path})
			}
		}
	}
	if len(probes) == 0 {
		t.Fatal("no path to probe: declare one")
	}
	return probes, ping
}

func (c *trial) compare(
	t *testing.T,
	lab *oracle.Lab,
	server *oracle.Server,
	probe oracle.Probe,
	ping *lint.Keepalive,
) (said []string) {
	paths, err := lab.Paths(source(t, filepath.Join(lab.Conf, lab.Main), c.version), probe)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		path.Pings = nil
		if ping != nil && !ping.None {
			talk(path, &probe, ping)
		}
		if u := path.Last().Upstream; u != nil && len(u.Peers) > 1 {
			path.Last().Next.Addr = "" // any of them
		}
	}
	o := server.Observe(t, probe)
	path, _ := oracle.Fits(paths, o)
	diffs, _ := oracle.Compare(path, o)
	say := func(format string, args ...any) {
		said = append(said, fmt.Sprintf("%s in %s: ", probe.URL, probe.Browser)+fmt.Sprintf(format, args...))
	}
	for _, d := range diffs {
		say("%s", d)
	}
	if (c.opens || !c.faulty()) && !o.Opened() {
		say("it is %s %d %s", o.Kind, o.Status, o.Why)
	}
	asked := slices.ContainsFunc(
		path.Hops,
		func(h hop.Hop) bool { return len(h.Subrequests) > 0 },
	) // what another service says is not known
	if kind := path.Handshake().Kind; !c.faulty() && kind != hop.Open && kind != hop.Depends && !asked {
		say("predicted %v for a clean example", path.Handshake())
	}
	return said
}

// talk makes the ends of the tunnel send the declared keepalive, as much faster as the timers are shorter.
func talk(path *hop.Path, probe *oracle.Probe, k *lint.Keepalive) {
	every := k.Every / shorten
	end := &probe.Server
	if k.From == hop.Client {
		end = &probe.Client
	}
	moves := k.From
	if k.Kind == "ping" {
		end.Pings, moves = every, hop.Either
	} else {
		end.Data = every
	}
	path.Pings = []hop.Ping{{Every: hop.Written("keepalive", every, hop.Pos{}), Moves: moves}}
}

// apps makes what is named auth an authentication service that lets everybody pass.
func apps(files map[string]string) map[string]oracle.App {
	list := map[string]oracle.App{}
	for _, text := range files {
		for _, port := range []string{"80", "4000", "9000"} {
			if strings.Contains(text, "http://auth:"+port) {
				list["auth:"+port] = oracle.App{Status: 204}
			}
		}
	}
	return list
}

// source reads a configuration as lint does.
func source(t *testing.T, main string, v nginx.Version) hop.Source {
	t.Helper()
	if text, err := os.ReadFile(main); err == nil && haproxy.Sniff(text) {
		c, err := haproxy.Read(main, haproxy.Options{})
		if err != nil || len(c.Problems) > 0 {
			t.Fatalf("problems %v, %v", c.Problems, err)
		}
		return c
	}
	trees, err := nginx.Read([]string{main}, nil, nginx.Options{Version: v})
	if err != nil || len(trees) != 1 {
		t.Fatalf("%d configurations, %v", len(trees), err)
	}
	return nginx.Compile(trees[0], v)
}
