// Package parallel does work on all processors.
package parallel

import (
	"runtime"
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
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n/share) - 1 {
		wait.Go(work)
	}
	work()
	wait.Wait()
}
