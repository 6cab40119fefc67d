package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/urfave/cli/v2"
)

var update = flag.Bool("update", false, "rewrite the output in testdata/scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"wslint": func() {
		c := newCommand()
		// What this machine has below /etc is no part of a story.
		c.SystemDirs = filepath.SplitList(os.Getenv("SYSTEM_DIRS"))
		os.Exit(c.Main(os.Args))
	}})
}

// TestScripts runs the stories of testdata/scripts: what a user types and what comes back.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "../../testdata/scripts",
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			top, err := filepath.Abs("../..")
			e.Setenv("TOP", top)
			return err
		},
		Condition: program,
		// Exit codes are part of the contract: "exit 2 wslint check" runs a command and wants its code.
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exit": wantExit},
	})
}

// programs are those that stories run, and the variable that makes the absence of one a failure.
var programs = map[string]string{
	"pre-commit": "WSLINT_REQUIRE_PRECOMMIT", "nginx": "WSLINT_REQUIRE_NGINX", "nvim": "WSLINT_REQUIRE_NVIM",
	"actionlint": "WSLINT_REQUIRE_ACTIONLINT", "bash": "WSLINT_REQUIRE_SHELLS", "zsh": "WSLINT_REQUIRE_SHELLS",
	"fish": "WSLINT_REQUIRE_SHELLS", "script": "WSLINT_REQUIRE_SHELLS", "jq": "WSLINT_REQUIRE_JQ",
	"git": "WSLINT_REQUIRE_GIT",
}

// program answers the condition [program:NAME].
func program(cond string) (bool, error) {
	name, _ := strings.CutPrefix(cond, "program:")
	required, known := programs[name]
	if !known {
		return false, fmt.Errorf("unknown condition %s", cond)
	}
	_, err := exec.LookPath(name)
	if err != nil && os.Getenv(required) == "1" {
		return false, fmt.Errorf("%s is set: %w", required, err)
	}
	return err == nil, nil
}

// needProgram skips a test without a program.
func needProgram(t testing.TB, name string) {
	t.Helper()
	if found, err := program("program:" + name); err != nil {
		t.Fatal(err)
	} else if !found {
		t.Skip(name + " is not installed")
	}
}

func wantExit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	if e, ok := err.(interface{ ExitCode() int }); ok {
		code = string(rune('0' + e.ExitCode()))
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s", code, args[0])
	}
}

// runMain runs one command line within this process.
func runMain(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	c := Command{Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &err, Getenv: func(string) string { return "" }}
	code = c.Main(append([]string{"wslint"}, args...))
	return code, out.String(), err.String()
}

