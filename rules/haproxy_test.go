package rules_test

import (
	"flag"
	"maps"
	"sync/atomic"
	"testing"

	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/rules"
)

// TestPagesOnHAProxy runs the examples that are about HAProxy, and what their fixes make of them, through a real one.
func TestPagesOnHAProxy(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no long runs against real proxies")
	}
	h := oracle.FindHAProxy(t)
	var ran atomic.Int32
	t.Run("pages", func(t *testing.T) {
		for _, p := range readPages(t) {
			for _, e := range p.examples {
				if !e.alone("haproxy") || p.rule == rules.UnreadableConfig {
					continue
				}
				t.Run(p.rule.Name+"/"+e.name, func(t *testing.T) {
					t.Parallel()
					given := &trial{example: e, page: p, haproxy: h, files: e.files}
					given.run(t)
					ran.Add(1)
					result, _ := e.lint(t, e.files)
					if fixed, _ := apply(e.files, result.Findings); e.faulty() && !maps.Equal(fixed, e.files) {
						(&trial{example: e, page: p, haproxy: h, files: fixed}).run(t)
						ran.Add(1)
					}
				})
			}
		}
	})
	if ran.Load() < 2 && !t.Failed() && flag.Lookup("test.run").Value.String() == "" {
		t.Errorf("%d cases ran, want at least 2", ran.Load())
	}
	t.Logf("%d cases ran on HAProxy %s", ran.Load(), h.Version)
}

// onHAProxy is once for an example about HAProxy.
func (c *trial) onHAProxy(t *testing.T) []string {
	lab, err := oracle.RewriteHAProxy(t, c.files[c.main], oracle.Options{Shorten: shorten})
	if err != nil {
		t.Fatal(err)
	}
	server, err := lab.StartHAProxy(t, c.haproxy)
	if err != nil {
		t.Fatal(err)
	}
	return c.observe(t, lab, server, false)
}
