package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
)

// Write makes the changes of the patch. It returns what was done about which finding, the names of the files it
// changed, and those it left alone, with the reason.
func (p Patch) Write(project Project) (fixed []hop.Note, changed []string, left []hop.Note) {
	for _, f := range p.Files {
		linked, err := f.write(project)
		if err != nil {
			text := "not changed: " + plainfile.Short(err).Error()
			left = append(left, hop.Note{Pos: hop.Pos{File: f.Name}, Text: text})
			continue
		}
		if linked {
			left = append(
				left,
				hop.Note{Pos: hop.Pos{File: f.Name}, Text: "another name of this file, a hard link, keeps the old text"},
			)
		}
		changed = append(changed, f.Name)
	}
	for _, c := range p.cures {
		if !slices.ContainsFunc(c.files, func(name string) bool { return !slices.Contains(changed, name) }) {
			fixed = append(fixed, c.note)
		}
	}
	return fixed, changed, left
}

// write replaces one file. It returns whether another name of it keeps the old text.
func (f PatchedFile) write(project Project) (linked bool, err error) {
	real, err := project.target(f.Name)
	if err != nil {
		return false, err
	}
	info, err := os.Stat(real)
	if err != nil {
		return false, err
	}
	return plainfile.Names(info) > 1, plainfile.Replace(real, f.Before, f.After)
}

// target is the file to write. It lies in the project, or where the command line says: neither an include, nor a
// symlink, nor a declared path leads out of it, and what is git's is never changed.
func (p Project) target(name string) (string, error) {
	real, err := realFile(name)
	switch {
	case err != nil:
		return "", err
	case isPrivate(real):
		return "", fmt.Errorf("%s belongs to the system or to git", real)
	case p.holds(real):
		return real, nil
	case real != absolute(name):
		return "", fmt.Errorf("a symlink leads out of %s, to %s", p.top, real)
	}
	return "", fmt.Errorf("%s is outside the project, %s: to change it, name it or its directory", name, p.top)
}

// MayWrite says why a report or a baseline may not be written to a file that the command line names: anything may,
// but not through a symlink of the project that leads out of it, and nothing that is git's.
func (p Project) MayWrite(file string) error {
	at, err := os.Getwd()
	if err != nil {
		return err
	}
	at = realName(at)
	if filepath.IsAbs(file) {
		at = filepath.VolumeName(file) + string(filepath.Separator)
		file = file[len(filepath.VolumeName(file)):]
	}
	// As the system goes, so that a symlink is told from "..".
	for part := range strings.SplitSeq(filepath.ToSlash(file), "/") {
		next := realName(filepath.Join(at, part))
		for _, top := range p.roots {
			switch {
			case !within(at, top) || part == "..":
			case !within(next, top):
				return fmt.Errorf("%s: a symlink leads out of %s, to %s", file, top, next)
			case isPrivate(next):
				return fmt.Errorf("%s: belongs to git", file)
			}
		}
		at = next
	}
	return nil
}
