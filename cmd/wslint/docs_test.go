package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// inDocs runs one script of a page and returns its exit code and what it prints.
func inDocs(dir, path, script string) (int, string) {
	cmd := exec.Command("bash", "-o", "pipefail", "-c", script)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "PATH="+path+string(filepath.ListSeparator)+os.Getenv("PATH"))
	out, _ := cmd.CombinedOutput()
	return cmd.ProcessState.ExitCode(), string(out)
}

// TestStreamDocs runs the commands of docs/streams.md, with programs in place of ssh, kubectl and docker that bring a
// faulty dump.
func TestStreamDocs(t *testing.T) {
	needProgram(t, "bash")
	dir, path := t.TempDir(), t.TempDir()
	write(t, filepath.Join(dir, "dump"), "# configuration file /etc/nginx/nginx.conf:\n"+faulty+"\n")
	for _, name := range []string{"ssh", "kubectl", "docker"} {
		script := "#!/bin/sh\necho 'nginx: configuration file /etc/nginx/nginx.conf test is successful' >&2\nexec cat dump\n"
		if err := os.WriteFile(filepath.Join(path, name), []byte(script), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	ran := 0
	for _, b := range blocks(t, "../../docs/streams.md") {
		for line := range strings.Lines(b.text) {
			ran++
			code, out := inDocs(dir, path, line)
			if code != exitFindings || !strings.Contains(out, " --> /etc/nginx/nginx.conf:5:3\n") {
				t.Errorf("%s: %d\n%s", line, code, out)
			}
		}
	}
	if ran != 6 {
		t.Errorf("%d commands", ran)
	}
}

// TestPrecommitDocs: the hooks that docs/precommit.md names are there, and the hook without pre-commit stops what is
// faulty.
func TestPrecommitDocs(t *testing.T) {
	needProgram(t, "bash")
	needProgram(t, "git")
	hooks, scripts := 0, 0
	for _, b := range blocks(t, "../../docs/precommit.md") {
		if b.language == "sh" {
			scripts++
			dir := t.TempDir()
			write(t, filepath.Join(dir, "a b", "nginx.conf"), faulty)
			write(t, filepath.Join(dir, "old", "nginx.conf"), faulty)
			code, out := inDocs(dir, "", "git init -q && git add 'a b' && "+b.text)
			if code == 0 || !strings.Contains(out, "\n1 error in 1 file, 1 endpoint\n") {
				t.Errorf("%s: %d\n%s", b.text, code, out)
			}
			continue
		}
		var v any
		if err := yaml.Unmarshal([]byte(b.text), &v); err != nil {
			t.Errorf("%v\n%s", err, b.text)
		}
		if strings.Contains(b.text, "- id: wslint\n") {
			hooks++
		}
	}
	if hooks != 2 || scripts != 1 {
		t.Errorf("%d hooks, %d scripts", hooks, scripts)
	}
}

// TestDocsYAML: what pages show as YAML is YAML.
func TestDocsYAML(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) < 5 {
		t.Fatal(err, pages)
	}
	slices.Sort(pages)
	for _, page := range append(pages, "../../README.md") {
		for _, part := range strings.Split(read(t, page), "\n```yaml\n")[1:] {
			text, _, _ := strings.Cut(part, "\n```")
			var v any
			if err := yaml.Unmarshal([]byte(text), &v); err != nil {
				t.Errorf("%s: %v\n%s", page, err, text)
			}
		}
	}
}
