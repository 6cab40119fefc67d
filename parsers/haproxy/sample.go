package haproxy

import (
	"strconv"
)

// A sample is what an expression yields: several values for a header of several, none when there is nothing to fetch.
type sample struct {
	kind   kind
	values []string // of integers: one that is empty is low to high
	low    int      // of an integer that may be low to high
	high   int      // equal to low unless the kind is number
	why    string   // why nothing of it is known; "" otherwise
	// anyCase says that only the case of the letters is not known.
	anyCase bool

	// about names what it hangs on, for questions, where something that nothing here decides chooses it: the client, a
	// counter, servers that are up or down. The rest of the sample is then what is tried first. It is "" for a sample
	// that is known or that nobody can ask about.
	about string
	// of is the sample for a value of that; nil where that cannot be said. A value that is not sent is "".
	of func(value string) sample
	// only lists the values that it can have; nil for any.
	only []string
	// beyond says that no script in a browser can choose it.
	beyond bool
}

// then applies f to a sample, and to whatever it may be besides.
func (s sample) then(f func(sample) sample) sample {
	about, of, beyond, only := s.about, s.of, s.beyond, s.only
	s.about, s.of, s.only = "", nil, nil
	if s.why == "" {
		s = f(s)
	}
	if s.about, s.beyond, s.only = about, beyond, only; of != nil {
		s.of = func(value string) sample {
			if x := of(value); x.why != "" {
				return x
			} else {
				return f(x)
			}
		}
	}
	return s
}

// kind is the type of a sample, which says how patterns are compared where no method is given.
type kind uint8

const (
	textKind kind = iota
	numberKind
	boolKind
	addressKind
	methodKind
)

func unknownSample(why string) sample { return sample{why: why} }
func number(n int) sample             { return sample{kind: numberKind, values: []string{""}, low: n, high: n} }
func between(low, high int) sample {
	return sample{kind: numberKind, values: []string{""}, low: low, high: high}
}
func truthSample(t bool) sample {
	s := number(0)
	if t {
		s = number(1)
	}
	s.kind = boolKind
	return s
}

// numbers are the integers of several values.
func numbers(list []int) sample {
	if len(list) == 0 {
		return sample{}
	}
	last := list[len(list)-1]
	s := sample{kind: numberKind, low: last, high: last}
	for _, n := range list {
		s.values = append(s.values, strconv.Itoa(n))
	}
	return s
}

func texts(v ...string) sample { return sample{values: v} }

func (t text) sample() sample {
	if t.unknown() {
		return unknownSample(t.why)
	}
	return texts(t.s)
}
