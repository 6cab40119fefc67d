package oracle

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/truth"
)

// An HAProxy is an haproxy binary.
type HAProxy struct {
	Path    string
	Version string // "2.6.12"
}

var haproxyVersion = regexp.MustCompile(`HAProxy version (\d+\.\d+\.\d+)`)

// FindHAProxy returns the haproxy of this machine. Without one it skips t, or fails it when WSLINT_REQUIRE_HAPROXY is
// 1, so that no run can pass by having tested nothing.
func FindHAProxy(t testing.TB) HAProxy {
	t.Helper()
	return FindHAProxies(t)[0]
}

// FindHAProxies returns the haproxy of this machine and those that the environment variable WSLINT_OTHER_HAPROXY
// names, one after a colon each.
func FindHAProxies(t testing.TB) (found []HAProxy) {
	t.Helper()
	for _, name := range []string{"haproxy", "/usr/sbin/haproxy"} {
		if h, err := inspectHAProxy(name); err == nil {
			found = append(found, h)
			break
		}
	}
	for _, name := range filepath.SplitList(os.Getenv("WSLINT_OTHER_HAPROXY")) {
		h, err := inspectHAProxy(name)
		if err != nil {
			t.Fatalf("WSLINT_OTHER_HAPROXY: %v", err)
		}
		found = append(found, h)
	}
	if len(found) > 0 {
		return found
	}
	truth.Missing(t, "HAPROXY", "no haproxy on this machine: predictions are not held against a real one")
	return nil
}

func inspectHAProxy(name string) (HAProxy, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return HAProxy{}, err
	}
	out, err := exec.Command(path, "-v").CombinedOutput()
	if err != nil {
		return HAProxy{}, err
	}
	h := HAProxy{Path: path}
	if m := haproxyVersion.FindSubmatch(out); m != nil {
		h.Version = string(m[1])
	}
	return h, nil
}

// Accepts reports whether haproxy -c accepts a configuration, and what it says.
func (h HAProxy) Accepts(file string) (ok bool, message string) {
	out, err := Offline(h.Path, "-c", "-f", file)
	return err == nil, string(out)
}

// StartHAProxy runs exactly lab.Files in an HAProxy that listens when it returns, and that ends with t. The error is
// a *ConfigError when HAProxy does not accept the configuration.
func (l *Lab) StartHAProxy(t testing.TB, h HAProxy) (*Server, error) {
	cmd := exec.Command(h.Path, "-db", "-f", filepath.Join(l.Conf, l.Main))
	s, err := l.run(t, cmd, softStop, firstAlert, l.listening)
	if err == nil && l.checks {
		time.Sleep(500 * time.Millisecond)
	}
	return s, err
}

// listening reports whether every listener takes connections.
func (l *Lab) listening() bool {
	for _, addr := range l.Listeners {
		network := "tcp"
		if strings.HasPrefix(addr, "unix:") {
			network, addr = "unix", addr[5:]
		}
		conn, err := net.DialTimeout(network, addr, time.Second)
		if err != nil {
			return false
		}
		conn.Close()
	}
	return true
}

// firstAlert is the first thing that HAProxy refuses.
func firstAlert(stderr string) string {
	for line := range strings.Lines(stderr) {
		if strings.HasPrefix(line, "[ALERT]") {
			return strings.TrimSpace(line)
		}
	}
	return "haproxy ended: " + strings.TrimSpace(stderr)
}
