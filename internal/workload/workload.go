// Package workload makes projects that are large or hostile, runs programs in them, and says what these took. The
// commands attacks and bench are made of it.
package workload

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A Project is a directory in the making.
type Project struct {
	Dir string
	Err error // what went wrong so far
}

// File writes a file of the project; name is relative to its directory.
func (p *Project) File(name, text string) {
	name = filepath.Join(p.Dir, name)
	p.Err = errors.Join(p.Err, os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600))
}

// Repeat is a text n times, with the number of the turn in the place of each #.
func Repeat(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// Build builds wslint as it is released (see Dockerfile) into a directory; the current one is the repository's.
func Build(dir string) (binary string, err error) {
	binary = filepath.Join(dir, "wslint")
	args := []string{"build", "-trimpath", "-tags=urfave_cli_no_docs", "-ldflags=-s", "-o", binary, "./cmd/wslint"}
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return binary, nil
}

// Make has this program make a project, in a directory of its own below dir: it is called with -make and the name.
// Another process does it, since what a process holds when it starts another one counts as memory of that, too.
func Make(dir, name string) (project string, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	if project, err = os.MkdirTemp(dir, "project"); err != nil {
		return "", err
	}
	maker := exec.Command(self, "-make", name)
	maker.Dir, maker.Stderr = project, os.Stderr
	return project, maker.Run()
}

// A Cost is what one run of a program took.
type Cost struct {
	Elapsed time.Duration
	CPU     time.Duration // of the processor, which others on the machine hardly count for
	Memory  int64         // at its peak, in bytes; 0 where the system does not tell
}

// Of is the cost of a process that ended.
func Of(s *os.ProcessState, elapsed time.Duration) Cost {
	return Cost{elapsed, s.UserTime() + s.SystemTime(), peak(s)}
}

// Run runs a program in a directory until it ends or ctx does. The error is nil where it ran, whatever its exit code;
// output is what it wrote.
func Run(ctx context.Context, dir, name string, args ...string) (c Cost, code int, output string, err error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var out bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &out
	begin := time.Now()
	err = cmd.Run()
	if cmd.ProcessState == nil {
		return c, 0, "", err
	}
	return Of(cmd.ProcessState, time.Since(begin)), cmd.ProcessState.ExitCode(), out.String(), nil
}
