package oracle

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A Server is a proxy that runs a lab's configuration.
type Server struct {
	Lab     *Lab
	process *exec.Cmd
	ended   chan struct{}
	stderr  bytes.Buffer
	reload  syscall.Signal // what makes the proxy take over a new configuration
}

// A ConfigError says that nginx refused the configuration.
type ConfigError struct{ Message string } // "[emerg] unknown directive ..."

func (e *ConfigError) Error() string { return e.Message }

// Start runs exactly lab.Files in an nginx that listens when Start returns, and that ends with t. The error is a
// *ConfigError when nginx does not accept the configuration.
func (l *Lab) Start(t testing.TB, n Nginx) (*Server, error) {
	pid := filepath.Join(l.dir, "nginx.pid")
	os.Remove(pid)
	cmd := exec.Command(n.Path, "-p", l.dir+"/", "-c", filepath.Join(l.Conf, l.Main), "-g", l.directives(n, pid))
	return l.run(t, cmd, syscall.SIGHUP, firstError, func() bool {
		// nginx writes its pid when all its sockets listen.
		b, err := os.ReadFile(pid)
		return err == nil && bytes.HasSuffix(b, []byte("\n"))
	})
}

// run starts a proxy that ends with t, and waits until it is up. Reload is what makes it take over a new
// configuration; refused finds in what it printed why it did not start.
func (l *Lab) run(
	t testing.TB, cmd *exec.Cmd, reload syscall.Signal, refused func(string) string, up func() bool,
) (*Server, error) {
	s := &Server{Lab: l, process: cmd, ended: make(chan struct{}), reload: reload}
	cmd.Stderr = &s.stderr
	cmd.SysProcAttr = endsWithParent()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		cmd.Wait()
		close(s.ended)
	}()
	t.Cleanup(func() { s.stop(t) })
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		if up() {
			return s, nil
		}
		select {
		case <-s.ended:
			return nil, &ConfigError{refused(s.stderr.String())}
		case <-time.After(2 * time.Millisecond):
		}
	}
	return nil, fmt.Errorf("%s does not start within 20 s", filepath.Base(cmd.Path))
}

// directives are the main-level directives of the lab; the configuration's own were taken out.
func (l *Lab) directives(n Nginx, pid string) string {
	d := []string{"daemon off", "pid " + pid, "error_log " + l.errorLog() + " info"}
	if l.Master {
		d = append(d, "worker_processes 1")
		if os.Geteuid() == 0 {
			// Workers would otherwise become a user who cannot look into the lab's directory.
			d = append(d, "user root")
		}
	} else {
		d = append(d, "master_process off")
	}
	if n.stream != "" && l.usesStream {
		d = append(d, "load_module "+n.stream)
	}
	return strings.Join(d, "; ") + ";"
}

func (l *Lab) errorLog() string { return filepath.Join(l.dir, "error.log") }

// Log is what nginx has written to its error log.
func (s *Server) Log() string {
	b, _ := os.ReadFile(s.Lab.errorLog())
	return string(b)
}

// Reload sends HUP to the master process of nginx: a new worker takes over, the old one keeps its tunnels until they
// end. HAProxy is sent what a reload sends to the old process, which then stops listening and keeps its tunnels.
func (s *Server) Reload() error {
	if s.reload == syscall.SIGHUP && !s.Lab.Master {
		return errors.New("a reload needs Options.Master")
	}
	return s.process.Process.Signal(s.reload)
}

func (s *Server) stop(t testing.TB) {
	s.process.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(5 * time.Second):
		s.process.Process.Kill()
		<-s.ended
	}
	if t.Failed() {
		t.Logf("configuration:\n%s\nerror log:\n%s%s", s.Lab.Text(), s.stderr.String(), tail(s.Log(), 30))
	}
}

func tail(text string, lines int) string {
	all := strings.SplitAfter(text, "\n")
	return strings.Join(all[max(0, len(all)-lines):], "")
}

// firstError is the first message of level error or above.
func firstError(stderr string) string {
	for line := range strings.Lines(stderr) {
		if i := strings.Index(line, "[emerg]"); i >= 0 {
			return strings.TrimSpace(line[i:])
		}
	}
	return fmt.Sprintf("nginx ended: %s", strings.TrimSpace(stderr))
}
