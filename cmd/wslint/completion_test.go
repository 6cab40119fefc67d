package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// TestCompletion is the protocol between the scripts and wslint; bash, zsh and fish are tested with it elsewhere,
// PowerShell is not.
func TestCompletion(t *testing.T) {
	for line, want := range map[string]string{
		"co":                                 "config codes completion",
		"--fo":                               "--format",
		"--format s":                         "sarif",
		"check --format=s":                   "--format=sarif",
		"check -format=s":                    "-format=sarif",
		"trace --format s":                   "svg",
		"trace wss://a/ x --browser ":        "chrome firefox firefox-115",
		"check --output j":                   "json junit",
		"check --fail-on e":                  "error",
		"check --severity zero-t":            "zero-timeout=",
		"check --severity zero-timeout=":     "zero-timeout=error zero-timeout=warning zero-timeout=info",
		"check --severity=zero-timeout=e":    "--severity=zero-timeout=error",
		"check --rule zero-t":                "zero-timeout",
		"why --app socketi":                  "socketio",
		"why --code 101":                     "1010 1011 1012 1013 1014 1015",
		"explain 100":                        "1000 1001 1002 1003 1004 1005 1006 1007 1008 1009",
		"explain zero-t":                     "zero-timeout",
		"config ":                            "init show schema validate",
		"config validate ":                   "",
		"completion z":                       "zsh",
		"help ho":                            "hops",
		"check ":                             "",
		"check --config ":                    "",
		"check --ping ":                      "",
		"check -- --f":                       "",
		"check --nonsense=":                  "",
		"nginx.conf --exi":                   "--exit-zero",
		"--ping 25s check --baseli":          "--baseline",
		"rules --":                           "--format --help",
		"audit --ping-kind p":                "ping pong",
		"check --min-confidence nginx.conf ": "",
	} {
		words := strings.Split(line, " ")
		last := len(words) - 1
		words[last] = completeFlag + words[last]
		code, stdout, stderr := runMain("", words...)
		var got []string
		for l := range strings.Lines(stdout) {
			word, _, _ := strings.Cut(strings.TrimSuffix(l, "\n"), "\t")
			got = append(got, word)
		}
		if code != exitClean || stderr != "" || strings.Join(got, " ") != want {
			t.Errorf("%q offers %q, want %q; %d, %s", line, got, want, code, stderr)
		}
	}
}

// TestOfferedValues: what is offered is accepted.
func TestOfferedValues(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "nginx.conf", faulty)
	tried := 0
	for command, args := range map[string][]string{
		"check": {"nginx.conf"}, "baseline": {"nginx.conf"}, "trace": {"ws://localhost/ws", "nginx.conf"},
		"why": {"--after", "60s", "nginx.conf"}, "explain": {"1006"}, "hops": nil, "apps": nil,
	} {
		cmd := (&Command{}).app().Command(command)
		for _, f := range cmd.Flags {
			for _, v := range append(values(cmd, f, ""), values(cmd, f, "zero-timeout=")...) {
				if strings.HasSuffix(v.word, "=") {
					continue
				}
				tried++
				call := append([]string{command, "--" + f.Names()[0], v.word}, args...)
				if strings.HasPrefix(f.Names()[0], "ping-") {
					call = append(call, "--ping", "25s")
				}
				if code, _, stderr := runMain("", call...); code == exitUsage {
					t.Errorf("%q: %s", call, stderr)
				}
			}
		}
	}
	if tried < 200 {
		t.Errorf("%d values", tried)
	}
}

// TestEveryChoiceIsOffered: a flag whose usage lists values offers them.
func TestEveryChoiceIsOffered(t *testing.T) {
	app := (&Command{}).app()
	for _, cmd := range app.Commands {
		if !slices.ContainsFunc(
			candidates(app, nil, ""),
			func(c candidate) bool { return c.word == cmd.Name && c.what != "" },
		) {
			t.Errorf("%s is not offered", cmd.Name)
		}
		for _, f := range cmd.Flags {
			_, isText := f.(*cli.StringFlag)
			if isText && strings.Contains(usage(f), "|") && len(values(cmd, f, "")) < 2 {
				t.Errorf("%s --%s: %s", cmd.Name, f.Names()[0], usage(f))
			}
		}
	}
	if !slices.IsSorted(shells) {
		t.Error(shells)
	}
}
