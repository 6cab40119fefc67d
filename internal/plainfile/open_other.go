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

// regular is an error for what is no regular file.
func regular(name string) error {
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = notRegular(info)
	}
	return err
}

// size is that of a regular file.
func (f file) size() (n int64, regular bool, err error) {
	info, err := f.Stat()
	if err != nil {
		return 0, false, err
	}
	return info.Size(), info.Mode().IsRegular(), nil
}
