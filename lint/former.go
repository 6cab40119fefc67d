package lint

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/rules"
)

// A line that is removed in one file may be missed in another, where nothing changed. So what is found on lines that
// did not change is held against what is found in the revision, whose files are put into a directory of their own for
// that.

// maxFormer is how many files of a revision are looked at.
const maxFormer = 5000

// isNew reports whether a finding on lines that did not change is one that the revision does not have. Each one that
// it has stands for one.
func (f *filter) isNew(c *Changes, x rules.Finding) (bool, error) {
	if c.former == nil {
		var err error
		if c.former, err = f.formerFindings(c); err != nil {
			return false, fmt.Errorf("the files of %s: %w", c.rev, err)
		}
	}
	if !c.former.known {
		return false, nil
	}
	key, ok := treeKey(c.git.top, f.result.files, x)
	if was := c.old[key.File]; was != "" {
		key.File = was
	}
	if !ok || c.former.left[key] > 0 {
		c.former.left[key]--
		return false, nil
	}
	return true, nil
}

// A former is what is found in a revision.
type former struct {
	known bool // somebody looked: something changed
	left  map[baselineEntry]int
}

// treeKey is a finding as it is recognised in another tree with the same files; ok is false for one outside of top.
func treeKey(top string, of *fileSet, x rules.Finding) (e baselineEntry, ok bool) {
	real, err := realFile(of.behind(x.Pos.File))
	if err != nil || !within(real, top) {
		return e, false
	}
	rel, err := filepath.Rel(top, real)
	if of.lines == nil {
		of.lines = newLineFinder(of.bytes) // which nobody is shown
	}
	return baselineEntry{Rule: x.Rule.Name, File: filepath.ToSlash(rel), Line: of.lines.words(x.Pos)}, err == nil
}

