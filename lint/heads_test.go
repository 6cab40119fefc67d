package lint

import (
	"os"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/plainfile"
)

// TestHeads: what was looked at is what is read, once; a file that is larger than what was looked at is read.
func TestHeads(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(text string) {
		if err := os.WriteFile("f", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := &heads{head: plainfile.Head, read: plainfile.Read, kept: map[string][]byte{}}
	reads := func(want string) {
		t.Helper()
		if src, err := h.readFile("f"); err != nil || string(src) != want {
			t.Errorf("reads %q, %v, want %q", src, err, want)
		}
	}
	write("one")
	if src, err := h.peek("f", 4); err != nil || string(src) != "one" {
		t.Errorf("%q, %v", src, err)
	}
	write("two")
	reads("one")
	reads("two")
	for range 2 {
		if src, err := h.peek("f", 3); err != nil || string(src) != "two" {
			t.Errorf("%q, %v", src, err)
		}
	}
	write("three")
	reads("three")
	large := strings.Repeat("x", maxHeads/2+1)
	write(large)
	for _, name := range []string{"f", "./f"} {
		if _, err := h.peek(name, len(large)+1); err != nil {
			t.Error(err)
		}
	}
	if len(h.kept) != 1 || h.size != len(large) {
		t.Errorf("keeps %d bytes of %d files", h.size, len(h.kept))
	}
	if reads(large); h.size != 0 {
		t.Errorf("keeps %d bytes", h.size)
	}
}

// TestHeadsGiven: files that somebody else reads for the run, as an editor does, are not read again either.
func TestHeadsGiven(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("nginx.conf", []byte("events {}\nhttp {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	in := Input{Args: []string{"."}}
	peeked := 0
	in.Options.Peek = func(name string, n int) ([]byte, error) {
		peeked++
		return plainfile.Head(name, n)
	}
	in.Options.ReadFile = func(name string) ([]byte, error) {
		t.Errorf("%s is read again", name)
		return plainfile.Read(name)
	}
	if r, err := Check(in); err != nil || r.Files != 1 || peeked != 1 {
		t.Errorf("%v, %d times looked at", err, peeked)
	}
}
