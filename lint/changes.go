package lint

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// Changes are the lines that changed since a revision of a git repository, by what git says of each file that is
// asked about.
type Changes struct {
	rev   string
	top   string            // the absolute name of the repository
	old   map[string]string // the names that renamed files had, both from the top
	files map[string]fileChanges
}

// fileChanges are those of one file.
type fileChanges struct {
	all     bool // the whole file is new, or git does not know it
	numbers map[int]bool
}

// ChangesSince prepares to compare with a revision, such as HEAD or origin/main, of the repository that holds the
// directory dir.
func ChangesSince(rev, dir string) (*Changes, error) {
	out, err := git(dir, "rev-parse", "--verify", "--end-of-options", rev+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("no git revision %q: %w", rev, err)
	}
	c := &Changes{rev: strings.TrimSpace(string(out)), old: map[string]string{}, files: map[string]fileChanges{}}
	top, err := git(dir, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	if c.top, err = filepath.EvalSymlinks(filepath.FromSlash(strings.TrimSuffix(string(top), "\n"))); err != nil {
		return nil, err
	}
	renamed, err := git(c.top, "diff", "--no-ext-diff", "--find-renames", "--diff-filter=R", "--name-status", "-z", c.rev)
	for f := strings.Split(string(renamed), "\x00"); len(f) > 2; f = f[3:] {
		c.old[f[2]] = f[1]
	}
	return c, err
}

// git runs one command, to which the names of files are no patterns; its error is what git says, in one line.
func git(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("git", append([]string{"--literal-pathspecs"}, args...)...)
	cmd.Dir = dir
	if cmd.Env = os.Environ(); os.Getenv("GIT_WORK_TREE") == "" {
		// Measured: in a hook of a linked worktree GIT_DIR is set, and then whatever directory git runs in is the top
		// to it.
		cmd.Env = slices.DeleteFunc(cmd.Env, func(v string) bool { return strings.HasPrefix(v, "GIT_DIR=") })
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
	args := []string{"ls-files", "-z", "--others", "--exclude-standard", "--"}
	out, err := git(".", append(args, files...)...)
	if err != nil {
		return found
	}
	for name := range strings.SplitSeq(string(out), "\x00") {
		found[absolute(name)] = true
	}
	return found
}

// of asks git about one file.
func (c *Changes) of(file string) (fileChanges, error) {
	real, err := realFile(file)
	if err != nil {
		return fileChanges{all: true}, nil
	}
	if known, done := c.files[real]; done {
		return known, nil
	}
	f := fileChanges{all: true}
	if name, rel := filepath.Rel(c.top, real); rel == nil && filepath.IsLocal(name) {
		f, err = c.ask(filepath.ToSlash(name))
	}
	c.files[real] = f
	return f, err
}

// ask is about a file by its name from the top. One of another repository within this one is a file that git does not
// know.
func (c *Changes) ask(name string) (fileChanges, error) {
	if tracked, err := git(c.top, "ls-files", "-z", "--", name); err != nil || len(tracked) == 0 {
		return fileChanges{all: true}, nil
	}
	// Lines are those of the file itself, whatever .gitattributes and the user's settings make of it.
	args := []string{"diff", "--no-ext-diff", "--no-textconv", "--text", "--no-color", "--unified=0", "--inter-hunk-context=0"}
	if old, ok := c.old[name]; ok {
		args = append(args, "--find-renames", c.rev, "--", old, name)
	} else {
		args = append(args, "--no-renames", c.rev, "--", name)
	}
	out, err := git(c.top, args...)
	return fileChanges{numbers: addedLines(out)}, err
}

var hunkHead = regexp.MustCompile(`^@@ -\S+ \+(\d+)(?:,(\d+))? @@`)

// addedLines are the numbers of new lines, and of the lines on both sides of removed ones.
func addedLines(diff []byte) map[int]bool {
	numbers := map[int]bool{}
	for line := range bytes.Lines(diff) {
		m := hunkHead.FindSubmatch(line)
		if m == nil {
			continue
		}
		first, _ := strconv.Atoi(string(m[1]))
		count := 1
		if len(m[2]) > 0 {
			count, _ = strconv.Atoi(string(m[2]))
		}
		if count == 0 {
			numbers[first], numbers[first+1] = true, true
		}
		for i := range count {
			numbers[first+i] = true
		}
	}
	return numbers
}

// onlyNew drops the findings of which no place changed. What stands at the opening line of a block is about the block.
func (f *filter) onlyNew() error {
	if f.in.NewFrom == nil {
		return nil
	}
	var failed error
	f.result.Findings = slices.DeleteFunc(f.result.Findings, func(x rules.Finding) bool {
		for i, pos := range places(x) {
			changes, err := f.in.NewFrom.of(f.files.behind(pos.File))
			failed = errors.Join(failed, err)
			text, ok := f.files.texts[pos.File]
			if !ok {
				text.File = pos.File
			}
			// That a note lies in a new file does not make the finding new.
			if changes.all && i == 0 || (lines{text: text}).changed(pos, changes.numbers) {
				return false
			}
		}
		f.result.Old++
		return true
	})
	return failed
}

// places are those of a finding, its own first.
func places(f rules.Finding) []hop.Pos {
	list := []hop.Pos{f.Pos}
	for _, n := range f.Notes {
		list = append(list, n.Pos)
	}
	return list
}
