package parsers

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
)

// MaxFound is how many files below a directory are looked at because they may be configurations.
const MaxFound = 20_000

// Find looks for configurations below a directory. It returns the files that each of the readers is to read, in the
// order of their names, and what could not be looked at. Directories that begin with a dot are passed over, and what
// skip, which may be nil, gives a reason for: that is asked of every directory, and of files that a reader may want.
func Find(
	top string, readers []Reader, o Options, skip func(name string, dir bool) (why string),
) (found [][]Found, unread, skipped []hop.Note) {
	if skip == nil {
		skip = func(name string, dir bool) string { return "" }
	}
	passed := func(name string, dir bool) bool {
		why := skip(name, dir)
		if why != "" {
			skipped = append(skipped, hop.Note{Pos: hop.Pos{File: filepath.Clean(name)}, Text: why})
		}
		return why != ""
	}
	found = make([][]Found, len(readers))
	looked := 0
	filepath.WalkDir(top, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && (entry == nil || entry.IsDir()):
			unread = append(unread, hop.Note{Pos: hop.Pos{File: filepath.Clean(name)}, Text: reason(err)})
			return fs.SkipDir
		case err != nil:
			return nil
		case entry.IsDir():
			if name != top && (!searched(entry.Name(), readers) || passed(name, true)) {
				return fs.SkipDir
			}
			return nil
		}
		f := Found{Name: filepath.Clean(name), Top: top}
		for i := range readers {
			if !readers[i].OnlyNamed && readers[i].Sniff(f, nil).Claim != No {
				if passed(name, false) {
					break
				}
				if looked++; looked > MaxFound {
					unread = append(unread, hop.Note{
						Pos: hop.Pos{File: filepath.Clean(top)}, Text: fmt.Sprintf(
							"more than %d files may be configurations: the rest was not read; name directories or exclude some", MaxFound,
						),
					})
					return fs.SkipAll
				}
				o.take(f, readers, found)
				break
			}
		}
		return nil
	})
	return found, unread, skipped
}

// take gives a file, of which a reader wants to see more than the name, to those that are to read it.
func (o Options) take(f Found, readers []Reader, found [][]Found) {
	info, err := o.Stat(f.Name)
	if err != nil {
		for i, r := range readers {
			if r.Links && r.Sniff(f, nil).Claim != No {
				found[i] = append(found[i], f)
			}
		}
		return
	}
	if !info.Mode().IsRegular() || o.Shows != nil && !o.Shows(f.Name) {
		return // a socket, or a symlink that leads out of the project
	}
	// What cannot be read is left to those that know its name: they say so.
	head, err := o.Head(f)
	var maybe []int
	for i, r := range readers {
		if r.OnlyNamed || r.Sniff(f, nil).Claim == No {
			continue
		}
		claim := Maybe
		if err == nil {
			claim = r.Sniff(f, head).Claim
		}
		switch claim {
		case Yes:
			found[i] = append(found[i], f)
			return
		case Maybe:
			maybe = append(maybe, i)
		}
	}
	for _, i := range maybe {
		found[i] = append(found[i], f)
	}
}

// Head is what Sniff sees of a file: never nil without an error.
func (o Options) Head(f Found) ([]byte, error) {
	src := f.Src
	if src == nil {
		peek, err := o.Peek, error(nil)
		if peek == nil {
			peek = plainfile.Head
		}
		if src, err = peek(f.Name, HeadSize); err != nil {
			return nil, err
		}
	}
	if src == nil {
		src = []byte{}
	}
	return src[:min(len(src), HeadSize)], nil
}

// searched reports whether a directory below the one that was named is looked into.
func searched(base string, readers []Reader) bool {
	if !strings.HasPrefix(base, ".") {
		return true
	}
	return slices.ContainsFunc(readers, func(r Reader) bool { return slices.Contains(r.Hidden, base) })
}

// reason is an error's without the operation and the path.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
