package live

import (
	"context"
	"sync"
	"time"
)

// A bucket lets burst calls through at once and then rate calls a second. AWS gives every account and region 40
// tokens and refills 10 a second, separately for versions 1 and 2 of the API, and the customer's own controllers draw
// on the same bucket (userguide/elb-api-throttling.html).
type bucket struct {
	rate, burst float64

	mu     sync.Mutex
	tokens float64
	last   time.Time
}

func newBucket(rate float64, burst int) *bucket {
	return &bucket{rate: rate, burst: float64(burst), tokens: float64(burst)}
}

// wait blocks until it is the caller's turn, or until ctx ends.
func (b *bucket) wait(ctx context.Context, p *Progress, where string) error {
	if b == nil || b.rate <= 0 {
		return ctx.Err()
	}
	delay := b.take(time.Now())
	if delay <= 0 {
		return ctx.Err()
	}
	defer p.turn(where)()
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take reserves a token and returns how long it takes to come.
func (b *bucket) take(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.last.IsZero() {
		b.tokens = min(b.burst, b.tokens+now.Sub(b.last).Seconds()*b.rate)
	}
	b.last = now
	b.tokens--
	return time.Duration(-b.tokens / b.rate * float64(time.Second))
}
