package check

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// kind takes one word of a kind, or an expression of several.
func (k *checker) kind(e element) {
	w := k.word()
	bad := ""
	switch e.name {
	case "word":
	case "fmt":
		k.format(w)
	case "expr":
		k.expression()
		return
	case "dynamic", "section", "server", "sample":
		bad = k.named(e, w)
	case "regex":
		bad = badRegex(w)
	case "time":
		bad = badTime(w)
		if bad == "" && len(e.bounds) > 0 && prefixNumber(w) == 0 {
			bad = "it must not be 0"
		}
	case "seconds":
		bad = badTime(w)
		if rest := strings.TrimLeft(w, "0123456789"); bad != "" && (rest == "" || strings.IndexByte("smhd", rest[0]) >= 0) {
			bad = "" // how long it may be is not that of milliseconds
		}
	case "time-or-expr":
		if w[0] < '0' || w[0] > '9' {
			k.expression()
			return
		}
		bad = badTime(w)
	case "atol":
		bad = outOf(prefixNumber(w), e.bounds, w)
	case "int":
		bad = badInt(w, e.bounds)
	case "address":
		bad = badAddress(w, e.bounds[0])
	default:
		bad = badOther(e.name, w)
	}
	if k.done {
		return
	}
	if bad != "" {
		k.fail("'%s' : %s", k.title(), bad)
		return
	}
	k.at++
}

// named takes a word that names something else, or that a connection makes a name of.
func (k *checker) named(e element, w string) (bad string) {
	switch e.name {
	case "dynamic":
		if strings.Contains(w, "%") {
			k.format(w)
		}
	case "section":
		k.refer(e.bounds[0], w)
	case "server":
		k.refer("srv", w)
	case "sample":
		if _, rest := k.sample(w, false); rest != "" {
			return "missing comma before '" + rest + "'"
		}
	}
	return ""
}

// badOther is what is wrong with a word of the kinds that few keywords have.
func badOther(kind, w string) string {
	switch kind {
	case "net":
		if badNetwork(w) {
			return "'" + w + "' is not an address or a network"
		}
	case "status":
		if !slices.Contains(errorStatuses, int(prefixNumber(w))) {
			return "status code '" + w + "' not handled"
		}
	}
	return ""
}

// errorStatuses are those that HAProxy has a page of its own for, in any version.
var errorStatuses = []int{
	200,
	400,
	401,
	403,
	404,
	405,
	407,
	408,
	410,
	413,
	414,
	421,
	422,
	425,
	429,
	431,
	500,
	501,
	502,
	503,
	504,
}

// badTime is what is wrong with a time.
func badTime(w string) string {
	if _, ok := conf.ParseTime(w, time.Millisecond); !ok {
		return "'" + w + "' is not a time"
	}
	return ""
}

// prefixNumber is the number that a word begins with, as C reads it; 0 without one.
func prefixNumber(w string) int64 {
	i := 0
	if w != "" && (w[0] == '-' || w[0] == '+') {
		i++
	}
	for i < len(w) && w[i] >= '0' && w[i] <= '9' {
		i++
	}
	n, _ := strconv.ParseInt(strings.TrimPrefix(w[:i], "+"), 10, 64)
	return n
}

func badInt(w string, bounds []string) string {
	n, err := strconv.ParseInt(w, 10, 64)
	if err != nil {
		return "'" + w + "' is not a number"
	}
	return outOf(n, bounds, w)
}

// outOf says that a number lies outside of its bounds, the least and the most.
func outOf(n int64, bounds []string, w string) string {
	if len(bounds) > 0 {
		if least, err := strconv.ParseInt(bounds[0], 10, 64); err == nil && n < least {
			return "invalid value '" + w + "', it must be at least " + bounds[0]
		}
	}
	if len(bounds) > 1 {
		if most, err := strconv.ParseInt(bounds[1], 10, 64); err == nil && n > most {
			return "invalid value '" + w + "', it must be at most " + bounds[1]
		}
	}
	return ""
}

// badRegex is what every library of regular expressions refuses: parentheses and brackets that do not close.
func badRegex(w string) string {
	depth := 0
	for i := 0; i < len(w); i++ {
		switch w[i] {
		case '\\':
			i++
			if i == len(w) {
				return "the regular expression '" + w + "' ends in a backslash"
			}
			if w[i] == 'Q' {
				return ""
			}
		case '[':
			end := classEnd(w, i)
			if end < 0 {
				return "missing terminating ] in the regular expression '" + w + "'"
			}
			i = end
		case '(':
			if next := w[i+1:]; strings.HasPrefix(next, "?") || len(next) > 1 && next[0] == '*' && conf.IsName(next[1]) {
				return "" // comments, verbs and flags change what follows
			} else if strings.HasPrefix(next, "*") {
				return "nothing to repeat in the regular expression '" + w + "'"
			}
			depth++
		case ')':
			if depth--; depth < 0 {
				return "unmatched parenthesis in the regular expression '" + w + "'"
			}
		}
	}
	if depth > 0 {
		return "missing ) in the regular expression '" + w + "'"
	}
	return ""
}

// classEnd is where the class that begins at i ends, -1 when it does not.
func classEnd(w string, i int) int {
	i++
	if i < len(w) && w[i] == '^' {
		i++
	}
	for first := true; i < len(w); i, first = i+1, false {
		switch {
		case w[i] == '\\':
			i++
		case strings.HasPrefix(w[i:], "[:") && strings.Contains(w[i:], ":]"):
			i += strings.Index(w[i:], ":]") + 1
		case w[i] == ']' && !first:
			return i
		}
	}
	return -1
}
