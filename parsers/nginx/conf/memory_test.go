package conf

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"unsafe"
)

// TestMemory: of a hundred thousand directives each byte counts, and of a thousand small files each allocation.
func TestMemory(t *testing.T) {
	if n := unsafe.Sizeof(Word{}); n > 40 {
		t.Errorf("a word has %d bytes", n)
	}
	if n := unsafe.Sizeof(Directive{}); n > 128 {
		t.Errorf("a directive has %d bytes", n)
	}
	dir := t.TempDir()
	const files = 300
	for i := range files {
		src := fmt.Sprintf("server {\n  listen 80;\n  server_name h%d;\n  location / { proxy_pass http://a; }\n}\n", i)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.conf", i)), []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	main := filepath.Join(dir, "nginx")
	if err := os.WriteFile(main, []byte("events {} http { include *.conf; }"), 0o600); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	read := func() {
		runtime.ReadMemStats(&before)
		trees, err := Read([]string{main}, nil, Options{})
		runtime.ReadMemStats(&after)
		if err != nil || len(trees) != 1 || len(trees[0].Files) != files+1 {
			t.Fatal(trees, err)
		}
	}
	read() // tables are made once
	read()
	if n := (after.Mallocs - before.Mallocs) / files; n > 14 {
		t.Errorf("%d allocations for each file", n)
	}
	if n := (after.TotalAlloc - before.TotalAlloc) / files; n > 3000 {
		t.Errorf("%d bytes for each file", n)
	}
}
