package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// A githubAction is what the tests want to know of action.yml.
type githubAction struct {
	Inputs map[string]struct{ Default string }
	Runs   struct{ Steps []actionStep }
}

type actionStep struct {
	ID, Uses, If, Run, Shell string
	Env, With                map[string]string
	WorkingDirectory         string `yaml:"working-directory"`
}

func readAction(t *testing.T) (a githubAction) {
	if err := yaml.Unmarshal([]byte(read(t, "../../action.yml")), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a githubAction) step(t *testing.T, id string) actionStep {
	for _, s := range a.Runs.Steps {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("action.yml has no step %s", id)
	return actionStep{}
}

// TestActionScripts: bash reads the scripts, and nothing that users write is part of their text.
func TestActionScripts(t *testing.T) {
	needProgram(t, "bash")
	scripts := 0
	for _, s := range readAction(t).Runs.Steps {
		if s.Run == "" {
			continue
		}
		scripts++
		if strings.Contains(s.Run, "${{") || s.Shell != "bash" {
			t.Errorf("%s script: %s", s.Shell, s.Run)
		}
		if out, err := exec.Command("bash", "-n", "-c", s.Run).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", s.Run, out)
		}
		for name := range s.Env {
			if !strings.Contains(s.Run, "$"+name) && !strings.Contains(s.Run, "${"+name) {
				t.Errorf("$%s is not read by %s", name, s.Run)
			}
		}
	}
	if scripts != 4 {
		t.Errorf("%d scripts", scripts)
	}
}

// TestActionlint: actionlint finds nothing in the workflow, nothing in the action's interface, which it reads for the
// workflow, and nothing in the action's steps once they are those of a workflow.
func TestActionlint(t *testing.T) {
	needProgram(t, "actionlint")
	lint := func(text string, args ...string) {
		cmd := exec.Command("actionlint", append([]string{"-no-color"}, args...)...)
		cmd.Dir, cmd.Stdin = "../..", strings.NewReader(text)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s%s", err, text, out)
		}
	}
	lint("", ".github/workflows/ci.yml", ".github/workflows/release.yml")
	var raw struct {
		Inputs map[string]map[string]any
		Runs   struct{ Steps any }
	}
	if err := yaml.Unmarshal([]byte(read(t, "../../action.yml")), &raw); err != nil {
		t.Fatal(err)
	}
	for _, input := range raw.Inputs {
		input["type"] = "string"
	}
	type m map[string]any
	workflow, err := yaml.Marshal(
		m{
			"on":   m{"workflow_call": m{"inputs": raw.Inputs}},
			"jobs": m{"a": m{"runs-on": "ubuntu-latest", "steps": raw.Runs.Steps}},
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	lint(string(workflow), "-")
}

// runAction runs the step that checks, as a runner does, and returns its exit code, what it prints and the outputs it
// sets.
func runAction(t *testing.T, dir string, inputs map[string]string) (code int, log string, outputs map[string]string) {
	t.Helper()
	a, temp := readAction(t), t.TempDir()
	s := a.step(t, "check")
	env := append(
		os.Environ(),
		"RUNNER_TEMP="+temp,
		"GITHUB_OUTPUT="+filepath.Join(temp, "output"),
		"GITHUB_STEP_SUMMARY="+filepath.Join(temp, "summary"),
	)
	for name, expression := range s.Env {
		input := strings.TrimSuffix(strings.TrimPrefix(expression, "${{ inputs."), " }}")
		value, set := inputs[input]
		if !set {
			value = a.Inputs[input].Default
		}
		env = append(env, name+"="+value)
	}
	// So GitHub runs bash.
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", s.Run)
	cmd.Dir, cmd.Env = dir, env
	out, _ := cmd.CombinedOutput()
	outputs = map[string]string{"summary": ""}
	if summary, err := os.ReadFile(filepath.Join(temp, "summary")); err == nil {
		outputs["summary"] = string(summary)
	}
	for line := range strings.Lines(read(t, filepath.Join(temp, "output"))) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		outputs[name] = value
	}
	return cmd.ProcessState.ExitCode(), string(out), outputs
}

func TestAction(t *testing.T) {
	needProgram(t, "bash")
	dir := t.TempDir()
	for name, text := range map[string]string{"a b.conf": faulty, "$(touch pwned).conf": faulty,
		"clean.conf": "events {}\n", "wrong/.wslint.yaml": "a: \"##[set-output name=exit-code]0\"\n",
		"wrong/nginx.conf": "events {}\n", "broken.conf": "events {\n", ".git/x": ""} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		inputs    map[string]string
		code      string
		log       string // all of it, in a pattern
		sarif     string // what the file holds; "" for no file
		noSummary bool
	}{
		"findings": {
			inputs: map[string]string{"paths": "a b.conf\n$(touch pwned).conf\n"}, code: "1",
			log: `^::stop-commands::(\S+)\nerror\[connection-not-upgrade\](.|\n)*\n2 errors in 2 files, 2 ` +
				`endpoints\n(.+\n)*::(\S+)::\n::error file=\$\(touch pwned\)\.conf,line=5(.|\n)*::error file=a ` +
				`b\.conf,(.|\n)*\nwslint: 2 errors`,
			sarif: "a%20b.conf",
		},
		"clean": {inputs: map[string]string{"paths": "clean.conf"}, code: "0",
			log: `^::stop-commands::(.|\n)*no location looks like a WebSocket endpoint in 1 file\n`, sarif: `"results": []`},
		"incomplete": {inputs: map[string]string{"paths": "broken.conf", "fail-on": "never"}, code: "3",
			log: "incomplete", sarif: "unreadable-config"},
		"everything": {code: "3", log: "3 errors in 4 files", sarif: "a%20b.conf"},
		"flags": {inputs: map[string]string{"paths": "a b.conf",
			"args": "--skip=connection-not-upgrade\n\n--severity\nidle-timeout-without-ping=error; touch pwned"}, code: "2",
			log: `^::stop-commands::(\S+)\nwslint: --severity: .*\n::(\S+)::\n$`, noSummary: true},
		"never": {inputs: map[string]string{"paths": "a b.conf", "fail-on": "never"}, code: "0",
			log: "1 error in 1 file", sarif: "a%20b.conf"},
		"no annotations": {inputs: map[string]string{"paths": "a b.conf", "annotations": "false"}, code: "1",
			log: `^::stop-commands::(.|\n)*\n::\S+::\n$`, sarif: "a%20b.conf", noSummary: true},
		"injection": {inputs: map[string]string{"paths": "a b.conf", "fail-on": "$(touch pwned)"}, code: "2",
			log: `--fail-on \$\(touch pwned\): must be one of`, noSummary: true},
		"a command": {inputs: map[string]string{"paths": "wrong/nginx.conf"}, code: "2",
			log: `^::stop-commands::\S+\n(.+\n)*1 \| a: "#\x{FFFD}\[set-output(.|\n)*\n::wslint-\d+::\n$`, noSummary: true},
		"a flag as path": {inputs: map[string]string{"paths": "--fix"}, code: "2", log: "--fix: no such file",
			noSummary: true},
	} {
		code, log, outputs := runAction(t, dir, c.inputs)
		if code != 0 || outputs["exit-code"] != c.code || !regexp.MustCompile(c.log).MatchString(log) {
			t.Errorf("%s: code %d, outputs %q\n%s", name, code, outputs, log)
		}
		if sarif := outputs["sarif"]; (sarif != "") != (c.sarif != "") ||
			sarif != "" && !strings.Contains(read(t, sarif), c.sarif) {
			t.Errorf("%s: SARIF in %q", name, sarif)
		}
		if (outputs["summary"] == "") != c.noSummary {
			t.Errorf("%s: summary %q", name, outputs["summary"])
		}
		if _, err := os.Stat(filepath.Join(dir, "pwned")); err == nil {
			t.Fatalf("%s: what a user wrote was run", name)
		}
	}
}

