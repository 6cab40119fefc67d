package gitignore

import (
	"fmt"
	"path"
	"path/filepath"

	"github.com/wslint/wslint/internal/plainfile"
)

// A Tree is a directory with the .gitignore files in it, which are read when somebody asks about what they are for.
type Tree struct {
	top   string
	lists map[string]List // by directory, relative to the top
}

// NewTree takes the directory that the patterns are for: the top of a repository.
func NewTree(top string) *Tree { return &Tree{top, map[string]List{}} }

// Ignored reports whether a file or directory, relative to the top and with slashes, is ignored, and the place of the
// pattern: "deploy/.gitignore:3". That a directory above it is ignored is not looked at: nobody goes there.
func (t *Tree) Ignored(name string, dir bool) (by string, ok bool) {
	for at := path.Dir(name); ; at = path.Dir(at) {
		rel := name
		if at != "." {
			rel = name[len(at)+1:]
		}
		if p, decided := t.list(at).Find(rel, dir); decided {
			return fmt.Sprintf("%s:%d", path.Join(at, ".gitignore"), p.Line), !p.Negated
		}
		if at == "." {
			break
		}
	}
	// git's own place for what is no part of the repository.
	if p, decided := t.list(".git/info/exclude").Find(name, dir); decided {
		return fmt.Sprintf(".git/info/exclude:%d", p.Line), !p.Negated
	}
	return "", false
}

// NothingIn notes that a directory, relative to the top and with slashes, has no .gitignore: nobody looks for it then.
func (t *Tree) NothingIn(dir string) { t.lists[dir] = nil }

// list is that of a directory, or of the file of that name.
func (t *Tree) list(dir string) List {
	l, known := t.lists[dir]
	if !known {
		file := filepath.Join(t.top, filepath.FromSlash(dir))
		if path.Base(dir) != "exclude" || path.Dir(dir) != ".git/info" {
			file = filepath.Join(file, ".gitignore")
		}
		src, _ := plainfile.Read(file) // as a rule there is none
		l = ParseList(string(src))
		t.lists[dir] = l
	}
	return l
}
