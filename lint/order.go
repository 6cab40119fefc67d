package lint

import (
	"iter"

	"github.com/wslint/wslint/internal/parallel"
)

// atOnce is how many results inOrder holds at a time, and from how many on more than one processor is worth its while.
const atOnce = 256

// inOrder computes f(0) to f(n-1) on all processors and yields the results in their order.
func inOrder[T any](n int, f func(i int) T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for start := 0; start < n; start += atOnce {
			results := make([]T, min(atOnce, n-start))
			share := 1
			if n < atOnce {
				share = n
			}
			parallel.Each(len(results), share, func(i int) { results[i] = f(start + i) })
			for _, r := range results {
				if !yield(r) {
					return
				}
			}
		}
	}
}
