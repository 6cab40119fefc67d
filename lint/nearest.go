package lint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/wslint/wslint/internal/plainfile"
)

// A nearest finds the first file upward that has one of some names. It looks into each directory once.
type nearest struct {
	names   []string
	locator *plainfile.Locator
	in      map[string]nearestFile // by absolute directory
	of      map[string]nearestFile // by input
}

type nearestFile struct {
	name string // "" for none
	err  error
}

func newNearest(locator *plainfile.Locator, names ...string) *nearest {
	return &nearest{names, locator, map[string]nearestFile{}, map[string]nearestFile{}}
}

// upward keeps names relative for inputs below the current directory, as reports show them.
func (n *nearest) upward(input string) (string, error) {
	f, known := n.of[input]
	if !known {
		f.name, f.err = n.search(input)
		n.of[input] = f
	}
	return f.name, f.err
}

func (n *nearest) search(input string) (string, error) {
	dir := input
	if info, err := os.Stat(input); err == nil && !info.IsDir() {
		dir = filepath.Dir(input)
	}
	for at := n.locator.Absolute(dir); ; at = filepath.Dir(at) {
		file, err := n.inside(at)
		switch {
		case err != nil:
			return "", err
		case file != "":
			return n.shown(file), nil
		case at == filepath.Dir(at):
			return "", nil
		}
	}
}

// inside is the only file of a directory that has one of the names; "" where there is none.
func (n *nearest) inside(dir string) (string, error) {
	f, known := n.in[dir]
	if !known {
		f.name, f.err = n.look(dir)
		n.in[dir] = f
	}
	return f.name, f.err
}

func (n *nearest) look(dir string) (file string, err error) {
	for _, name := range n.names {
		at := filepath.Join(dir, name)
		info, err := os.Stat(at)
		switch {
		case err == nil && info.IsDir():
		case err == nil && file != "":
			return "", fmt.Errorf("%s and %s are both there: remove one", n.shown(file), n.shown(at))
		case err == nil:
			file = at
		case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission):
			return "", err
		}
	}
	if file == "" {
		return "", nil
	}
	if to, out := leadsOut(file); out {
		return "", fmt.Errorf("%s: leads out of the repository, to %s, and is not read unless the command line names it",
			n.shown(file), to)
	}
	return file, nil
}

// nothingIn notes that a directory holds none of the names.
func (n *nearest) nothingIn(dir string) { n.in[dir] = nearestFile{} }

// shown is the shorter way to write an absolute file name: relative to the current directory when it lies below.
func (n *nearest) shown(abs string) string {
	wd, err := n.locator.Wd()
	if err != nil {
		return abs
	}
	if rel, err := filepath.Rel(wd, abs); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return abs
}
