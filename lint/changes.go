package lint

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/rules"
)

// Changes are the lines that changed since a revision of a git repository, by what git says of each file that is
// asked about.
type Changes struct {
	git   gitRepository
	rev   string
	old   map[string]string // the names that renamed files had, both from the top
	files map[string]fileChanges
	asked map[string]gitFile // what git said of many at once, by name from the top
	// former is what is found in the revision; nil before somebody asks.
	former *former
}

// fileChanges are those of one file.
type fileChanges struct {
	all     bool // the whole file is new, or git does not know it
	numbers map[int]bool
	gaps    map[int]bool // the lines before which others were removed
}

// ChangesSince prepares to compare with a revision, such as HEAD or origin/main, of the repository that holds the
// directory dir.
func ChangesSince(rev, dir string) (*Changes, error) {
	g, err := openRepository(dir)
	if err != nil {
		return nil, fmt.Errorf("no git revision %q: %w", rev, err)
	}
	out, err := g.run(g.top, "rev-parse", "--verify", "--end-of-options", rev+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("no git revision %q: %w", rev, err)
	}
	c := &Changes{
		git: g, rev: strings.TrimSpace(string(out)),
		old: map[string]string{}, files: map[string]fileChanges{}, asked: map[string]gitFile{},
	}
	// The index is compared, not the working tree, whose files git would have programs filter.
	renamed, err := g.run(
		g.top,
		"diff-index",
		"--cached",
		"--find-renames",
		"--diff-filter=R",
		"--name-status",
		"-z",
		c.rev,
	)
	for f := strings.Split(string(renamed), "\x00"); len(f) > 2; f = f[3:] {
		c.old[f[2]] = f[1]
	}
	return c, err
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
	if name, rel := filepath.Rel(c.git.top, real); rel == nil && filepath.IsLocal(name) {
		f, err = c.ask(filepath.ToSlash(name), real)
	}
	c.files[real] = f
	return f, err
}

// ask is about a file by its name from the top. One of another repository within this one is a file that git does not
// know. Lines are those of the file itself, whatever .gitattributes and the user's settings make of it.
func (c *Changes) ask(name, real string) (fileChanges, error) {
	if f, asked := c.asked[name]; asked {
		if !f.tracked || f.object == "" {
			return fileChanges{all: true}, nil
		}
		if text, err := plainfile.Read(real); err == nil && f.has(text) {
			return fileChanges{}, nil
		}
	}
	if tracked, err := c.git.run(c.git.top, "ls-files", "-z", "--", name); err != nil || len(tracked) == 0 {
		return fileChanges{all: true}, nil
	}
	former := cmp.Or(c.old[name], name)
	if there, err := c.git.run(c.git.top, "ls-tree", "-z", c.rev, "--", former); err != nil || len(there) == 0 {
		return fileChanges{all: true}, err
	}
	before, err := c.git.run(c.git.top, "cat-file", "blob", c.rev+":"+former)
	if err != nil {
		return fileChanges{}, err
	}
	after, err := plainfile.Read(real)
	added, gaps := addedLines(before, after)
	return fileChanges{numbers: added, gaps: gaps}, err
}

// addedLines are the numbers of new lines, and gaps those of lines before which others were removed. The ends of lines
// do not count.
func addedLines(before, after []byte) (numbers, gaps map[int]bool) {
	numbers, gaps = map[int]bool{}, map[int]bool{}
	plain := func(src []byte) []byte { return bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")) }
	next, added, removed := 0, 0, 0
	// close ends a run of removed and added lines in front of line next.
	end := func() {
		for i := range added {
			numbers[next-1-i] = true
		}
		if added == 0 && removed > 0 {
			gaps[next] = true
		}
		added, removed = 0, 0
	}
	for line := range bytes.Lines(diff.Diff("before", plain(before), "after", plain(after))) {
		if m := hunkHead.FindSubmatch(line); m != nil {
			end()
			next, _ = strconv.Atoi(string(m[1]))
			if bytes.HasSuffix(m[0], []byte(",0 @@")) {
				next++ // git and others count the line before what is no more
			}
			continue
		}
		if next == 0 {
			continue // the head of the diff
		}
		switch line[0] {
		case '+':
			added++
			next++
		case '-':
			removed++
		case ' ':
			end()
			next++
		}
	}
	end()
	return numbers, gaps
}

var hunkHead = lazyregexp.New(`^@@ -\S+ \+(\d+)(?:,\d+)? @@`)

// onlyNew drops the findings of which no place changed. What stands at the opening line of a block is about the block.
func (f *filter) onlyNew() error {
	if f.in.NewFrom == nil {
		return nil
	}
	var failed error
	f.in.NewFrom.expect(f.placed())
	f.result.Findings = slices.DeleteFunc(f.result.Findings, func(x rules.Finding) bool {
		lost := false // something was removed from the block that it is about
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
			lost = lost || (lines{text: text}).lost(pos, changes.gaps)
		}
		isNew, err := lost, error(nil)
		if !lost {
			isNew, err = f.isNew(f.in.NewFrom, x)
		}
		failed = errors.Join(failed, err)
		if isNew {
			return false
		}
		f.result.Old++
		return true
	})
	return failed
}

// placed are the files that findings have places in.
func (f *filter) placed() (files []string) {
	for _, x := range f.result.Findings {
		for _, pos := range places(x) {
			files = append(files, f.files.behind(pos.File))
		}
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// places are those of a finding, its own first.
func places(f rules.Finding) []hop.Pos {
	list := []hop.Pos{f.Pos}
	for _, n := range f.Notes {
		list = append(list, n.Pos)
	}
	return list
}
