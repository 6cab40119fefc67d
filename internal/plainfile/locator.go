package plainfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// A Locator says where files lie. It asks the system once for the current directory, and once about each file and
// directory that there is: it is for a time in which nobody moves these, such as one run.
type Locator struct {
	mu    sync.Mutex
	wd    string
	known map[string]string // without symlinks, by absolute name
}

// NewLocator knows nothing yet.
func NewLocator() *Locator { return &Locator{known: map[string]string{}} }

// Absolute is filepath.Abs; the name as it is where nobody knows the current directory.
func (l *Locator) Absolute(file string) string {
	if filepath.IsAbs(file) {
		return filepath.Clean(file)
	}
	wd, err := l.Wd()
	if err != nil {
		return file
	}
	return filepath.Join(wd, file)
}

// Wd is the current directory.
func (l *Locator) Wd() (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wd == "" {
		wd, err := os.Getwd()
		if err != nil {
			return "", err
		}
		l.wd = wd
	}
	return l.wd, nil
}

// Real is the absolute name of what exists, with symlinks followed.
func (l *Locator) Real(file string) (string, error) { return l.real(l.Absolute(file)) }

func (l *Locator) real(abs string) (string, error) {
	l.mu.Lock()
	real, known := l.known[abs]
	l.mu.Unlock()
	if known {
		return real, nil
	}
	real, err := l.follow(abs)
	if err == nil {
		l.mu.Lock()
		l.known[abs] = real
		l.mu.Unlock()
	}
	return real, err
}

func (l *Locator) follow(abs string) (string, error) {
	up := filepath.Dir(abs)
	if up == abs || runtime.GOOS == "windows" { // where one file has several names beside its symlinks
		return filepath.EvalSymlinks(abs)
	}
	dir, err := l.real(up)
	if err != nil {
		return "", err
	}
	name := abs
	if dir != up {
		name = filepath.Join(dir, filepath.Base(abs))
	}
	info, err := os.Lstat(name)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return filepath.EvalSymlinks(name)
	}
	return name, err
}

// Learn takes over what somebody knows: where a directory lies.
func (l *Locator) Learn(dir, real string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known[dir] = real
}

// Listed takes over what the listing of a directory says: which of its files are no symlinks. It says nothing of a name
// with "..", which may be another directory to the system.
func (l *Locator) Listed(dir string, files []string) {
	if len(files) == 0 || strings.Contains(dir, "..") || runtime.GOOS == "windows" {
		return
	}
	abs := l.Absolute(dir)
	real, err := l.real(abs)
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, file := range files {
		name := filepath.Join(real, file)
		if abs == real {
			l.known[name] = name
		} else {
			l.known[filepath.Join(abs, file)] = name
		}
	}
}

// Nearest is Real for what need not exist: the symlinks of what there is are followed.
func (l *Locator) Nearest(file string) string {
	abs := l.Absolute(file)
	for rest := ""; ; abs = filepath.Dir(abs) {
		if real, err := l.real(abs); err == nil {
			return filepath.Join(real, rest)
		}
		if abs == filepath.Dir(abs) {
			return filepath.Join(abs, rest)
		}
		rest = filepath.Join(filepath.Base(abs), rest)
	}
}
