package main

import (
	"errors"
	"os/exec"
	"path/filepath"

	"github.com/wslint/wslint/internal/workload"
)

// A shape is a project of some size, and what is run in it.
type shape struct {
	name   string
	size   int
	make   func(p *project, size int)
	args   []string // of wslint
	beside rival
	keys   int // pressed in an editor, in place of a run with args; what a shape costs is then that of one
}

// A rival is what reads the same configuration.
type rival string

const (
	nobody  rival = ""
	nginxT  rival = "nginx -t"
	haproxy rival = "haproxy -c"
)

// command is how a rival reads a project; nil where there is none on this machine.
func (r rival) command(dir string) []string {
	switch r {
	case nginxT:
		return []string{
			"nginx", "-t", "-q", "-p", dir, "-e", "stderr", "-c", filepath.Join(dir, "nginx.conf"),
			"-g", "pid " + filepath.Join(dir, "pid") + ";",
		}
	case haproxy:
		return []string{"haproxy", "-c", "-f", filepath.Join(dir, "haproxy.cfg")}
	}
	return nil
}

// A project is a directory in the making.
type project struct{ workload.Project }

// git makes a repository of the project, with all of its files in its first commit.
func (p *project) git() {
	me := []string{"-c", "user.name=bench", "-c", "user.email=bench@example.com"}
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}, append(me, "commit", "-q", "-m", "a")} {
		cmd := exec.Command("git", args...)
		cmd.Dir = p.Dir
		p.Err = errors.Join(p.Err, cmd.Run())
	}
}

var (
	onNginx   = []string{"check", "nginx.conf"}
	onHAProxy = []string{"check", "haproxy.cfg"}
	// balancers is how many load balancers the snapshot of an organisation has.
	balancers = 100_000
)

// shapes are what is measured, in the order of the table.
var shapes = []shape{
	{name: "start-up: wslint version", make: nothing, args: []string{"version"}},
	{name: "nginx: one small file", make: smallFile, args: onNginx, beside: nginxT},
	{name: "haproxy: one small file", size: 1, make: backends, args: onHAProxy, beside: haproxy},
	{name: "hook: one changed of 10,000 files", size: 200, make: hooked, args: changed(1)},
	{name: "hook: 50 changed of 10,000 files", size: 200, make: hooked, args: changed(50)},
	{name: "editor: a keystroke in 10,000 lines", size: 550, make: generated, keys: 20},
	{name: "editor: a keystroke in a tree of 1,000 files", size: 1000, make: included, keys: 20},

	{name: "nginx: 1,000 generated servers", size: 1000, make: generated, args: onNginx, beside: nginxT},
	{name: "nginx: 10,000 generated servers", size: 10_000, make: generated, args: onNginx, beside: nginxT},
	{name: "nginx: 100,000 generated servers", size: 100_000, make: generated, args: onNginx, beside: nginxT},
	{name: "nginx: 20,000 servers with a finding each", size: 20_000, make: faulty, args: onNginx, beside: nginxT},
	{name: "nginx: 1,000 varied includes", size: 1000, make: included, args: onNginx, beside: nginxT},
	{name: "nginx: 2,000 varied includes", size: 2000, make: included, args: onNginx, beside: nginxT},
	{name: "nginx: 2,000 servers that share snippets", size: 2000, make: snippets, args: onNginx, beside: nginxT},
	{name: "nginx: 20 chains of 100 includes", size: 20, make: chained, args: onNginx, beside: nginxT},
	{name: "nginx: 3,000 regex locations", size: 3000, make: patterns, args: onNginx, beside: nginxT},
	{name: "nginx: 30,000 locations in one server", size: 30_000, make: locations, args: onNginx, beside: nginxT},
	{name: "nginx: 80,000 server names", size: 80_000, make: names, args: onNginx, beside: nginxT},

	{name: "haproxy: 1,250 backends", size: 1250, make: backends, args: onHAProxy, beside: haproxy},
	{name: "haproxy: 5,000 backends", size: 5000, make: backends, args: onHAProxy, beside: haproxy},
	{name: "haproxy: 20,000 backends", size: 20_000, make: backends, args: onHAProxy, beside: haproxy},
	{
		name: "haproxy: 5,000 backends with a finding each", size: 5000, make: faultyBackends,
		args: onHAProxy, beside: haproxy,
	},
	{name: "haproxy: 2,000 frontends with two hosts each", size: 2000, make: frontends, args: onHAProxy, beside: haproxy},
	{name: "haproxy: 3,000 named ACLs", size: 3000, make: named, args: onHAProxy, beside: haproxy},
	{name: "haproxy: 5,000 hosts in a map", size: 5000, make: mapped, args: onHAProxy, beside: haproxy},
	{name: "haproxy: 2,000 binds of one frontend", size: 2000, make: binds, args: onHAProxy, beside: haproxy},
	{name: "haproxy: 3,000 expressions that backtrack", size: 3000, make: backtracking, args: onHAProxy, beside: haproxy},

	{
		name: "aws: a snapshot of 100,000 load balancers", size: balancers, make: snapshot,
		args: []string{"audit", "--ping", "75s", "--no-config", "--from", "lbs.json"},
	},
}

func nothing(*project, int) {}
