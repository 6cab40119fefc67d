package parsers

import (
	"fmt"
	"sync/atomic"
	"time"
)

const (
	// MaxValue is the length of the longest value that variables make: 64 KiB, as much as all header lines of a request
	// that nginx and HAProxy take together. What is longer is unknown. A few lines that double a variable would else
	// fill all memory.
	MaxValue = 64 << 10
	// MaxMatching is how long all regular expressions of a run may take that can backtrack. What the others match is
	// unknown.
	MaxMatching = 2 * time.Second
)

// TooLong is why a longer value than MaxValue is unknown.
var TooLong = fmt.Sprintf("a value is longer than %d KiB, and is not followed", MaxValue>>10)

// A Budget is how long all regular expressions of a run may take. A nil Budget has no end.
type Budget struct{ left atomic.Int64 }

// NewBudget is one of MaxMatching.
func NewBudget() *Budget {
	b := &Budget{}
	b.left.Store(int64(MaxMatching))
	return b
}

// Match runs what may backtrack, and takes its time off the budget. It reports false, and runs nothing, when that is
// spent.
func (b *Budget) Match(match func()) bool {
	if b == nil {
		match()
		return true
	}
	if b.left.Load() <= 0 {
		return false
	}
	began := time.Now()
	match()
	b.left.Add(-int64(time.Since(began)))
	return true
}
