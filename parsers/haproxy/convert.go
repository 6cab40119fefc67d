package haproxy

import (
	"net"
	"net/url"
	"strconv"
	"strings"
)

// convert applies one converter; one that is not known makes the value unknown.
func convert(s sample, c call, e expr) sample {
	if len(s.values) == 0 {
		return s
	}
	if c.name == "length" && s.kind == textKind {
		lengths := make([]int, len(s.values))
		for i, v := range s.values {
			lengths[i] = len(v)
		}
		return numbers(lengths)
	}
	if n, ok := arithmetic(s, c); ok {
		return n
	}
	f := textConverter(c)
	if f == nil || s.kind == numberKind || s.kind == boolKind {
		return unknownSample("what the converter " + c.name + " makes of " + e.text + " is not known here")
	}
	out := sample{}
	for _, v := range s.values {
		if w, ok := f(v); ok {
			out.values = append(out.values, w)
		}
	}
	return out
}

// arithmetic applies a converter of integers to one that is known; ok is false for what is none.
func arithmetic(s sample, c call) (out sample, ok bool) {
	if s.kind != numberKind && s.kind != boolKind || s.low != s.high || len(s.values) > 1 {
		return s, false
	}
	n := s.low
	switch c.name {
	case "bool":
		return truthSample(n != 0), true
	case "not":
		return truthSample(n == 0), true
	case "even":
		return truthSample(n%2 == 0), true
	case "odd":
		return truthSample(n%2 != 0), true
	case "neg":
		return number(-n), true
	}
	operand, err := strconv.Atoi(c.arg(0))
	if err != nil || len(c.args) != 1 {
		return s, false
	}
	switch {
	case c.name == "add":
		return number(n + operand), true
	case c.name == "sub":
		return number(n - operand), true
	case c.name == "mul":
		return number(n * operand), true
	case c.name == "div" && operand != 0:
		return number(n / operand), true
	case c.name == "mod" && operand != 0:
		return number(n % operand), true
	}
	return s, false
}

// textConverter is the function from string to string that a converter is; nil for others.
func textConverter(c call) func(string) (string, bool) {
	always := func(f func(string) string) func(string) (string, bool) {
		return func(s string) (string, bool) { return f(s), true }
	}
	switch c.name {
	case "lower":
		return always(strings.ToLower)
	case "upper":
		return always(strings.ToUpper)
	case "url_dec":
		return func(s string) (string, bool) {
			d, err := url.PathUnescape(s)
			return d, err == nil
		}
	case "host_only":
		return always(func(s string) string {
			if h, _, err := net.SplitHostPort(s); err == nil {
				return h
			}
			return s
		})
	case "ltrim":
		return always(func(s string) string { return strings.TrimLeft(s, c.arg(0)) })
	case "rtrim":
		return always(func(s string) string { return strings.TrimRight(s, c.arg(0)) })
	case "field":
		return func(s string) (string, bool) { return pick(s, c, false) }
	case "word":
		return func(s string) (string, bool) { return pick(s, c, true) }
	}
	return nil
}

// pick takes one part of s between separators: field counts empty parts, word does not.
func pick(s string, c call, words bool) (string, bool) {
	n, err := strconv.Atoi(c.arg(0))
	if err != nil || c.arg(1) == "" || len(c.args) > 2 {
		return "", false
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(c.arg(1), r) })
	if !words {
		parts = strings.Split(mapRunes(s, c.arg(1)), "\x00")
	}
	if n < 0 {
		n += len(parts) + 1
	}
	if n < 1 || n > len(parts) || parts[n-1] == "" {
		return "", false
	}
	return parts[n-1], true
}

// mapRunes turns every separator into NUL, which no header holds.
func mapRunes(s, separators string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(separators, r) {
			return 0
		}
		return r
	}, s)
}
