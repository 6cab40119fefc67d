//go:build unix

package plainfile

import (
	"io"
	"syscall"
)

const errIsDirectory = syscall.EISDIR

// A file is an open file that no poller knows: reading what never comes is an error at once.
type file struct{ fd int }

// regular is an error for what is no regular file: opening some devices does something.
func regular(name string) error {
	for {
		var info syscall.Stat_t
		switch err := syscall.Stat(name, &info); {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return err
		}
		switch info.Mode & syscall.S_IFMT {
		case syscall.S_IFREG:
			return nil
		case syscall.S_IFDIR:
			return errIsDirectory
		}
		return ErrNotRegular
	}
}

// open opens without waiting for another end.
func open(name string) (file, error) {
	for {
		fd, err := syscall.Open(name, syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC|syscall.O_NOCTTY, 0)
		if err != syscall.EINTR {
			return file{fd}, err
		}
	}
}

// size is that of a regular file.
func (f file) size() (n int64, regular bool, err error) {
	var info syscall.Stat_t
	err = syscall.Fstat(f.fd, &info)
	return info.Size, info.Mode&syscall.S_IFMT == syscall.S_IFREG, err
}

func (f file) Read(p []byte) (int, error) {
	for {
		n, err := syscall.Read(f.fd, p)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		}
		return n, nil
	}
}

func (f file) Close() error { return syscall.Close(f.fd) }
