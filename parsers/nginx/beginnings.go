package nginx

import "slices"

// A beginnings finds, of many locations with regular expressions, those that a path may match: by what everything
// begins with that they match.
type beginnings struct {
	all     []*location
	any     []int // numbers of those that match whatever a path begins with
	as, low map[string][]int
	lengths []int // of the beginnings
}

func newBeginnings(all []*location) *beginnings {
	b := &beginnings{all: all, as: map[string][]int{}, low: map[string][]int{}}
	for i, loc := range all {
		begins := loc.re.begins
		switch {
		case begins == "" || loc.re.fault() != "":
			b.any = append(b.any, i)
			continue
		case loc.re.fold:
			b.low[begins] = append(b.low[begins], i)
		default:
			b.as[begins] = append(b.as[begins], i)
		}
		if !slices.Contains(b.lengths, len(begins)) {
			b.lengths = append(b.lengths, len(begins))
		}
	}
	return b
}

// fitting are the locations with regular expressions that a path may match, in the order of the text.
func (ls *locations) fitting(path string) []*location {
	b := ls.begun
	if b == nil {
		return ls.regex
	}
	numbers := slices.Clone(b.any)
	low := path
	if len(b.low) > 0 {
		low = lowerASCII(path)
	}
	for _, n := range b.lengths {
		if n <= len(path) {
			numbers = append(append(numbers, b.as[path[:n]]...), b.low[low[:n]]...)
		}
	}
	slices.Sort(numbers)
	list := make([]*location, len(numbers))
	for i, n := range numbers {
		list[i] = b.all[n]
	}
	return list
}

// lowerASCII is a string of bytes with its ASCII letters in lower case.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