// TestMatcher: the problem matcher finds in the text report all findings that the JSON report has.
func TestMatcher(t *testing.T) {
	var matcher struct {
		ProblemMatcher []struct {
			Pattern []struct {
				Regexp                                      string
				Severity, Code, Message, File, Line, Column int
			}
		}
	}
	if err := json.Unmarshal([]byte(read(t, "../../.github/wslint-matcher.json")), &matcher); err != nil {
		t.Fatal(err)
	}
	patterns := matcher.ProblemMatcher[0].Pattern
	head, place := regexp.MustCompile(patterns[0].Regexp), regexp.MustCompile(patterns[1].Regexp)
	t.Chdir("../..")
	_, text, _ := runMain("", "check", "testdata/example/nginx")
	_, report, _ := runMain("", "check", "--format", "json", "testdata/example/nginx")
	type finding struct {
		Rule, Severity, Message, File string
		Line, Column                  int
	}
	var want struct{ Findings []finding }
	if err := json.Unmarshal([]byte(report), &want); err != nil {
		t.Fatal(err)
	}
	var got []finding
	lines := strings.Split(text, "\n")
	for i, line := range lines[:len(lines)-1] {
		h, p := head.FindStringSubmatch(line), place.FindStringSubmatch(lines[i+1])
		if h == nil || p == nil {
			continue
		}
		row, _ := strconv.Atoi(p[patterns[1].Line])
		col, _ := strconv.Atoi(p[patterns[1].Column])
		got = append(
			got,
			finding{h[patterns[0].Code], h[patterns[0].Severity], h[patterns[0].Message], p[patterns[1].File], row, col},
		)
	}
	if len(got) != 3 || len(want.Findings) != 3 {
		t.Fatalf("found %+v, want %+v", got, want.Findings)
	}
	for i, w := range want.Findings {
		if got[i] != w {
			t.Errorf("found %+v, want %+v", got[i], w)
		}
	}
}
