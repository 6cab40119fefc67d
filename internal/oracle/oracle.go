// Package oracle holds predictions against the real thing: it starts a real nginx on loopback with a given
// configuration, sends it a real WebSocket handshake and tells what came of it. It is imported by tests only.
//
// The way through it:
//
//	// Lab ports, shorter timers, applications on loopback; lab.Files is exactly what runs.
//	lab, err := oracle.Rewrite(t, files, oracle.Options{Shorten: 60})
//	server, err := lab.Start(t, nginx)
//	seen := server.Observe(oracle.Probe{URL: "ws://chat.example.com/ws"})
//	// The path was predicted from lab.Files and lab.Request.
//	diffs, skipped := oracle.Compare(path, seen)
//
// Predictions are made from the rewritten text, so the rewriting may change what a configuration means; it must only
// not hide it.
package oracle

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/wslint/wslint/internal/truth"
)

// An Nginx is an nginx binary.
type Nginx struct {
	Path    string
	Version string // "1.22.1"
	stream  string // the stream module to load; "" when it is built in or absent
	// noStream says that stream blocks cannot be run: the module is neither built in nor found.
	noStream bool
}

var (
	versionLine = regexp.MustCompile(`nginx version: \S+?/(\d+\.\d+\.\d+)`)
	builtIn     = regexp.MustCompile(`--with-stream(\s|$)`)
	modulesPath = regexp.MustCompile(`--modules-path=(\S+)`)
)

// Find returns the nginx on PATH and those that the environment variable WSLINT_OTHER_NGINX names, one after a colon
// each. Without any it skips t, or fails it when WSLINT_REQUIRE_NGINX is 1, so that no run can pass by having tested
// nothing.
func Find(t testing.TB) []Nginx {
	t.Helper()
	var found []Nginx
	for _, name := range append([]string{"nginx"}, filepath.SplitList(os.Getenv("WSLINT_OTHER_NGINX"))...) {
		n, err := inspect(name)
		if err != nil && name != "nginx" {
			t.Fatalf("WSLINT_OTHER_NGINX: %v", err)
		}
		if err == nil {
			found = append(found, n)
		}
	}
	if len(found) > 0 {
		return found
	}
	truth.Missing(t, "NGINX", "no nginx on PATH: predictions are not held against a real one")
	return nil
}

func inspect(name string) (Nginx, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		// Debian keeps it where a user's PATH does not look.
		if path, err = exec.LookPath("/usr/sbin/" + name); err != nil {
			return Nginx{}, err
		}
	}
	out, err := exec.Command(path, "-V").CombinedOutput()
	if err != nil {
		return Nginx{}, err
	}
	n := Nginx{Path: path}
	if m := versionLine.FindSubmatch(out); m != nil {
		n.Version = string(m[1])
	}
	// A binary that was unpacked beside the system's own has its modules beside itself too.
	candidates := []string{filepath.Join(filepath.Dir(path), "root/usr/lib/nginx/modules")}
	if m := modulesPath.FindSubmatch(out); m != nil {
		candidates = append(candidates, string(m[1]))
	}
	n.noStream = !builtIn.Match(out)
	for _, dir := range candidates {
		module := filepath.Join(dir, "ngx_stream_module.so")
		if _, err := os.Stat(module); err == nil {
			n.stream, n.noStream = module, false
			break
		}
	}
	return n, nil
}

// StreamModule is the file to load for stream blocks, "" when the nginx needs none or has none.
func (n Nginx) StreamModule() string { return n.stream }

// NeedStream skips t, or fails it when WSLINT_REQUIRE_STREAM is 1, where the configuration of l has a stream block
// and n cannot run it: Debian keeps that module in a package of its own, libnginx-mod-stream.
func (l *Lab) NeedStream(t testing.TB, n Nginx) {
	t.Helper()
	if !l.usesStream || !n.noStream {
		return
	}
	truth.Missing(t, "STREAM", "this nginx has no stream module (Debian: libnginx-mod-stream)")
}
