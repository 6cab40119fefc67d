package parsers

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
)

// A Search is what was found below a directory.
type Search struct {
	Found  [][]Found  // the files that each of the readers is to read, in the order of their names
	Unread []hop.Note // what could not be looked at
	// Passed are directories that were not searched, and files that might have been configurations by their names and
	// are not by what is in them, with the reasons.
	Passed []hop.Note
	Closed []string // the directories among them
}

// Find looks for configurations below a directory. Directories that hold what others wrote, or what a program makes of
// files that are there as well, are passed over, and so are those that begin with a dot.
func Find(top string, readers []Reader, o Options) (s Search) {
	s.Found = make([][]Found, len(readers))
	filepath.WalkDir(top, func(name string, entry fs.DirEntry, err error) error {
		at := hop.Pos{File: filepath.Clean(name)}
		switch {
		case err != nil && (entry == nil || entry.IsDir()):
			s.Unread = append(s.Unread, hop.Note{Pos: at, Text: reason(err)})
			return fs.SkipDir
		case err != nil:
			return nil
		case entry.IsDir():
			if name == top {
				return nil
			}
			if why, hidden := passedOver(entry.Name(), readers); why != "" {
				if !hidden {
					s.Passed = append(s.Passed, hop.Note{Pos: at, Text: why})
					s.Closed = append(s.Closed, at.File)
				}
				return fs.SkipDir
			}
			return nil
		}
		f := Found{Name: filepath.Clean(name), Top: top}
		for i := range readers {
			if !readers[i].OnlyNamed && readers[i].Sniff(f, nil).Claim != No {
				o.take(f, readers, &s)
				break
			}
		}
		return nil
	})
	return s
}

// take gives a file, of which a reader wants to see more than the name, to those that are to read it.
func (o Options) take(f Found, readers []Reader, s *Search) {
	found := s.Found
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
	var whys []string
	for i, r := range readers {
		if r.OnlyNamed || r.Sniff(f, nil).Claim == No {
			continue
		}
		v := Verdict{Claim: Maybe}
		if err == nil {
			v = r.Sniff(f, head)
		}
		switch v.Claim {
		case Yes:
			found[i] = append(found[i], f)
			return
		case Maybe:
			maybe = append(maybe, i)
		case No:
			whys = append(whys, r.Name+": "+v.Why)
		}
	}
	for _, i := range maybe {
		found[i] = append(found[i], f)
	}
	if len(maybe) == 0 {
		s.Passed = append(s.Passed, hop.Note{Pos: hop.Pos{File: f.Name}, Text: strings.Join(whys, "; ")})
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

// others are directories of what others wrote, or what programs make, and why they are not searched.
var others = map[string]string{
	"node_modules":     "it holds packages of others",
	"bower_components": "it holds packages of others",
	"site-packages":    "it holds packages of others",
	"vendor":           "it holds what others wrote: name it to have it read",
	"cdk.out":          "the CDK makes it: name it to have it read",
	"cdktf.out":        "the CDK for Terraform makes it: name it to have it read",
}

// passedOver says why a directory below the one that was named is not looked into; "" for one that is. Hidden ones are
// nothing to speak of.
func passedOver(base string, readers []Reader) (why string, hidden bool) {
	if why := others[base]; why != "" || !strings.HasPrefix(base, ".") {
		return why, false
	}
	if slices.ContainsFunc(readers, func(r Reader) bool { return slices.Contains(r.Hidden, base) }) {
		return "", true
	}
	return "its name begins with a dot", true
}

// reason is an error's without the operation and the path.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
