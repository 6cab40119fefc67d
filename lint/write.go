package lint

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
)

// Write makes the changes of the patch. It returns what was done about which finding, the names of the files it changed,
// and those it left alone, with the reason.
func (p Patch) Write(project Project) (fixed []hop.Note, changed []string, left []hop.Note) {
	for _, f := range p.Files {
		if err := f.write(project); err != nil {
			text := "not changed: " + plainPathError(err).Error()
			left = append(left, hop.Note{Pos: hop.Pos{File: f.Name}, Text: text})
			continue
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

// write replaces one file: by a complete new one that takes its name, so that nobody ever reads half of it.
func (f PatchedFile) write(project Project) error {
	real, err := project.target(f.Name)
	if err != nil {
		return err
	}
	info, err := os.Stat(real)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(real), ".wslint-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails once it has the other name
	_, err = tmp.Write(f.After)
	err = errors.Join(err, tmp.Sync(), tmp.Close(),
		os.Chmod(tmp.Name(), info.Mode().Perm()), keepOwner(tmp.Name(), info))
	if err != nil {
		return err
	}
	now, err := plainfile.Read(real)
	switch {
	case err != nil:
		return err
	case !bytes.Equal(now, f.Before):
		return errors.New("modified since it was read")
	}
	return os.Rename(tmp.Name(), real)
}

// target is the file to write. A symlink may lead to another file of the project, but not out of it.
func (p Project) target(name string) (string, error) {
	real, err := realFile(name)
	if err != nil {
		return "", err
	}
	if real != absolute(name) && !p.holds(real) {
		return "", fmt.Errorf("a symlink leads out of %s, to %s", p.top, real)
	}
	return real, nil
}