// TestErrorsAreOneLine: whatever is wrong with a command line, it is one line on stderr, nothing on stdout and exit
// code 2.
func TestErrorsAreOneLine(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range []string{
		"chek", "nginx.cnf", "./x", "--nope", "check --nope .", "check --ping 25 .", "check --ping", "check --ping --json .",
		"check --format xml .",
		"check --fail-on often .", "check --color sometimes .", "check --context worker .", "check --map a .",
		"check --define a .", "check --nginx-version new .",
		"check --config gone.yaml .", "check --config a --no-config .", "check --ping-from server .",
		"check --ping 25s --ping-from proxy .",
		"check --ping 25s --ping-kind pang .", "trace", "trace wss://a/", "trace http://a/ .",
		"trace --browser opera wss://a/ .", "trace --header Origin wss://a/ .",
		"trace --client me wss://a/ .", "explain", "explain a b", "explain nope", "explain ../rules", "rules x", "version x",
		"help nope", "check --verbose=perhaps .",
	} {
		code, stdout, stderr := runMain("", strings.Fields(args)...)
		if code != exitUsage || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "wslint: ") {
			t.Errorf("wslint %s: code %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
}

// TestHelp: every way to ask for help gives it, on stdout, with exit code 0.
func TestHelp(t *testing.T) {
	for args, want := range map[string]string{
		"--help": "Exit codes:", "-h": "Exit codes:", "help": "Exit codes:", "help check": "--fail-on",
		"check --help": "--fail-on", "check -h": "--fail-on",
		"audit --help": "--print-iam-policy", "snapshot -h": "--accounts", "trace --help": "--subprotocol",
		"trace wss://a/ x.conf -h": "--subprotocol", "explain -h": "RULE", "rules --help": "list all rules",
		"--version": "wslint ",
	} {
		code, stdout, stderr := runMain("", strings.Fields(args)...)
		if code != exitClean || stderr != "" || !strings.Contains(stdout, want) {
			t.Errorf("wslint %s: code %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
}

// TestHelpNamesCommands: no command is missing in the help.
func TestHelpNamesCommands(t *testing.T) {
	_, help, _ := runMain("", "--help")
	for _, cmd := range (&Command{}).app().Commands {
		if name := cmd.Name; !strings.Contains(help, "wslint "+name) && !strings.Contains(help, "wslint ["+name+"]") {
			t.Errorf("wslint %s is not in the help", name)
		}
	}
}

func TestParseCall(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, file := range []string{"a.conf", "b.conf", "-dash"} {
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	app := (&Command{}).app()
	for in, want := range map[string]string{
		"":                                    "w check --",
		"a.conf":                              "w check -- a.conf",
		"-":                                   "w check -- -",
		"check a.conf --format json b.conf":   "w check --format json -- a.conf b.conf",
		"a.conf --ping=25s --verbose b.conf":  "w check --ping=25s --verbose -- a.conf b.conf",
		"--format json check a.conf":          "w check --format json -- a.conf",
		"--verbose":                           "w check --verbose --",
		"check -- -dash --format":             "w check -- -dash --format",
		"-- -dash":                            "w check -- -dash",
		"--format json -- check":              "w check --format json -- check",
		"trace wss://a/ a.conf --header=-x:y": "w trace --header=-x:y -- wss://a/ a.conf",
		"trace --header Host:b wss://a/ --ping 5s x": "w trace --header Host:b --ping 5s -- wss://a/ x",
		"check --ping 25s -":                         "w check --ping 25s -- -",
	} {
		c, err := parseCall(app, strings.Fields(in))
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		if got := strings.Join(c.args("w"), " "); got != want {
			t.Errorf("%q:\n got %s\nwant %s", in, got, want)
		}
	}
}

// TestCommasStay: header values and definitions hold commas, and a repeated flag adds to the first.
func TestCommasStay(t *testing.T) {
	app := (&Command{}).app()
	var got []string
	app.Command("trace").Action = func(x *cli.Context) error {
		got = x.StringSlice("header")
		return nil
	}
	c, err := parseCall(app, []string{"trace", "--header", "A: b, c", "ws://a/", "x", "--header", "D: e"})
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Run(c.args("wslint")); err != nil {
		t.Fatal(err)
	}
	if want := []string{"A: b, c", "D: e"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestSummaryRoom: what GitHub takes of one step is not exceeded, and a page that is full stays as it is.
func TestSummaryRoom(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("nginx.conf", []byte(faulty), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{0, maxSummary - 300, maxSummary - 1, maxSummary, maxSummary + 1} {
		if err := os.WriteFile("page", make([]byte, size), 0o644); err != nil {
			t.Fatal(err)
		}
		c := Command{
			Stdout: &bytes.Buffer{},
			Stderr: &bytes.Buffer{},
			Getenv: func(name string) string { return map[string]string{"GITHUB_STEP_SUMMARY": "page"}[name] },
		}
		if code := c.Main([]string{"wslint", "check", "--no-config", "--format", "github",
			"nginx.conf"}); code != exitFindings {
			t.Fatalf("code %d, %s", code, c.Stderr)
		}
		info, err := os.Stat("page")
		if err != nil || info.Size() > int64(max(size, maxSummary)) || size < maxSummary && info.Size() == int64(size) {
			t.Errorf("%d bytes became %d: %v", size, info.Size(), err)
		}
	}
}
