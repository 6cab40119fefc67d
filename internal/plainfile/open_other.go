//go:build !unix

package plainfile

import (
	"errors"
	"os"
)

var errIsDirectory = errors.New("is a directory")

type file struct{ *os.File }

func open(name string) (file, error) {
	f, err := os.Open(name)
	return file{f}, err
}

// isRegular reports whether what is open is a regular file.
func (f file) isRegular() (bool, error) {
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular(), err
}
