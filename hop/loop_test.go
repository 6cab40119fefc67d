package hop

import "testing"

// TestLooped holds when a way that goes on and on is a loop, and what is left of it: hops are named by letters, and
// a digit is the length of the path that they send.
func TestLooped(t *testing.T) {
	for _, tc := range []struct {
		name string
		way  func(i int) (at int, length int)
		hops int // 0: nobody knows
	}{
		{"one place", func(int) (int, int) { return 1, 1 }, 1},
		{"two places", func(i int) (int, int) { return i % 2, 1 }, 2},
		{"one place, and then three", func(i int) (int, int) { return min(i, 1) * (1 + i%3), 1 }, 4},
		{"paths that get longer", func(i int) (int, int) { return 1, i }, 1},
		{"paths that get shorter", func(i int) (int, int) { return 1, 40 - i }, 0},
		{"always another place", func(i int) (int, int) { return i, 1 }, 0},
	} {
		var hops []Hop
		for i := range LongestWay + 1 {
			at, length := tc.way(i)
			hops = append(hops, Hop{
				Name: "hop", Pos: Pos{File: "f", Line: at + 1},
				Answer: Written("pass", Answer{}, Pos{File: "f", Line: at + 100}),
				Next:   Request{Target: string(make([]byte, length))},
				Relay:  func(int) Setting[Answer] { return Setting[Answer]{} },
			})
		}
		got := Looped(hops)
		a, known := got[len(got)-1].Answer.Get()
		if want := tc.hops; known != (want > 0) || known && (len(got) != want || a.Cause != InCircles || a.Kind != Answered) {
			t.Errorf("%s: %d hops, %v %v", tc.name, len(got), a, known)
		}
	}
}
