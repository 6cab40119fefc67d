// Package parallel does work on all processors.
package parallel

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Each calls f with 0 to n-1, on all processors where that is worth it: each of them takes as many as share says at a
// time, and less than two shares is worth no other one.
func Each(n, share int, f func(i int)) {
	var next atomic.Int64
	work := func() {
		for {
			from := int(next.Add(int64(share))) - share
			if from >= n {
				return
			}
			for i := from; i < min(from+share, n); i++ {
				f(i)
			}
		}
	}
	var others Group
	for range min(runtime.GOMAXPROCS(0), n/share) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
}

// A Group waits for goroutines, and panics where one of them did: who started them may recover, as an editor does.
type Group struct {
	wait  sync.WaitGroup
	once  sync.Once
	fault string // the first one
}

// Go calls f in a goroutine.
func (g *Group) Go(f func()) {
	g.wait.Go(func() {
		defer func() {
			if v := recover(); v != nil {
				g.once.Do(func() { g.fault = fmt.Sprintf("%v\n%s", v, debug.Stack()) })
			}
		}()
		f()
	})
}

// Wait returns once all are done.
func (g *Group) Wait() {
	g.wait.Wait()
	if g.fault != "" {
		panic(g.fault)
	}
}
