package lint

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A gitRepository is one that git is asked about. git runs on what strangers commit, and a repository can name
// programs for it to run: a file system monitor, hooks, filters, converters, transports. Nothing of these runs: they
// are switched off, git is told which repository is meant instead of looking for one, and it never reads the files of
// the working tree.
type gitRepository struct {
	top string // absolute, symlinks followed; "" to leave it to the environment
}

// openRepository finds the repository that a directory lies in.
func openRepository(dir string) (g gitRepository, err error) {
	if os.Getenv("GIT_DIR") != "" && os.Getenv("GIT_WORK_TREE") != "" {
		// Whoever sets both means it.
		top, err := filepath.EvalSymlinks(os.Getenv("GIT_WORK_TREE"))
		return gitRepository{top}, err
	}
	top, ok := repository(realName(dir))
	if !ok {
		return g, errors.New("not in a git repository")
	}
	return gitRepository{top}, nil
}

// switchedOff are the settings by which a repository has programs run.
var switchedOff = []string{
	"safe.bareRepository=explicit", "core.fsmonitor=false", "core.hooksPath=" + os.DevNull, "core.pager=cat",
	"diff.external=",
	"core.attributesFile=" + os.DevNull, "protocol.allow=never", "core.untrackedCache=false",
}

// gitEnvironment are the variables that git gets: what finds programs and settings, and what git itself sets for its
// hooks.
var gitEnvironment = []string{
	"PATH", "HOME", "XDG_CONFIG_HOME", "USERPROFILE", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP",
	"GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH",
	"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
}

// run runs one command in a directory of the repository. The names of files are no patterns to it. Its error is what
// git says, in one line.
func (g gitRepository) run(dir string, args ...string) ([]byte, error) {
	return g.answer(dir, "", args...)
}

// answer is run for a command that is asked on its standard input.
func (g gitRepository) answer(dir, stdin string, args ...string) ([]byte, error) {
	all := []string{"--no-optional-locks", "--literal-pathspecs"}
	for _, s := range switchedOff {
		all = append(all, "-c", s)
	}
	if os.Getenv("GIT_DIR") != "" && os.Getenv("GIT_WORK_TREE") != "" {
		all = append(all, "--git-dir="+absolute(os.Getenv("GIT_DIR")))
	} else {
		all = append(all, "--git-dir="+filepath.Join(g.top, ".git"))
	}
	all = append(all, "--work-tree="+g.top)
	cmd := exec.Command("git", append(all, args...)...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(stdin)
	cmd.Env = []string{"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_NO_REPLACE_OBJECTS=1"}
	for _, name := range gitEnvironment {
		value, set := os.LookupEnv(name)
		if name == "GIT_INDEX_FILE" && set {
			value = absolute(value) // a hook has the name from where it runs
		}
		if set {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		text, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
		err = errors.New(strings.TrimPrefix(text, "fatal: "))
	}
	return out, err
}

// untracked are those of the files that git knows nothing of and is not told to ignore, by absolute name; none
// outside a repository.
func untracked(files []string) map[string]bool {
	found := map[string]bool{}
	if len(files) == 0 {
		return found
	}
	g, err := openRepository(".")
	if err != nil {
		return found
	}
	args := []string{"ls-files", "-z", "--others", "--exclude-standard", "--"}
	out, err := g.run(".", append(args, files...)...)
	if err != nil {
		return found
	}
	for name := range strings.SplitSeq(string(out), "\x00") {
		found[absolute(name)] = true
	}
	return found
}
