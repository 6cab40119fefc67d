// Package plainfile is the only way by which wslint reads and writes files: those that it is to judge come from
// people whom nobody trusts. Read opens regular files alone and never waits; a FIFO, a socket or a device that an
// include names, a symlink or a glob leads to, is an error. There is one limit of size. Write replaces a file as a
// whole and follows no symlink out of the folders it may write in.
package plainfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Max is the size of the largest file that is read, in bytes: far above any configuration.
const Max = 16 << 20

// Errors that say why a file is not read. They are wrapped in a *fs.PathError.
var (
	ErrNotRegular = errors.New("not a regular file")
	ErrTooLarge   = fmt.Errorf("larger than %d MiB", Max>>20)
)

// MaxData is that of a file of data that a person names on the command line: a snapshot of 100,000 load balancers has
// some hundred million.
const MaxData = 1 << 30

// Read returns the bytes of a regular file. The error is a *fs.PathError.
func Read(name string) ([]byte, error) { return readUpTo(name, Max) }

// ReadData is Read for a file of data that a person names on the command line.
func ReadData(name string) ([]byte, error) { return readUpTo(name, MaxData) }

func readUpTo(name string, most int) ([]byte, error) {
	tooLarge := ErrTooLarge
	if most != Max {
		tooLarge = fmt.Errorf("larger than %d MiB", most>>20)
	}
	src, err := read(name, most, tooLarge)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: plain(err)}
	}
	return src, nil
}

// Head returns the first n bytes of a regular file, or all that there are.
func Head(name string, n int) ([]byte, error) {
	src, err := read(name, n, nil)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: plain(err)}
	}
	return src, nil
}

// ReadPipe returns what comes through a pipe or from a device that a person named on the command line, like
// /dev/stdin or what a shell makes of <(nginx -T). It waits for it.
func ReadPipe(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := ReadAll(f)
	if err != nil {
		err = &fs.PathError{Op: "read", Path: name, Err: plain(err)}
	}
	return src, err
}

// ReadAll is io.ReadAll with the limit of files.
func ReadAll(r io.Reader) ([]byte, error) {
	src, err := io.ReadAll(io.LimitReader(r, Max+1))
	if err == nil && len(src) > Max {
		return nil, ErrTooLarge
	}
	return src, err
}

// read returns the first bytes of a file, as many as most; tooLarge is the error where it has more, nil for none. An
// unlucky name may lead to something else between the look at it and opening: what is open counts.
func read(name string, most int, tooLarge error) ([]byte, error) {
	if err := regular(name); err != nil {
		return nil, err
	}
	f, err := open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size, regular, err := f.size()
	switch {
	case err != nil || !regular:
		return nil, errors.Join(err, ErrNotRegular)
	case size == 0: // also of what the kernel makes up as it is read
		src, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
		if len(src) > most {
			src, err = src[:most], tooLarge
		}
		return src, err
	case size > int64(most) && tooLarge != nil:
		return nil, tooLarge
	}
	src := make([]byte, min(size, int64(most))+1) // one more than there should be: who gets less is at the end
	n, err := f.Read(src)
	if src = src[:n]; int64(n) != size && err == nil {
		var rest []byte
		rest, err = io.ReadAll(io.LimitReader(f, int64(most-n)+1))
		src = append(src, rest...)
	}
	if err == io.EOF {
		err = nil // somebody made it shorter
	}
	if len(src) > most {
		return src[:most], tooLarge
	}
	return src, err
}

func notRegular(info fs.FileInfo) error {
	if info.IsDir() {
		return errIsDirectory
	}
	return ErrNotRegular
}

// plain is an error without the name of the system call and of the file.
func plain(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// IsPipe reports whether an argument is a pipe or a device that a person names: <(nginx -T) is /dev/fd/63 to a
// program. A symlink of the working tree that leads to one is none: whoever commits it wants wslint to wait.
func IsPipe(arg string, info fs.FileInfo) bool {
	if info.Mode().IsRegular() || info.IsDir() {
		return false
	}
	under := func(top string) bool { return strings.HasPrefix(filepath.ToSlash(filepath.Clean(arg)), top) }
	entry, err := os.Lstat(arg)
	return under("/dev/") || under("/proc/") || err == nil && entry.Mode()&fs.ModeSymlink == 0
}

// Short drops the name of the system call: "nginx.conf: no such file or directory".
func Short(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}
