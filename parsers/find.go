package parsers

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/parallel"
	"github.com/wslint/wslint/internal/plainfile"
)

// MaxFound is how many files below a directory are looked at because they may be configurations.
const MaxFound = 20_000

// A Guide is asked and told on the way through a directory; its functions may be nil. Files are looked at while
// further directories are listed: two goroutines may call Skip, one for files and the other for directories.
type Guide struct {
	// Skip gives a reason for passing something over: a directory, or a file that a reader may want.
	Skip func(name string, dir bool) (why string)
	// Enter is told of each directory before anything in it is looked at. has says what is in it; it is nil where nobody
	// can list that.
	Enter func(dir string, has func(base string) bool)
	// Look is told of each directory when what is in it is looked at; it may be one of which only Enter is told, beyond
	// the last file that is looked at.
	Look func(dir string)
}

// Find looks for configurations below a directory. It returns the files that each of the readers is to read, in the
// order of their names, and what could not be looked at. Directories that begin with a dot are passed over, and what
// the guide gives a reason for.
func Find(top string, readers []Reader, o Options, g Guide) (found [][]Found, unread, skipped []hop.Note) {
	s := search{top: top, readers: readers, options: o, guide: g, found: make([][]Found, len(readers))}
	for i, r := range readers {
		if !r.OnlyNamed {
			s.wanted = append(s.wanted, i)
		}
	}
	info, err := os.Lstat(top)
	switch {
	case err != nil:
		s.unreadable(top, reason(err))
	case info.IsDir():
		s.follow(walkBelow(top, readers, g))
	default:
		s.want(filepath.Clean(top), info.Mode())
		s.take()
	}
	return s.found, s.unread, s.skipped
}

// A search is one way through a directory.
type search struct {
	top             string
	readers         []Reader
	wanted          []int // of the readers, those whose files count where they are found
	options         Options
	guide           Guide
	looked          int
	files           []Found // of one directory, that are to be looked at
	modes           []fs.FileMode
	found           [][]Found
	unread, skipped []hop.Note
}

func (s *search) unreadable(name, why string) {
	s.unread = append(s.unread, hop.Note{Pos: hop.Pos{File: filepath.Clean(name)}, Text: why})
}

// follow looks at the files that a walk comes to.
func (s *search) follow(w *walk) {
	defer w.end()
	for part := range w.parts {
		switch {
		case part.why == "" && part.entries == nil:
			if s.guide.Look != nil {
				s.guide.Look(part.dir)
			}
		case part.passed:
			s.skipped = append(s.skipped, hop.Note{Pos: hop.Pos{File: filepath.Clean(part.dir)}, Text: part.why})
		case part.why != "":
			s.unreadable(part.dir, part.why)
		}
		more := true
		for i := 0; i < len(part.entries) && more; i++ {
			more = s.want(part.dir+part.entries[i].Name(), part.entries[i].Type())
		}
		if s.take(); !more {
			return
		}
	}
}

// atOnce is from how many files on more than one processor is worth its while.
const atOnce = 16

// want has a file looked at if its name is one that a reader wants; more is false where there is enough.
func (s *search) want(name string, mode fs.FileMode) (more bool) {
	f := Found{Name: name, Top: s.top}
	if !slices.ContainsFunc(s.wanted, func(i int) bool { return s.readers[i].Sniff(f, nil).Claim != No }) ||
		s.passed(name) {
		return true
	}
	if s.looked++; s.looked > MaxFound {
		s.unreadable(s.top, fmt.Sprintf(
			"more than %d files may be configurations: the rest was not read; name directories or exclude some", MaxFound,
		))
		return false
	}
	s.files, s.modes = append(s.files, f), append(s.modes, mode)
	return true
}

// take looks at the files that are wanted, and gives them to their readers.
func (s *search) take() {
	takers := make([][]int, len(s.files))
	take := func(i int) { takers[i] = s.options.takers(s.files[i], s.modes[i], s.readers) }
	if len(s.files) < atOnce {
		for i := range s.files {
			take(i)
		}
	} else {
		parallel.Each(len(s.files), 1, take)
	}
	for i, list := range takers {
		for _, k := range list {
			s.found[k] = append(s.found[k], s.files[i])
		}
	}
	s.files, s.modes = s.files[:0], s.modes[:0]
}

// passed asks the guide, and notes what it passes over.
func (s *search) passed(name string) bool {
	why := s.guide.skips(name, false)
	if why != "" {
		s.skipped = append(s.skipped, hop.Note{Pos: hop.Pos{File: filepath.Clean(name)}, Text: why})
	}
	return why != ""
}

// takers are the readers that are to read a file, of which one wants to see more than the name. Its directory has told
// what it is, but for a symlink.
func (o Options) takers(f Found, mode fs.FileMode, readers []Reader) (list []int) {
	if !mode.IsRegular() {
		info, err := o.Stat(f.Name)
		if err != nil {
			for i, r := range readers {
				if r.Links && r.Sniff(f, nil).Claim != No {
					list = append(list, i)
				}
			}
			return list
		}
		mode = info.Mode()
	}
	if !mode.IsRegular() || o.Shows != nil && !o.Shows(f.Name) {
		return nil // a socket, or a symlink that leads out of the project
	}
	// What cannot be read is left to those that know its name: they say so.
	head, err := o.Head(f)
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
			return []int{i}
		case Maybe:
			list = append(list, i)
		}
	}
	return list
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

// reason is an error's without the operation and the path.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
