package check

import (
	"net/netip"
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
	case "logfmt":
		k.logFormat(w)
	case "expr":
		k.expression(true)
		return
	case "dynamic", "section", "server", "sample":
		bad = k.named(e, w)
	case "regex":
		bad = badRegex(w)
	case "time":
		bad = badTime(w, e.bounds)
	case "time-or-expr":
		if w[0] < '0' || w[0] > '9' {
			k.expression(true)
			return
		}
		bad = badTime(w, nil)
	case "size":
		bad = badSize(w)
	case "atol":
		bad = outOf(prefixNumber(w), e.bounds, w)
	case "int":
		bad = badInt(w, 10, e.bounds)
	case "strtol0":
		bad = badInt(w, 0, nil)
	case "octal":
		bad = badInt(w, 8, nil)
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
		if where := k.where; strings.Contains(w, "%") {
			k.where = map[bool]string{true: "d", false: "j"}[k.l.Is("use_backend")]
			k.format(w)
			k.where = where
		}
	case "section":
		k.refer(e.bounds[0], w)
	case "server":
		k.refer("srv", w)
	case "sample":
		if _, _, rest := k.sample(w, false); rest != "" {
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
	case "loglevel":
		if !slices.Contains(logLevels, w) && w != "silent" {
			return "unknown log level '" + w + "'"
		}
	case "factor":
		if n := prefixNumber(w); n != 0 && n <= 100 {
			return "must be 0 or greater than 100"
		}
	case "check-post":
		if w != "check_post" {
			return "url_param only accepts 'check_post' modifier (got '" + w + "')"
		}
	case "rdp-cookie":
		if !strings.HasPrefix(w, "rdp-cookie") {
			return "unknown persist method"
		}
	case "init-addr":
		for m := range strings.SplitSeq(w, ",") {
			if _, err := netip.ParseAddr(m); err != nil && m != "" && !slices.Contains([]string{"libc", "last", "none"}, m) {
				return "unknown init-addr method '" + m + "'"
			}
		}
	case "resolve-opts":
		for o := range strings.SplitSeq(w, ",") {
			if o != "" && !slices.Contains([]string{"allow-dup-ip", "ignore-weight", "prevent-dup-ip"}, o) {
				return "unknown resolve-opts option '" + o + "'"
			}
		}
	case "proxy-v2-options":
		for o := range strings.SplitSeq(w, ",") {
			if !slices.Contains([]string{"ssl", "cert-cn", "cert-key", "cert-sig", "ssl-cipher", "authority", "crc32c", "unique-id"}, o) && !elsewhere(o) {
				return "unknown option '" + o + "'"
			}
		}
	}
	return ""
}

// errorStatuses are those that HAProxy has a page of its own for, in any version.
var errorStatuses = []int{200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 414, 421, 422, 425, 429, 431, 500, 501, 502, 503, 504}

var logLevels = []string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"}

// badTime is what is wrong with a time; the first bound is "s" where seconds are counted, or the least of the milliseconds.
func badTime(w string, bounds []string) string {
	unit := time.Millisecond
	if slices.Contains(bounds, "s") {
		unit = time.Second
	}
	d, ok := conf.ParseTimeIn(w, unit)
	switch {
	case !ok:
		return "'" + w + "' is not a time"
	case slices.Contains(bounds, "1") && d <= 0:
		return "invalid value " + w
	}
	return ""
}

// badSize is what is wrong with a size: digits and k, m or g.
func badSize(w string) string {
	digits := strings.TrimRight(w, "kKmMgG")
	if n, err := strconv.ParseUint(digits, 10, 32); err != nil || len(w)-len(digits) > 1 || len(w) > len(digits) && n<<shiftOf(w[len(digits)])>>shiftOf(w[len(digits)]) != n {
		return "'" + w + "' is not a size"
	}
	return ""
}

func shiftOf(c byte) int { return map[byte]int{'k': 10, 'm': 20, 'g': 30}[c|0x20] }

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

func badInt(w string, base int, bounds []string) string {
	n, err := strconv.ParseInt(w, base, 64)
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
