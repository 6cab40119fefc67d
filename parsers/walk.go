package parsers

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/wslint/wslint/internal/parallel"
)

// partsAhead is how many parts of a walk wait for somebody to look at them.
const partsAhead = 64

// A walk goes through a directory and those below it, in the order of their names, while others look at the files that
// it comes to.
type walk struct {
	readers []Reader
	guide   Guide
	parts   chan part
	over    atomic.Bool // nobody looks at further parts
	walker  parallel.Group
}

// A part of a walk is one of these: a directory that it goes into; files of a directory, up to one that it goes into or
// passes over; a directory that cannot be listed, or that is passed over, and why.
type part struct {
	dir     string        // with a separator behind it, where there are files
	entries []fs.DirEntry // the files
	why     string
	passed  bool
}

// walkBelow starts the walk. Whoever looks at its parts ends it.
func walkBelow(top string, readers []Reader, g Guide) *walk {
	w := &walk{readers: readers, guide: g, parts: make(chan part, partsAhead)}
	w.walker.Go(func() {
		defer close(w.parts)
		w.directory(top)
	})
	return w
}

// end returns once the guide is asked nothing more.
func (w *walk) end() {
	w.over.Store(true)
	for range w.parts {
	}
	w.walker.Wait()
}

func (w *walk) directory(dir string) {
	if w.over.Load() {
		return
	}
	entries, err := os.ReadDir(dir)
	if w.guide.Enter != nil && err != nil {
		w.guide.Enter(dir, nil)
	} else if w.guide.Enter != nil {
		w.guide.Enter(dir, func(base string) bool {
			_, ok := slices.BinarySearchFunc(entries, base, func(e fs.DirEntry, base string) int {
				return strings.Compare(e.Name(), base)
			})
			return ok
		})
	}
	w.parts <- part{dir: dir}
	if err != nil {
		w.parts <- part{dir: dir, why: reason(err)}
		return
	}
	prefix := strings.TrimSuffix(filepath.Join(dir, "x"), "x") // joined once, not for each of 10,000 files
	files := 0                                                 // where those begin that nobody was told of
	tell := func(end int) {
		if files < end {
			w.parts <- part{dir: prefix, entries: entries[files:end]}
		}
		files = end + 1
	}
	for i, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		tell(i)
		name := prefix + entry.Name()
		if !searched(entry.Name(), w.readers) {
			continue
		}
		if why := w.guide.skips(name, true); why != "" {
			w.parts <- part{dir: name, why: why, passed: true}
		} else {
			w.directory(name)
		}
	}
	tell(len(entries))
}

// searched reports whether a directory below the one that was named is looked into.
func searched(base string, readers []Reader) bool {
	if !strings.HasPrefix(base, ".") {
		return true
	}
	return slices.ContainsFunc(readers, func(r Reader) bool { return slices.Contains(r.Hidden, base) })
}

// skips asks for a reason to pass something over; "" for none.
func (g Guide) skips(name string, dir bool) (why string) {
	if g.Skip == nil {
		return ""
	}
	return g.Skip(name, dir)
}
