package live

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/wslint/wslint/awscheck/records"
)

// Progress counts what an audit has done so far; all of it may be read at any time.
type Progress struct {
	Accounts, Regions, RegionsDone, LoadBalancers, Calls, Throttled atomic.Int64

	mu      sync.Mutex
	waiting map[string]int // what everything else waits for
	turns   map[string]int // calls that wait for their turn, by region
	slowed  map[string]int // answers of AWS that it was asked too often, by region
}

// wait says what is waited for until the function that it returns is called.
func (p *Progress) wait(what string) (end func()) { return p.count(&p.waiting, what) }

// turn says that a call to a region waits for its turn until the function that it returns is called.
func (p *Progress) turn(where string) (end func()) { return p.count(&p.turns, where) }

func (p *Progress) count(of *map[string]int, key string) (end func()) {
	add := func(n int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if *of == nil {
			*of = map[string]int{}
		}
		if (*of)[key] += n; (*of)[key] == 0 {
			delete(*of, key)
		}
	}
	add(1)
	return func() { add(-1) }
}

func (p *Progress) throttled(where string) {
	p.Throttled.Add(1)
	p.count(&p.slowed, where)
}

// Waiting is what everything else waits for; "" when there is no such thing.
func (p *Progress) Waiting() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return some(p.waiting)
}

// String is one line for a terminal: what was done, and what holds it up.
func (p *Progress) String() string {
	n := func(i *atomic.Int64) int { return int(i.Load()) }
	line := fmt.Sprintf(
		"%s, %d of %s, %s, %s",
		records.Count(n(&p.Accounts), "account"),
		n(&p.RegionsDone),
		records.Count(n(&p.Regions), "region"),
		records.Count(n(&p.LoadBalancers), "load balancer"),
		records.Count(n(&p.Calls), "call"),
	)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, more := range []struct {
		text string
		of   map[string]int
	}{{"waiting for ", p.waiting}, {"limited by --rps: ", p.turns}, {"throttled by AWS: ", p.slowed}} {
		if of := some(more.of); of != "" {
			line += ", " + more.text + of
		}
	}
	return line
}

// some are the first of the keys, and how many more there are.
func some(of map[string]int) string {
	keys := slices.Sorted(maps.Keys(of))
	if len(keys) <= 2 {
		return strings.Join(keys, ", ")
	}
	return fmt.Sprintf("%s, %s and %d more", keys[0], keys[1], len(keys)-2)
}
