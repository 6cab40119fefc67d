package lint

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/plainfile"
)

// A trust says of which files the text may be shown. What a pull request holds may name any file of the machine that
// checks it, in an include, a symlink or .wslint.yaml: such a file is read and judged, but nothing of its text goes
// into a report.
type trust struct {
	// trees are the directories that the command line names, or the repositories that these lie in: absolute, symlinks
	// followed.
	trees []string
	// system says that a main file outside any repository was named: then the files that it includes are of a real
	// system.
	system bool
	// homes are the directories of users.
	homes []string
	// locator is that of the run.
	locator *plainfile.Locator
	// beside is what was said of the files in a directory, but for those that begin with a dot.
	beside map[string]bool
}

// newTrust is that of a run, from what its command line names.
func newTrust(in *Input) *trust {
	t := &trust{homes: homes(), locator: in.Options.Locator, beside: map[string]bool{}}
	args := in.Args
	if len(args) == 0 {
		args = []string{"."}
	}
	for _, arg := range args {
		dir, ok := directory(arg)
		if !ok {
			continue
		}
		if top, ok := repository(dir); ok {
			dir = top
		} else if info, err := os.Stat(arg); err == nil && !info.IsDir() {
			t.system = true
		}
		t.trees = append(t.trees, dir)
	}
	named := []string{in.Options.Root, in.tree}
	for _, m := range in.Options.Map {
		named = append(named, m[1])
	}
	if in.Config.File != "" {
		named = append(named, filepath.Dir(in.Config.File))
	}
	for _, name := range named {
		if dir, ok := directory(name); name != "" && ok {
			t.trees = append(t.trees, dir)
		}
	}
	return t
}

// homes are the directories of users as they are on Linux and macOS, and that of this one.
func homes() []string {
	list := []string{"/root"}
	for _, top := range []string{"/home", "/Users"} {
		entries, _ := os.ReadDir(top)
		for _, e := range entries {
			list = append(list, filepath.Join(top, e.Name()))
		}
	}
	if own, err := os.UserHomeDir(); err == nil {
		list = append(list, realName(own))
	}
	return list
}

// shows reports whether the text of a file may be shown.
func (t *trust) shows(file string) bool {
	real := t.locator.Nearest(file)
	dir, name := filepath.Split(real)
	// Which of its files it is says nothing then: what is asked is what it begins with.
	alike := filepath.Separator == '/' && strings.Count(dir, "/") > 1 && !strings.HasPrefix(name, ".") &&
		!slices.Contains(t.trees, real) && !slices.Contains(t.homes, real)
	if shown, known := t.beside[dir]; known && alike {
		return shown
	}
	shown := t.mayShow(real)
	if alike {
		t.beside[dir] = shown
	}
	return shown
}

func (t *trust) mayShow(real string) bool {
	if isPrivate(real) || t.hides(real) {
		return false
	}
	return t.system || slices.ContainsFunc(t.trees, func(tree string) bool { return within(real, tree) })
}

// hides reports whether a file, or a directory that it lies in, is one of those in a user's directory that begin with
// a dot, unless the command line names something in there.
func (t *trust) hides(real string) bool {
	for _, home := range t.homes {
		if !within(real, home) {
			continue
		}
		rel, err := filepath.Rel(home, real)
		if err != nil || !strings.HasPrefix(rel, ".") {
			continue
		}
		first, _, _ := strings.Cut(filepath.ToSlash(rel), "/")
		dot := filepath.Join(home, first)
		return !slices.ContainsFunc(t.trees, func(tree string) bool { return within(tree, dot) })
	}
	return false
}

// isPrivate reports whether a file is the system's own, or git's: in .git/config a checkout keeps its token.
func isPrivate(real string) bool {
	slashed := filepath.ToSlash(real)
	for _, top := range []string{"/proc", "/sys", "/dev"} {
		if slashed == top || strings.HasPrefix(slashed, top+"/") {
			return true
		}
	}
	return slices.ContainsFunc(strings.Split(slashed, "/"), func(s string) bool { return strings.EqualFold(s, ".git") })
}

// within reports whether a file is a directory, or lies below it; both are absolute.
func within(file, dir string) bool {
	if filepath.Separator != '/' { // where names that differ in case may be one
		rel, err := filepath.Rel(dir, file)
		return err == nil && filepath.IsLocal(rel)
	}
	file, dir = filepath.Clean(file), filepath.Clean(dir)
	return file == dir || strings.HasPrefix(file, strings.TrimSuffix(dir, "/")+"/")
}

// realName is the absolute name of a file with symlinks followed, as far as it exists, for whom no run has a locator.
func realName(file string) string {
	return plainfile.NewLocator().Nearest(file)
}

// mayName reports whether a configuration file may name another file: that of a repository only what lies in the
// repository.
func (c *Config) mayName(file string) bool {
	real := realName(file)
	if isPrivate(real) {
		return false
	}
	if c.File == "" {
		return true
	}
	top, ok := repository(filepath.Dir(realName(c.File)))
	return !ok || within(real, top)
}

// leadsOut reports whether a file that was found, not named, is a symlink out of the repository that it lies in, and
// where to.
func leadsOut(file string) (to string, out bool) {
	real := realName(file)
	if isPrivate(real) {
		return real, true
	}
	top, ok := repository(realName(filepath.Dir(absolute(file))))
	return real, ok && !within(real, top)
}
