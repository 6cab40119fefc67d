package main

import (
	"io"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"

	"github.com/wslint/wslint/internal/plainfile"
)

// memory is how much wslint takes before it collects what it no longer needs more eagerly: a hook and an editor share
// the machine with others.
const memory = 250 << 20

// collected says how eagerly garbage is collected in a run, which is short and keeps most of what it reads: first at
// 64 MB, or when hugePages takes most of these. Beside the usual 100 that saves up to a third of the processor's time,
// for a tenth more memory at most.
const collected = 1600

// collectedLater says so for the language server, which stays and judges the same files again and again.
const collectedLater = 200

// largeRun is how many bytes of configurations make a run so large that huge pages are worth a collection: some of them
// need thirty times as much memory.
const largeRun = 1 << 20

// large is called for a run that is a large one.
func (c *Command) large() {
	if c.Large != nil {
		c.Large()
	}
}

// A meter counts the bytes that a run reads.
type meter struct {
	read  atomic.Int64
	large func() // called once they are that many
}

func (m *meter) add(n int) {
	if after := m.read.Add(int64(n)); after >= largeRun && after-int64(n) < largeRun {
		m.large()
	}
}

// files are plainfile's Read and Head, counted.
func (m *meter) files() (read func(string) ([]byte, error), head func(string, int) ([]byte, error)) {
	read = func(name string) ([]byte, error) {
		src, err := plainfile.Read(name)
		m.add(len(src))
		return src, err
	}
	head = func(name string, n int) ([]byte, error) {
		src, err := plainfile.Head(name, n)
		m.add(len(src))
		return src, err
	}
	return read, head
}

// A metered reader counts what comes through it.
type metered struct {
	io.Reader
	by *meter
}

func (r metered) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.by.add(n)
	return n, err
}

// limitMemory has garbage collected eagerly from memory on. Where more than that is alive, the collector would do
// nothing else, so that the limit moves on with what is.
func limitMemory() {
	debug.SetMemoryLimit(memory)
	runtime.SetFinalizer(&cycle{}, (*cycle).end)
}

// A cycle is garbage at once: its end is that of a collection.
type cycle struct{ _ [16]byte }

func (c *cycle) end() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if least := limitFor(live[0].Value.Uint64()); least > debug.SetMemoryLimit(-1) {
		debug.SetMemoryLimit(least)
	}
	runtime.SetFinalizer(c, (*cycle).end)
}

// limitFor is the least limit with which a quarter of what is alive can come to it before garbage is collected again,
// and more where so much is alive that this alone is beyond what others would have left.
func limitFor(live uint64) int64 {
	room := live/4 + memory/8
	if live > memory {
		room = max(room, memory)
	}
	return int64(live + room)
}
