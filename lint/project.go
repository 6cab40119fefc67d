package lint

import (
	"os"
	"path/filepath"
)

// A Project is the tree of files that code hosts name from its top: a git repository, or the current directory.
type Project struct {
	top string // absolute, symlinks followed
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
	if top, ok := repository(abs); ok {
		return Project{top}, nil
	}
	if len(inputs) > 0 && inputs[0] != "-" {
		if real, err := filepath.EvalSymlinks(absolute(inputs[0])); err == nil {
			if top, ok := repository(real); ok {
				return Project{top}, nil
			}
		}
	}
	return Project{abs}, nil
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

// Path is the name of a file of the project as code hosts know it: from the top, symlinks followed, with slashes. ok is false for
// what is no file or lies elsewhere.
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
