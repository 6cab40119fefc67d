package nginx

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/wslint/wslint/internal/parallel"
)

// worthShapes is from how many servers on shapes are looked for, and fewAlike from how many of one shape on it pays to
// judge one of them for all.
const (
	worthShapes = 64
	fewAlike    = 4
)

// shapedAtOnce is how many servers one processor writes the shapes of at a time.
const shapedAtOnce = 512

// alike groups the servers that have one shape, where there are more than a few, and says which times each has; all by
// their numbers.
func (c *Config) alike() (groups [][]int, times [][]time.Duration) {
	if len(c.servers) < worthShapes {
		return nil, nil
	}
	x := newShaper(c)
	x.ownNames = make(map[string]*server, len(c.servers))
	if !x.context() {
		return nil, nil
	}
	x.paths = sync.OnceValue(func() *pathShaper {
		if paths := newPathShaper(c); paths != nil && paths.around(c.servers[0].scope.up) {
			return paths
		}
		return nil
	})
	times = make([][]time.Duration, len(c.servers))
	shares := make([]*shaper, (len(c.servers)+shapedAtOnce-1)/shapedAtOnce)
	of := make([]string, len(c.servers))
	parallel.Each(len(shares), 1, func(i int) {
		w := newShaper(c)
		w.ownNames, w.paths = x.ownNames, x.paths
		shares[i] = w
		shapes := map[string]string{}
		for n := i * shapedAtOnce; n < min((i+1)*shapedAtOnce, len(c.servers)); n++ {
			if !w.write(c.servers[n]) {
				continue
			}
			shape, again := shapes[string(w.key)]
			if !again {
				shape = string(w.key)
				shapes[shape] = shape
			}
			of[n] = shape
			if len(w.times) > 0 {
				times[n] = slices.Clone(w.times)
			}
		}
	})
	for _, w := range shares {
		maps.Copy(x.entered, w.entered)
	}
	at := map[string]int{}
	for n, shape := range of {
		if shape == "" {
			continue
		}
		i, again := at[shape]
		if !again {
			i = len(groups)
			at[shape] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], n)
	}
	entered := func(n int) bool { return x.isEntered(c.servers[n]) }
	few := func(g []int) bool { return len(g) < fewAlike }
	groups = slices.DeleteFunc(groups, few)
	for i := range groups {
		groups[i] = slices.DeleteFunc(groups[i], entered)
	}
	return slices.DeleteFunc(groups, few), times
}
