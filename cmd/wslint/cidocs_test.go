package main

import (
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// A block is a fenced one of a page.
type block struct{ language, text string }

func blocks(t *testing.T, page string) (list []block) {
	fence := regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")
	for _, m := range fence.FindAllStringSubmatch(read(t, page), -1) {
		list = append(list, block{m[1], m[2]})
	}
	if len(list) == 0 {
		t.Fatalf("%s has no blocks", page)
	}
	return list
}

// A recipe is what a CI system would do by a block of docs/ci.md.
type recipe struct {
	depth    string            // of the clone
	with     map[string]string // inputs of our action; nil without it
	commands []string
}

const install = "go install github.com/wslint/wslint/cmd/wslint@v0.1.0"

// collect finds the commands of a recipe, in whatever way the CI system writes them.
func (r *recipe) collect(v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			r.collect(x)
		}
	case map[string]any:
		if uses, _ := v["uses"].(string); strings.HasPrefix(uses, "wslint/wslint@") {
			r.with = map[string]string{}
			for name, value := range v["with"].(map[string]any) {
				r.with[name] = fmt.Sprint(value)
			}
			return
		}
		for _, key := range []string{"fetch-depth", "run", "command", "script", "steps", "jobs", "wslint", "with"} {
			s, isText := v[key].(string)
			switch {
			case key == "fetch-depth" && v[key] != nil:
				r.depth = fmt.Sprint(v[key])
			case isText:
				r.commands = append(r.commands, s)
			case key == "script" && v[key] != nil:
				for _, line := range v[key].([]any) {
					r.commands = append(r.commands, line.(string))
				}
			case v[key] != nil:
				r.collect(v[key])
			}
		}
	}
}

// TestCIRecipes does what docs/ci.md says in shallow clones of a repository whose newest change is faulty, and so was
// an older one.
func TestCIRecipes(t *testing.T) {
	needProgram(t, "bash")
	needProgram(t, "git")
	origin, base := ciOrigin(t)
	ran := 0
	for i, b := range blocks(t, "../../docs/ci.md") {
		r := recipe{depth: "1"}
		switch b.language {
		case "yaml":
			var v any
			if err := yaml.Unmarshal([]byte(b.text), &v); err != nil {
				t.Errorf("%v\n%s", err, b.text)
				continue
			}
			r.collect(v)
		case "groovy":
			for _, m := range regexp.MustCompile(`sh '([^']+)'`).FindAllStringSubmatch(b.text, -1) {
				r.commands = append(r.commands, m[1])
			}
		default:
			continue
		}
		ran++
		r.commands = slices.DeleteFunc(r.commands, func(s string) bool { return s == install })
		t.Run(fmt.Sprintf("%s-%d", b.language, i), func(t *testing.T) { r.run(t, b, origin, base) })
	}
	if ran != 9 {
		t.Errorf("%d recipes", ran)
	}
}

// ciOrigin makes a repository with the branch main, and the branch change that merges a faulty commit into it.
func ciOrigin(t *testing.T) (dir, base string) {
	dir = t.TempDir()
	git := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %s: %v: %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	commit := func(name string) {
		write(t, filepath.Join(dir, "deploy", name, "nginx.conf"), faulty)
		git("add", ".")
		git("commit", "-q", "-m", name)
	}
	git("init", "-q", "-b", "main")
	git("config", "uploadpack.allowAnySHA1InWant", "true")
	write(t, filepath.Join(dir, "old"), "")
	commit("first")
	commit("old")
	base = git("rev-parse", "HEAD")
	git("checkout", "-q", "-b", "topic")
	commit("new")
	git("checkout", "-q", "-b", "change", "main")
	git("merge", "-q", "--no-ff", "-m", "merge", "topic")
	return dir, base
}

