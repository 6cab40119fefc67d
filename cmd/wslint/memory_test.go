package main

import (
	"math"
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
