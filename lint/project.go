package lint

import (
	"os"
	"path/filepath"
)

// A Project is the tree of files that code hosts name from its top: a git repository, or the current directory.
type Project struct {
	top string // absolute, symlinks followed
}

// FindProject returns the repository that holds dir; dir itself when there is none.
func FindProject(dir string) (Project, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return Project{}, err
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return Project{}, err
	}
	for up := abs; ; up = filepath.Dir(up) {
		// A worktree and a submodule have a file there.
		if _, err := os.Stat(filepath.Join(up, ".git")); err == nil {
			return Project{up}, nil
		}
		if up == filepath.Dir(up) {
			return Project{abs}, nil
		}
	}
}

// Top is the absolute name of the project's directory.
func (p Project) Top() string { return p.top }

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
