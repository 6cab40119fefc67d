package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/truth"
)

// TestDescribe: what the Go command records of each way to build.
func TestDescribe(t *testing.T) {
	built := runtime.Version() + ", " + runtime.GOOS + "/" + runtime.GOARCH + ")"
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef0123456789abcdef01234567"}
	day := debug.BuildSetting{Key: "vcs.time", Value: "2026-11-30T08:09:10Z"}
	changed := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	for _, c := range []struct {
		how  string
		info *debug.BuildInfo
		want string
	}{
		{"a release", info("v1.2.3", commit, day), "v1.2.3 (commit 0123456789ab of 2026-11-30, " + built},
		{"go install …@v1.2.3", info("v1.2.3"), "v1.2.3 (" + built},
		{"a clone", info("(devel)", commit, day, changed), "devel (commit 0123456789ab of 2026-11-30 with changes, " + built},
		{"without git", info(""), "devel (" + built},
		{"without anything", nil, "devel (" + built},
	} {
		if got := describe(c.info); got != c.want {
			t.Errorf("%s: %q, want %q", c.how, got, c.want)
		}
	}
}

func info(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
	return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: settings}
}

// TestVersionOfClone builds the program in a clone with a tag, as a release is.
func TestVersionOfClone(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: building takes seconds")
	}
	if _, err := exec.LookPath("git"); err != nil {
		truth.Missing(t, "GIT", err.Error())
	}
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %s", args, out)
		}
	}
	top, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	git("init", "-q")
	// A module with the two files that know the version, so that nothing else has to be compiled.
	for name, text := range map[string]string{
		"go.mod": "module example.com/wslint\n\ngo 1.26\n", "main.go": "package main\n\nimport (\n\t\"fmt\"\n\t" +
			"\"runtime/debug\"\n)\n\nfunc main() {\n\tinfo, _ := debug.ReadBuildInfo()\n\tfmt.Println(describe(info))\n}\n",
		"version.go": withoutCommand(read(t, filepath.Join(top, "cmd", "wslint", "version.go"))),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	git("add", ".")
	git("commit", "-q", "-m", "one")
	git("tag", "v1.2.3")
	cmd := exec.Command("go", "run", "-buildvcs=true", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	text := string(out)
	if err != nil || !strings.HasPrefix(text, "v1.2.3 (commit ") || !strings.Contains(text, runtime.Version()) {
		t.Errorf("%v: %s", err, out)
	}
}

// withoutCommand is version.go without the command, which needs the rest of the program.
func withoutCommand(src string) string {
	head, rest, _ := strings.Cut(src, "func (c *Command) version()")
	_, rest, _ = strings.Cut(rest, "\n}\n")
	for _, path := range []string{"errors", "fmt", "github.com/urfave/cli/v2"} {
		head = strings.Replace(head, "\t\""+path+"\"\n", "", 1)
	}
	return head + rest
}
