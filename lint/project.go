package lint

import (
	"os"
	"path/filepath"
	"slices"
)

// A Project is the tree of files that code hosts name from its top: a git repository, or the current directory.
type Project struct {
	top string // absolute, symlinks followed
	// roots are where files may be changed, likewise: the repository, and the directories that were given as inputs, or
	// hold them.
	roots []string
}

// FindProject returns the repository that holds dir; without one that of the first input, and at last dir itself.
func FindProject(dir string, inputs []string) (Project, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Project{}, err
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return Project{}, err
	}
	var trees []string
	for _, in := range inputs {
		if dir, ok := directory(in); ok {
			trees = append(trees, dir)
		}
	}
	if top, ok := repository(abs); ok {
		return Project{top, append(trees, top)}, nil
	}
	if len(trees) == 0 {
		return Project{abs, []string{abs}}, nil
	}
	if top, ok := repository(trees[0]); ok {
		return Project{top, append(trees, top)}, nil
	}
	return Project{abs, trees}, nil
}

// directory is the input, or the directory that holds it: absolute, its symlinks followed.
func directory(input string) (dir string, ok bool) {
	dir = absolute(input)
	if info, err := os.Stat(dir); input == "-" || err != nil {
		return "", false
	} else if !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	dir, err := filepath.EvalSymlinks(dir)
	return dir, err == nil
}

// repository is the nearest git repository upward from an absolute name.
func repository(name string) (top string, ok bool) {
	for up := name; ; up = filepath.Dir(up) {
		// A worktree and a submodule have a file there.
		if _, err := os.Stat(filepath.Join(up, ".git")); err == nil {
			return up, true
		}
		if up == filepath.Dir(up) {
			return "", false
		}
	}
}

// Top is the absolute name of the project's directory.
func (p Project) Top() string { return p.top }

// Paths is Path for one run: it asks about each file once.
func (p Project) Paths() func(file string) (path string, ok bool) {
	type answer struct {
		path string
		ok   bool
	}
	known := map[string]answer{}
	return func(file string) (string, bool) {
		a, done := known[file]
		if !done {
			a.path, a.ok = p.Path(file)
			known[file] = a
		}
		return a.path, a.ok
	}
}

// Path is the name of a file of the project as code hosts know it: from the top, symlinks followed, with slashes. ok
// is false for what is no file or lies elsewhere.
func (p Project) Path(file string) (path string, ok bool) {
	real, err := realFile(file)
	if err != nil {
		return "", false
	}
	rel, err := filepath.Rel(p.top, real)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// holds reports whether a file, by the name that realFile gives, lies in the project or in one of the inputs.
func (p Project) holds(real string) bool {
	return slices.ContainsFunc(p.roots, func(dir string) bool { return within(real, dir) })
}

// realFile is the absolute name of an existing file, with symlinks followed.
func realFile(file string) (string, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(real)
	if err == nil && !info.Mode().IsRegular() {
		err = os.ErrInvalid
	}
	return real, err
}