func (r recipe) run(t *testing.T, b block, origin, base string) {
	dir := filepath.Join(t.TempDir(), "clone")
	if out, err := exec.Command("git", "clone", "-q", "--depth", r.depth, "--branch", "change", "file://"+origin, dir).
		CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	found := "3 errors in 3 files, 3 endpoints"
	if strings.Contains(b.text, "--new-from") {
		found = "1 error in 3 files, 3 endpoints; 2 not on changed lines"
	}
	if r.with != nil {
		code, log, outputs := runAction(t, dir, r.with)
		if code != 0 || outputs["exit-code"] != "1" || outputs["sarif"] == "" || !strings.Contains(log, found) {
			t.Errorf("code %d, outputs %q\n%s", code, outputs, log)
		}
		return
	}
	want := 1
	if strings.Contains(b.text, "--exit-zero") || strings.Contains(b.text, "--fail-on never") {
		want = 0
	}
	bin := t.TempDir()
	agent := "#!/bin/sh\necho \"agent $*\"; cat\n"
	if err := os.WriteFile(filepath.Join(bin, "buildkite-agent"), []byte(agent), 0o777); err != nil {
		t.Fatal(err)
	}
	script := strings.Join(r.commands, "\n")
	cmd := exec.Command("bash", "-e", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(
		os.Environ(),
		"CI_MERGE_REQUEST_DIFF_BASE_SHA="+base,
		"PATH="+bin+":"+os.Getenv("PATH"),
		"GITHUB_STEP_SUMMARY="+filepath.Join(bin, "summary"),
	)
	out, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != want || !strings.Contains(string(out), found) {
		t.Errorf("code %d of\n%s\n%s", code, script, out)
	}
	if strings.Contains(script, "buildkite-agent") &&
		!strings.Contains(string(out), "agent annotate --context wslint --style error\n### wslint: ") {
		t.Errorf("no annotation:\n%s", out)
	}
	for _, m := range regexp.MustCompile(`--output \w+:(\S+)`).FindAllStringSubmatch(script, -1) {
		if report := read(t, filepath.Join(dir, m[1])); !strings.Contains(report, "connection-not-upgrade") {
			t.Errorf("%s: %s", m[1], report)
		}
		// What is written is also what is published.
		if strings.Count(b.text, m[1]) < 2 && !strings.Contains(b.text, "path: "+strings.SplitN(m[1], "/", 2)[0]) {
			t.Errorf("%s is not published", m[1])
		}
	}
}

// TestCIWorkflows: the workflows of docs/ci.md for GitHub are as good as the one of this repository.
func TestCIWorkflows(t *testing.T) {
	needProgram(t, "actionlint")
	workflows := 0
	for _, b := range blocks(t, "../../docs/ci.md") {
		if !strings.Contains(b.text, "runs-on:") {
			continue
		}
		workflows++
		cmd := exec.Command("actionlint", "-no-color", "-")
		cmd.Stdin = strings.NewReader(b.text)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s%s", err, b.text, out)
		}
	}
	if workflows != 4 {
		t.Errorf("%d workflows", workflows)
	}
}

// dockerBuild is the build command of the Dockerfile, which writes to file.
func dockerBuild(t *testing.T, file string) string {
	t.Helper()
	_, command, ok := strings.Cut(read(t, "../../Dockerfile"), "\nRUN CGO_ENABLED=0 go build ")
	command, _, _ = strings.Cut(command, "\n")
	if !ok || !strings.Contains(command, "-o /wslint") {
		t.Fatal("the Dockerfile does not build /wslint without cgo")
	}
	return "GOOS=linux CGO_ENABLED=0 go build " + strings.Replace(command, "-o /wslint", "-o "+file, 1)
}

// inRepository runs a command of the shell at the top of the repository.
func inRepository(t *testing.T, command string) string {
	t.Helper()
	needProgram(t, "bash")
	cmd := exec.Command("bash", "-c", command)
	cmd.Dir = "../.."
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", command, err, out)
	}
	return string(out)
}

// TestDockerfile: the go command takes the build command of the Dockerfile, which rules C out, so that the binary
// needs nothing of the image it runs in. Nothing is compiled: with these flags that would be the whole program, from
// the standard library on.
func TestDockerfile(t *testing.T) {
	command := strings.Replace(dockerBuild(t, "wslint"), "go build ", "go build -n ", 1)
	if !strings.Contains(inRepository(t, command), "/link -o ") {
		t.Errorf("%s links nothing", command)
	}
	image := regexp.MustCompile(`(?m)^FROM golang:(\d+\.\d+)\.\d+-`).FindStringSubmatch(read(t, "../../Dockerfile"))
	module := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "../../go.mod"))
	if image == nil || module == nil || image[1] != module[1] {
		t.Errorf("the image has Go %q, go.mod asks for %q", image, module)
	}
}

// TestDockerfileBuilds runs the build command: CI does, by WSLINT_REQUIRE_DOCKERFILE.
func TestDockerfileBuilds(t *testing.T) {
	if os.Getenv("WSLINT_REQUIRE_DOCKERFILE") != "1" {
		t.Skip("it compiles everything anew, which takes minutes on a small machine: WSLINT_REQUIRE_DOCKERFILE=1 runs it")
	}
	file := filepath.Join(t.TempDir(), "wslint")
	command := dockerBuild(t, file)
	inRepository(t, command)
	binary, err := elf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer binary.Close()
	libraries, err := binary.ImportedLibraries()
	if err != nil && len(libraries) > 0 ||
		slices.ContainsFunc(binary.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		t.Errorf("%s is not static: %q, %v", command, libraries, err)
	}
}