// formerFindings checks the files of the revision as those of the working tree are.
func (f *filter) formerFindings(c *Changes) (*former, error) {
	names, changed, err := f.formerFiles(c)
	if err != nil || !changed || len(names) > maxFormer {
		return &former{}, err
	}
	top, err := os.MkdirTemp("", "wslint-former-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(top)
	if top, err = filepath.EvalSymlinks(top); err != nil {
		return nil, err
	}
	if err := c.writeTree(top, names); err != nil {
		return nil, err
	}
	was := &former{known: true, left: map[baselineEntry]int{}}
	in, ok, err := c.formerInput(*f.in, top)
	if err != nil || !ok {
		return was, err
	}
	r, err := Check(in)
	if err != nil {
		return was, nil // there was no configuration, or none that can be read
	}
	for _, x := range r.Findings {
		key, _ := treeKey(top, r.files, x)
		was.left[key]++
	}
	return was, nil
}

// formerFiles are the files of the revision that have to do with what was read, and whether any of these changed:
// those that were read, by the names that they had, those that are no more, and those that say how to read.
func (f *filter) formerFiles(c *Changes) (names []string, changed bool, err error) {
	gone, err := c.deleted()
	if err != nil {
		return nil, false, err
	}
	wanted := map[string]bool{}
	for _, name := range gone {
		wanted[name] = true
	}
	changed = len(gone) > 0
	var read []string
	for file := range f.files.src {
		read = append(read, f.files.behind(file))
	}
	c.expect(read)
	for file := range f.files.src {
		of, err := c.of(f.files.behind(file))
		if err != nil {
			return nil, false, err
		}
		changed = changed || of.all || len(of.numbers)+len(of.gaps) > 0
		real, err := realFile(f.files.behind(file))
		if err != nil || !within(real, c.git.top) {
			continue
		}
		if rel, err := filepath.Rel(c.git.top, real); err == nil {
			name := filepath.ToSlash(rel)
			if c.old[name] != "" {
				name = c.old[name]
			}
			wanted[name] = true
		}
	}
	tree, err := c.git.run(c.git.top, "ls-tree", "-r", "-z", c.rev)
	if err != nil {
		return nil, false, err
	}
	for entry := range strings.SplitSeq(string(tree), "\x00") {
		mode, name, ok := strings.Cut(entry, "\t")
		base := name[strings.LastIndexByte(name, '/')+1:]
		link := strings.HasPrefix(mode, "120000 ")
		if ok && (wanted[name] || link || IsConfigName(base) || base == ".gitignore") {
			names = append(names, mode+"\t"+name)
		}
	}
	return names, changed, nil
}

// deleted are the files of the revision that are no more, in the index or in the working tree.
func (c *Changes) deleted() (names []string, err error) {
	for _, args := range [][]string{
		{"diff-index", "--cached", "--no-renames", "--diff-filter=D", "--name-only", "-z", c.rev},
		{"ls-files", "--deleted", "-z"},
	} {
		out, err := c.git.run(c.git.top, args...)
		if err != nil {
			return nil, err
		}
		for name := range strings.SplitSeq(string(out), "\x00") {
			if name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names, nil
}

// writeTree puts files of the revision, as ls-tree names them, below a directory. Symlinks that lead out of it are
// left out.
func (c *Changes) writeTree(top string, entries []string) error {
	var ask strings.Builder
	for _, e := range entries {
		head, _, _ := strings.Cut(e, "\t")
		ask.WriteString(head[strings.LastIndexByte(head, ' ')+1:] + "\n")
	}
	out, err := c.git.answer(c.git.top, ask.String(), "cat-file", "--batch")
	if err != nil {
		return err
	}
	for _, e := range entries {
		head, name, _ := strings.Cut(e, "\t")
		line, rest, ok := bytes.Cut(out, []byte("\n"))
		size, err := strconv.Atoi(string(line[bytes.LastIndexByte(line, ' ')+1:]))
		if !ok || err != nil || size+1 > len(rest) {
			return fmt.Errorf("git cat-file says %q", line)
		}
		text := rest[:size]
		out = rest[size+1:]
		file := filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		if strings.HasPrefix(head, "120000 ") {
			target := filepath.FromSlash(string(text))
			if !filepath.IsAbs(target) && within(filepath.Join(filepath.Dir(file), target), top) {
				os.Symlink(target, file)
			}
			continue
		}
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// formerInput is the input with the names of files in the other directory; ok is false where the revision has none of
// what was named.
func (c *Changes) formerInput(in Input, top string) (_ Input, ok bool, err error) {
	there := func(name string) (string, bool) {
		real := realName(name)
		if !within(real, c.git.top) {
			return name, false
		}
		rel, _ := filepath.Rel(c.git.top, real)
		if was := c.old[filepath.ToSlash(rel)]; was != "" {
			rel = filepath.FromSlash(was)
		}
		at := filepath.Join(top, rel)
		_, err := os.Stat(at)
		return at, err == nil
	}
	var args []string
	for _, arg := range in.Args {
		if at, ok := there(arg); ok && arg != "-" {
			args = append(args, at)
		}
	}
	if len(in.Args) == 0 {
		at, _ := there(".")
		args = []string{at}
	}
	if len(args) == 0 {
		return in, false, nil
	}
	in.Args, in.NewFrom, in.Baseline, in.Changed, in.OneOfMany, in.tree = args, nil, nil, nil, false, top
	for _, name := range []*string{&in.Options.Root, &in.Options.Prefix} {
		if at, ok := there(*name); *name != "" && ok {
			*name = at
		}
	}
	in.Options.Map = slices.Clone(in.Options.Map)
	for i, m := range in.Options.Map {
		if at, ok := there(m[1]); ok {
			in.Options.Map[i][1] = at
		}
	}
	in.Options.Stat, in.Options.ReadFile, in.Options.Peek = nil, nil, nil
	file := ""
	if at, ok := there(in.Config.File); in.Config.File != "" && ok {
		file = at
	} else if in.Config.File != "" && !within(realName(in.Config.File), c.git.top) {
		return in, true, nil // it is no part of the repository
	} else if !in.OneConfig {
		if file, err = FindConfig(args[:1]); err != nil {
			return in, false, nil
		}
	}
	in.Config = nil
	if file != "" {
		if in.Config, err = ReadConfig(file); err != nil {
			in.Config = nil
		}
	}
	return in, true, nil
}
