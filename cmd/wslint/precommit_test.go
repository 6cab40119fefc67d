package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// hookFiles is what .pre-commit-hooks.yaml starts the hooks for.
func hookFiles(t *testing.T) *regexp.Regexp {
	var hooks []struct{ ID, Files string }
	if err := yaml.Unmarshal([]byte(read(t, "../../.pre-commit-hooks.yaml")), &hooks); err != nil {
		t.Fatal(err)
	}
	if len(hooks) != 2 || hooks[0].Files != hooks[1].Files {
		t.Fatalf("hooks: %+v", hooks)
	}
	// Python's verbose form, in which blanks mean nothing.
	return regexp.MustCompile(strings.Join(strings.Fields(strings.TrimPrefix(hooks[0].Files, "(?x)")), ""))
}

func TestHookFiles(t *testing.T) {
	files := hookFiles(t)
	for _, name := range []string{
		"nginx.conf", "deploy/nginx.conf", "a b/nginx.conf.template", "conf.d/chat.conf",
		"etc/nginx/sites-available/chat.example.com", "sites-enabled/default", "snippets/ws",
		"nginx/includes/headers", "proxy_params", "docker/nginx-headers.inc", "chat.vhost", "site.nginx", "haproxy.cfg",
		"lb/haproxy/errors.http", "edge.cfg", "edge.conf.j2",
		"sysctl.conf", "sysctl.d/99-net.conf", ".wslint.yaml", "deploy/.wslint.yaml", "http.d/a", "vhosts.d/a",
		"größe.conf",
		"main.tf", "infra/prod.auto.tfvars", "main.tf.json", "x.tofu", "stack.yaml", "cdk/Edge.template.json", "web.template",
		"cloudformation/web.json", "tfplan.json", "app/.ebextensions/lb.config", ".platform/nginx/conf.d/ws.conf",
		".elasticbeanstalk/saved_configs/a.cfg.yml",
	} {
		if !files.MatchString(name) {
			t.Errorf("%s does not start the hook", name)
		}
	}
	for _, name := range []string{"README.md", "main.go", "conf.go", "package.json", "docs/config.md", "Dockerfile",
		"wslint/main.go"} {
		if files.MatchString(name) {
			t.Errorf("%s starts the hook", name)
		}
	}
}

// TestHookBuilds: pre-commit builds the hook wslint from this repository and lints the repository's own examples with
// it. The modules come from the cache of this machine, or from where Go gets them here.
func TestHookBuilds(t *testing.T) {
	if testing.Short() {
		t.Skip("builds wslint anew")
	}
	needProgram(t, "pre-commit")
	dir := t.TempDir()
	home, repo := filepath.Join(dir, "home"), filepath.Join(dir, "wslint")
	copySources(t, "../..", repo)
	// The incidents are full of faults.
	if err := os.RemoveAll(filepath.Join(repo, "testdata", "incidents")); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "PRE_COMMIT_HOME="+home, "GOMODCACHE="+goEnv(t, "GOMODCACHE"),
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	in := func(name string, args ...string) (string, error) {
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Env = repo, env
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	must := func(args ...string) string {
		out, err := in("git", args...)
		if err != nil {
			t.Fatalf("git %s: %v: %s", args, err, out)
		}
		return strings.TrimSpace(out)
	}
	must("init", "-q")
	must("add", "--all", "--force")
	must("commit", "-q", "-m", "a")
	// So are the fixtures of the readers.
	config := "repos:\n- repo: " + repo + "\n  rev: " + must("rev-parse", "HEAD") +
		"\n  hooks: [{id: wslint, args: [--exclude, parsers, --exclude, testdata/infra*]}]\n"
	if err := os.WriteFile(filepath.Join(repo, ".pre-commit-config.yaml"), []byte(config), 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := in("pre-commit", "run", "--color=never", "--files", "testdata/example/nginx/conf.d/chat.conf")
	if err == nil || !strings.Contains(out, "- exit code: 1\n\n"+readmeExample(t)) {
		t.Errorf("the example in its context: %v\n%s", err, out)
	}
	if built, _ := filepath.Glob(filepath.Join(home, "repo*", "golangenv-*", "bin", "wslint")); len(built) != 1 {
		t.Errorf("pre-commit built %q", built)
	}
	out, err = in("pre-commit", "run", "--color=never", "--all-files")
	if err == nil || !strings.Contains(out, "- exit code: 1\n\n"+readmeExample(t)) {
		t.Errorf("all files: %v\n%s", err, out)
	}
}

// readmeExample is what the README says of the shipped example, which the whole repository's check says too.
func readmeExample(t *testing.T) string {
	_, text, _ := strings.Cut(read(t, "../../README.md"), "$ wslint check testdata/example/nginx\n")
	text, _, ok := strings.Cut(text, "```")
	if !ok {
		t.Fatal("the README does not show the example")
	}
	return text
}

func goEnv(t *testing.T, name string) string {
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// copySources copies a tree without git's own files and without what is built.
func copySources(t *testing.T, from, to string) {
	err := filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(from, name)
		switch {
		case err != nil:
			return err
		case entry.Name() == ".git" || rel == "bin" || rel == "wslint":
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o777)
		case !entry.Type().IsRegular():
			return nil
		}
		src, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(to, rel), src, 0o666)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
