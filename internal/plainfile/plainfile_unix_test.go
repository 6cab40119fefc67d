//go:build unix

package plainfile

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

// TestNoSize: what the kernel makes up has no size, and is read all the same.
func TestNoSize(t *testing.T) {
	const name = "/proc/self/status"
	if _, err := os.Stat(name); err != nil {
		t.Skip(err)
	}
	if src, err := Read(name); err != nil || len(src) == 0 {
		t.Errorf("%d bytes, %v", len(src), err)
	}
	if src, err := Head(name, 4); err != nil || string(src) != "Name" {
		t.Errorf("%q, %v", src, err)
	}
}

// TestOtherSize: what says that it has another size than it has is read to its end.
func TestOtherSize(t *testing.T) {
	const name = "/sys/kernel/mm/transparent_hugepage/enabled" // says a page
	info, err := os.Stat(name)
	if err != nil {
		t.Skip(err)
	}
	if src, err := Read(name); err != nil || len(src) == 0 || int64(len(src)) >= info.Size() || src[len(src)-1] != '\n' {
		t.Errorf("%q of %d bytes, %v", src, info.Size(), err)
	}
}

// TestNeverWaits: what nobody writes to, and what never ends, is an error at once.
func TestNeverWaits(t *testing.T) {
	t.Chdir(t.TempDir())
	l, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := errors.Join(syscall.Mkfifo("fifo", 0o600), os.Symlink("fifo", "link")); err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		for _, name := range []string{"fifo", "link", "socket", "/dev/zero", "/dev/null", "/dev/tty"} {
			if _, err := Read(name); err == nil {
				t.Errorf("read %s", name)
			}
			if _, err := Head(name, 10); err == nil {
				t.Errorf("read the head of %s", name)
			}
		}
		// Past Stat, what is open counts.
		f, err := open("fifo")
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close()
		if _, regular, err := f.size(); err != nil || regular {
			t.Errorf("a FIFO is regular: %v", err)
		}
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("waits for something")
	}
}
