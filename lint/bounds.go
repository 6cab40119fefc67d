package lint

import (
	"fmt"
	"io/fs"
	"sync/atomic"
)

// maxRead is how many bytes all files of a run may have together.
const maxRead = 64 << 20

var errReadTooMuch = fmt.Errorf("not read: all files together are larger than %d MiB", maxRead>>20)

// readUpTo reads files until they come to maxRead.
func readUpTo(read func(name string) ([]byte, error)) func(name string) ([]byte, error) {
	var total atomic.Int64
	return func(name string) ([]byte, error) {
		if total.Load() > maxRead {
			return nil, &fs.PathError{Op: "read", Path: name, Err: errReadTooMuch}
		}
		src, err := read(name)
		if total.Add(int64(len(src))) > maxRead {
			return nil, &fs.PathError{Op: "read", Path: name, Err: errReadTooMuch}
		}
		return src, err
	}
}
