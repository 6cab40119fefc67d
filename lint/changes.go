package lint

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// Changes are the lines that changed since a revision of a git repository, by what git says of each file that is asked about.
type Changes struct {
	rev   string
	files map[string]fileChanges
}

// fileChanges are those of one file.
type fileChanges struct {
	all     bool // the whole file is new, or git does not know it
	numbers map[int]bool
}

// ChangesSince prepares to compare with a revision, such as HEAD or origin/main, of the repository that holds the current directory.
func ChangesSince(rev string) (*Changes, error) {
	out, err := git(".", "rev-parse", "--verify", "--end-of-options", rev+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("no git revision %q: %w", rev, err)
	}
	return &Changes{rev: strings.TrimSpace(string(out)), files: map[string]fileChanges{}}, nil
}

// git runs one command; its error is what git says, in one line.
func git(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		text, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
		err = errors.New(strings.TrimPrefix(text, "fatal: "))
	}
	return out, err
}

// untracked are those of the files that git knows nothing of and is not told to ignore, by absolute name; none outside a repository.
func untracked(files []string) map[string]bool {
	args := []string{"ls-files", "-z", "--others", "--exclude-standard", "--"}
	for _, f := range files {
		args = append(args, ":(literal)"+f)
	}
	found := map[string]bool{}
	if len(files) == 0 {
		return found
	}
	out, err := git(".", args...)
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
	f, err := c.ask(filepath.Dir(real), filepath.Base(real))
	c.files[real] = f
	return f, err
}

func (c *Changes) ask(dir, name string) (fileChanges, error) {
	spec := ":(literal)" + name
	if tracked, err := git(dir, "ls-files", "-z", "--", spec); err != nil || len(tracked) == 0 {
		return fileChanges{all: true}, nil
	}
	out, err := git(dir, "diff", "--no-ext-diff", "--no-color", "--no-renames", "--unified=0", c.rev, "--", spec)
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
func (r *run) onlyNew() error {
	if r.in.NewFrom == nil {
		return nil
	}
	var failed error
	r.result.Findings = slices.DeleteFunc(r.result.Findings, func(f rules.Finding) bool {
		for i, pos := range places(f) {
			changes, err := r.in.NewFrom.of(r.result.behind(pos.File))
			failed = errors.Join(failed, err)
			text, ok := r.texts[pos.File]
			if !ok {
				text.File = pos.File
			}
			// That a note lies in a new file does not make the finding new.
			if changes.all && i == 0 || (lines{text: text}).changed(pos, changes.numbers) {
				return false
			}
		}
		r.result.Old++
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
