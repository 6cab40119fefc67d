package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// typed are command lines with the tab key in them, and what the completed commands print.
var typed = []struct{ line, want string }{
	{"wslint expl\tidle-timeout-bel\t", "idle-timeout-below-ping"},
	{"wslint ho\t --format=js\t", `"cloudfront"`},
	{"wslint hops --fo\tjso\t", `"cloudfront"`},
	{"wslint check --severity connection-not-u\tinf\t nginx-l\t", `info\[connection-not-upgrade\]`},
	{"wslint nginx-l\t --sk\tconnection-not-u\t --severity=http-1.0-to-b\twarn\t", `no findings`},
	{"wslint check --out\tmarkd\t a\\ b/\t", "connection-not-upgrade"},
}

// TestInteractiveCompletion types into real shells on a terminal.
func TestInteractiveCompletion(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: shells start wslint again and again")
	}
	for shell, c := range map[string]struct{ args, start string }{
		"bash": {"bash --noprofile --norc -i", "source <(wslint completion bash)"},
		"zsh":  {"zsh -f -i", "autoload -U compinit; compinit -u -D; source <(wslint completion zsh)"},
	} {
		t.Run(shell, func(t *testing.T) {
			needProgram(t, shell)
			needProgram(t, "script")
			dir := t.TempDir()
			write(t, filepath.Join(dir, "nginx-local.conf"), faulty)
			write(t, filepath.Join(dir, "a b", "nginx.conf"), faulty)
			s := startShell(t, dir, c.args)
			s.run(t, c.start)
			for _, x := range typed {
				if got := s.run(t, x.line); !regexp.MustCompile(x.want).MatchString(got) {
					t.Errorf("%q gives\n%s", x.line, got)
				}
			}
		})
	}
}

// A shell is one on a terminal.
type shell struct {
	in     io.Writer
	out    chan []byte
	cancel func()
}

func startShell(t *testing.T, dir, command string) *shell {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	cmd := exec.CommandContext(ctx, "script", "-q", "-f", "-e", "-c", command, "/dev/null")
	cmd.Dir, cmd.Env = dir, append(
		os.Environ(),
		"TERM=dumb",
		"HOME="+dir,
		"PS1=> ",
		"PROMPT=> ",
		"HISTFILE=/dev/null",
		"COLUMNS=1000",
	)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &shell{in: in, out: make(chan []byte), cancel: cancel}
	go func() {
		defer close(s.out)
		for {
			b := make([]byte, 4096)
			n, err := out.Read(b)
			if n > 0 {
				s.out <- b[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		for range s.out {
		}
		cmd.Wait()
	})
	return s
}

// run types a line and returns what the terminal shows until the command behind it is done.
func (s *shell) run(t *testing.T, line string) string {
	t.Helper()
	// What is typed does not look like what it prints.
	if _, err := io.WriteString(s.in, line+" ; echo do''ne\n"); err != nil {
		t.Fatal(err)
	}
	var shown bytes.Buffer
	for b := range s.out {
		shown.Write(b)
		if strings.Contains(shown.String(), "done\r\n") {
			return shown.String()
		}
	}
	t.Fatalf("%q does not end:\n%s", line, shown.String())
	return ""
}

func TestFishCompletion(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: shells start wslint again and again")
	}
	needProgram(t, "fish")
	t.Chdir(t.TempDir())
	write(t, "nginx-local.conf", faulty)
	for line, want := range map[string]string{
		"wslint expl": "explain\texplain a rule, a close code, an HTTP status or " +
			"a setting\n",
		"wslint explain connection-not-u":                  "connection-not-upgrade\t",
		"wslint hops --format=js":                          "--format=json\n",
		"wslint hops --format js":                          "json\n",
		"wslint check --sev":                               "--severity\tRULE=error|warning|info: ",
		"wslint check --severity connection-not-upgrade=w": "connection-not-upgrade=warning\n",
		"wslint nginx-l":                                   "nginx-local.conf\n",
		"wslint check nginx-l":                             "nginx-local.conf\n",
	} {
		cmd := exec.Command("fish", "--no-config", "-c", "wslint completion fish | source; complete -C $argv[1]", line)
		cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.HasPrefix(string(out), want) || strings.Count(string(out), "\n") != 1 {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
	}
}
