package report

import (
	"math"
	"slices"
	"time"
)

// An axis is logarithmic: hops' timers lie between seconds and days.
type axis struct {
	ticks []time.Duration // the first and the last are its ends
}

const day = 24 * time.Hour

// niceTicks are the only ends and marks of an axis.
var niceTicks = []time.Duration{
	time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond, time.Second, 10 * time.Second, time.Minute,
	10 * time.Minute, time.Hour, 6 * time.Hour, day, 10 * day, 100 * day, 1000 * day, 10000 * day, 100000 * day,
}

// newAxis holds all lengths with room on both sides.
func newAxis(lengths []time.Duration) axis {
	if len(lengths) == 0 {
		lengths = []time.Duration{time.Minute}
	}
	first, last := 0, len(niceTicks)-1
	least, most := max(slices.Min(lengths), 2*niceTicks[0]), slices.Max(lengths)
	for first < last-2 && niceTicks[first+1]*2 <= least {
		first++
	}
	for last > first+2 && niceTicks[last-1] >= most {
		last--
	}
	return axis{niceTicks[first : last+1]}
}

// at is the place of d on the axis, from 0 to 1.
func (a axis) at(d time.Duration) float64 {
	low, high := a.ticks[0], a.ticks[len(a.ticks)-1]
	d = min(max(d, low), high)
	return math.Log(float64(d)/float64(low)) / math.Log(float64(high)/float64(low))
}
