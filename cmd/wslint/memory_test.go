package main

import (
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
)

// TestLimitMemory: a limit below what is alive gives way, and another one stays.
func TestLimitMemory(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1))
	new(cycle).end()
	if limit := debug.SetMemoryLimit(-1); limit < memory/8 {
		t.Errorf("the limit is %d bytes", limit)
	}
	debug.SetMemoryLimit(math.MaxInt64 - 1)
	new(cycle).end()
	if limit := debug.SetMemoryLimit(-1); limit != math.MaxInt64-1 {
		t.Errorf("the limit is %d bytes", limit)
	}
}

// TestMeter: a run is a large one as soon as all that it reads comes to that, wherever it comes from.
func TestMeter(t *testing.T) {
	file := filepath.Join(t.TempDir(), "half")
	half := make([]byte, largeRun/2)
	if err := os.WriteFile(file, half, 0o600); err != nil {
		t.Fatal(err)
	}
	calls := 0
	m := &meter{large: func() { calls++ }}
	read, head := m.files()
	steps := []func() error{
		func() error { _, err := read(file); return err },
		func() error { _, err := head(file, len(half)-1); return err },
		func() error { _, err := io.Copy(io.Discard, metered{bytes.NewReader(half[:1]), m}); return err },
		func() error { _, err := read(file); return err },
		func() error { _, err := read(file); return err },
	}
	for i, step := range steps {
		if err := step(); err != nil {
			t.Fatal(err)
		}
		if want := min(1, i/2); calls != want {
			t.Errorf("after step %d it was told %d times, want %d", i, calls, want)
		}
	}
}
