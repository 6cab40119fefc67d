package plainfile

import (
	"io/fs"
	"os"
	"path/filepath"
)

// A Folder is a directory as a file system, of which fs.ReadFile reads as Read does.
type Folder string

// Open is that of os.DirFS: fs.WalkDir needs it for directories.
func (f Folder) Open(name string) (fs.File, error) {
	info, err := fs.Stat(os.DirFS(string(f)), name)
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "open", Path: name, Err: ErrNotRegular}
	}
	if err != nil {
		return nil, err
	}
	return os.DirFS(string(f)).Open(name)
}

// ReadFile is Read for a file of the folder.
func (f Folder) ReadFile(name string) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	return Read(filepath.Join(string(f), filepath.FromSlash(name)))
}
