package haproxy

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/dlclark/regexp2/v2"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// convert applies one converter; one that is not known makes the value unknown.
func (r *run) convert(s sample, c conf.Call, e conf.Expr) sample {
	if len(s.values) == 0 {
		return s
	}
	single := s.low == s.high && s.kind != textKind && len(s.values) == 1
	switch c.Name {
	case "length":
		if s.kind == textKind {
			lengths := make([]int, len(s.values))
			for i, v := range s.values {
				lengths[i] = len(v)
			}
			return numbers(lengths)
		}
	case "bool":
		if single {
			return truthSample(s.low != 0)
		}
	case "not":
		if single {
			return truthSample(s.low == 0)
		}
	case "even", "odd":
		if single {
			return truthSample((s.low%2 == 0) == (c.Name == "even"))
		}
	}
	if s.kind == numberKind && single {
		if n, ok := arithmetic(s.low, c); ok {
			return number(n)
		}
	}
	if c.Name == "iif" && single {
		return texts(c.Arg(map[bool]int{true: 0, false: 1}[s.low != 0]))
	}
	f := r.textConverter(c)
	if f == nil || s.kind == numberKind || s.kind == boolKind {
		return unknownSample("what the converter " + c.Name + " makes of " + e.Text + " is not known here")
	}
	out := sample{anyCase: s.anyCase && c.Name != "lower" && c.Name != "upper"}
	for _, v := range s.values {
		if w, ok := f(v); ok {
			out.values = append(out.values, w)
		}
	}
	return out
}

// textConverter is the function from string to string that a converter is; nil for others.
func (r *run) textConverter(c conf.Call) func(string) (string, bool) {
	always := func(f func(string) string) func(string) (string, bool) {
		return func(s string) (string, bool) { return f(s), true }
	}
	switch c.Name {
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
		return always(func(s string) string { return strings.TrimLeft(s, c.Arg(0)) })
	case "rtrim":
		return always(func(s string) string { return strings.TrimRight(s, c.Arg(0)) })
	case "field", "word":
		if len(c.Args) <= 2 {
			return func(s string) (string, bool) { return pick(s, c, c.Name == "word") }
		}
	case "regsub":
		return r.regsub(c)
	case "bytes":
		return bytesOf(c)
	}
	return nil
}

// arithmetic is a converter from integer to integer; ok is false for others, and where a variable is the operand.
func arithmetic(n int, c conf.Call) (result int, ok bool) {
	if c.Name == "neg" {
		return -n, true
	}
	m, err := strconv.Atoi(c.Arg(0))
	if err != nil {
		return 0, false
	}
	switch c.Name {
	case "add":
		return n + m, true
	case "sub":
		return n - m, true
	case "mul":
		return n * m, true
	case "and":
		return n & m, true
	case "or":
		return n | m, true
	case "xor":
		return n ^ m, true
	case "div", "mod":
		if m == 0 {
			return 0, false
		}
		return map[bool]int{true: n / m, false: n % m}[c.Name == "div"], true
	}
	return 0, false
}

// regsub replaces the first match of a regular expression, with the flag g all of them; nil where that cannot be done
// here.
func (r *run) regsub(c conf.Call) func(string) (string, bool) {
	flags := c.Arg(2)
	re, why := compileRegex(c.Arg(0), strings.Contains(flags, "i"))
	if why != "" || strings.Trim(flags, "gi") != "" {
		return nil
	}
	times := 1
	if strings.Contains(flags, "g") {
		times = -1
	}
	return func(s string) (out string, ok bool) {
		var err error
		made := 0
		ok = r.c.Regexes.Match(func() {
			out, err = re.ReplaceFunc(s, func(m regexp2.Match) string {
				if made > parsers.MaxValue {
					return ""
				}
				with := expand(c.Arg(1), &m)
				made += len(with)
				return with
			}, -1, times)
		})
		return out, ok && err == nil && len(out) <= parsers.MaxValue
	}
}

// bytesOf takes a part of a string: from an offset, of a length.
func bytesOf(c conf.Call) func(string) (string, bool) {
	from, err := strconv.Atoi(c.Arg(0))
	length, err2 := 1<<30, error(nil)
	if len(c.Args) > 1 {
		length, err2 = strconv.Atoi(c.Arg(1))
	}
	if err != nil || err2 != nil || from < 0 || length < 0 {
		return nil
	}
	return func(s string) (string, bool) {
		if from >= len(s) {
			return "", false
		}
		return s[from:min(len(s), from+length)], true
	}
}

// pick takes one part of s between separators: field counts empty parts, word does not.
func pick(s string, c conf.Call, words bool) (string, bool) {
	n, err := strconv.Atoi(c.Arg(0))
	if err != nil || c.Arg(1) == "" || len(c.Args) > 2 {
		return "", false
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(c.Arg(1), r) })
	if !words {
		parts = strings.Split(mapRunes(s, c.Arg(1)), "\x00")
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
