package plainfile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ErrChanged says that a file is no longer what it was when it was read.
var ErrChanged = errors.New("modified since it was read")

// temporary begins the names of files that are being written.
const temporary = ".wslint-tmp-"

// leftBehind is the age from which a temporary file is one that nobody writes any more.
const leftBehind = 10 * time.Minute

// Replace gives a regular file another text: by a complete new file that takes its name, so that nobody ever reads
// half of it. Before is what it must still hold. Permissions and owner stay; another name of the same file keeps the
// old text. Temporary files that a run left behind in the folder when it was killed are removed.
func Replace(name string, before, after []byte) error {
	info, err := os.Lstat(name)
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return &fs.PathError{Op: "write", Path: name, Err: notRegular(info)}
	}
	dir := filepath.Dir(name)
	tidy(dir)
	tmp, err := os.CreateTemp(dir, temporary)
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails once it has the other name
	_, err = tmp.Write(after)
	err = errors.Join(err, tmp.Sync(), tmp.Close(), os.Chmod(tmp.Name(), info.Mode().Perm()), keepOwner(tmp.Name(), info))
	if err != nil {
		return err
	}
	now, err := Read(name)
	switch {
	case err != nil:
		return err
	case !bytes.Equal(now, before):
		return ErrChanged
	}
	return os.Rename(tmp.Name(), name)
}

// tidy removes old temporary files of this program.
func tidy(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), temporary) || !e.Type().IsRegular() {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > leftBehind {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
