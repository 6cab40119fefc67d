package lint

import (
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
)

// atOnce is how many results inOrder holds at a time, and from how many on more than one processor is worth its while.
const atOnce = 256

// inOrder computes f(0) to f(n-1) on all processors and yields the results in their order.
func inOrder[T any](n int, f func(i int) T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for start := 0; start < n; start += atOnce {
			results := make([]T, min(atOnce, n-start))
			workers := runtime.GOMAXPROCS(0)
			if n < atOnce {
				workers = 1
			}
			var next atomic.Int64
			var wait sync.WaitGroup
			for range workers {
				wait.Go(func() {
					for i := int(next.Add(1)) - 1; i < len(results); i = int(next.Add(1)) - 1 {
						results[i] = f(start + i)
					}
				})
			}
			wait.Wait()
			for _, r := range results {
				if !yield(r) {
					return
				}
			}
		}
	}
}
