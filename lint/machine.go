package lint

import (
	"path/filepath"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// A Versioned is a program whose version makes a difference, and the version that it was judged as.
type Versioned struct {
	Program string
	parsers.Version
}

// runs takes over where a source runs, and as which version: the files of a container are judged there, and nowhere
// else.
func (l *load) runs(reader parsers.Reader, s parsers.Source) {
	if s.Version.Number != "" {
		v := Versioned{reader.Name, s.Version}
		if !slices.Contains(l.versions, v) {
			l.versions = append(l.versions, v)
		}
	}
	if s.Machine == nil {
		return
	}
	l.machines[s.Source] = s.Machine
	if s.Machine.Main == "" {
		return // only how others reach it is known
	}
	for _, f := range s.Files {
		l.claimed[l.realName(f)] = true
	}
	l.reads[s.Source] = append(l.reads[s.Source], s.Machine.Files...)
	if _, err := l.in.Options.Stat(s.Name); err != nil && len(s.Machine.Files) > 0 {
		// Its main file is the image's, so that it belongs to the file that tells of it.
		l.reads[s.Source] = slices.Concat(s.Machine.Files, l.reads[s.Source])
	}
}

// unclaimed are the files that nobody has read in another context, each once.
func (l *load) unclaimed(files []parsers.Found) []parsers.Found {
	isBeside := func(f parsers.Found) bool { return f.Beside }
	if len(l.claimed) == 0 && !slices.ContainsFunc(files, isBeside) {
		return files
	}
	given := map[string]bool{}
	for _, f := range files {
		if !f.Beside && !f.Dir && f.Src == nil {
			given[l.realName(f.Name)] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(files), func(f parsers.Found) bool {
		if f.Beside && given[l.realName(f.Name)] {
			return true
		}
		if f.Dir || f.Src != nil || !l.claimed[l.realName(f.Name)] {
			return false
		}
		l.notRead = append(l.notRead, hop.Note{Pos: hop.Pos{File: f.Name}, Text: "read already, with the file that names it"})
		return true
	})
}

// mostAbove bounds how many directories are looked into beside a file.
const mostAbove = 8

// lookBeside adds the files that may say how a named one is used: those of its directory and of the directories above
// it, as far as the repository reaches.
func (l *load) lookBeside(name string, found [][]parsers.Found) {
	dir := l.in.Options.Locator.Absolute(filepath.Dir(name))
	top, ok := repository(dir)
	for range mostAbove {
		for i, reader := range l.readers {
			for _, base := range reader.Beside {
				f := parsers.Found{Name: l.walk.nearest.shown(filepath.Join(dir, base)), Beside: true}
				info, err := l.in.Options.Stat(f.Name)
				if err != nil || !info.Mode().IsRegular() || !l.files.shows(f.Name) || l.contains(found[i], f) {
					continue
				}
				if head, err := l.in.Options.Head(f); err == nil && reader.Sniff(f, head).Claim == parsers.Yes {
					found[i] = append(found[i], f)
				}
			}
		}
		if !ok || dir == top || dir == filepath.Dir(dir) {
			return
		}
		dir = filepath.Dir(dir)
	}
}

func (l *load) contains(list []parsers.Found, f parsers.Found) bool {
	real := l.realName(f.Name)
	return slices.ContainsFunc(list, func(x parsers.Found) bool { return l.realName(x.Name) == real })
}

// concerned are the texts that bring in a file which was given, of readings of files that were not.
func (l *load) concerned(list []parsers.Nested) []parsers.Nested {
	return slices.DeleteFunc(list, func(n parsers.Nested) bool {
		if !n.Beside || n.Machine == nil {
			return false
		}
		return !slices.ContainsFunc(n.Machine.Places, func(p parsers.Place) bool {
			for given := range l.given {
				if p.Local != "" && within(given, l.realName(p.Local)) {
					return true
				}
			}
			return false
		})
	})
}
