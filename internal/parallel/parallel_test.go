package parallel

import (
	"strings"
	"sync/atomic"
	"testing"
)

func TestEach(t *testing.T) {
	for n := range 20 {
		for share := 1; share < 6; share++ {
			done := make([]atomic.Int32, n)
			Each(n, share, func(i int) { done[i].Add(1) })
			for i := range done {
				if got := done[i].Load(); got != 1 {
					t.Fatalf("%d of %d in shares of %d is done %d times", i, n, share, got)
				}
			}
		}
	}
}

// TestPanic: a fault of a goroutine is one of who waits for it, who may recover.
func TestPanic(t *testing.T) {
	defer func() {
		if v, _ := recover().(string); !strings.HasPrefix(v, "fault\n") || !strings.Contains(v, "TestPanic") {
			t.Errorf("recovered %q", v)
		}
	}()
	var g Group
	g.Go(func() { panic("fault") })
	g.Wait()
	t.Error("no panic")
}
