package haproxy

import (
	mathbits "math/bits"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dlclark/regexp2/v2"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// byKind is the method where none is given.
func byKind(k kind) conf.Method {
	switch k {
	case numberKind:
		return "int"
	case boolKind:
		return "bool"
	case addressKind:
		return "ip"
	}
	return "str"
}

// matchText compares one value with one pattern; why is not empty when that cannot be done here.
func (r *run) matchText(m conf.Method, fold bool, value, pattern string) (ok bool, why string) {
	if m == "reg" {
		return r.matchRegex(pattern, fold, value)
	}
	if m == "len" {
		return inRange(len(value), len(value), pattern)
	}
	if m == "ip" {
		return matchAddress(value, pattern)
	}
	if fold {
		value, pattern = strings.ToLower(value), strings.ToLower(pattern)
	}
	switch m {
	case "str":
		return value == pattern, ""
	case "beg":
		return strings.HasPrefix(value, pattern), ""
	case "end":
		return strings.HasSuffix(value, pattern), ""
	case "sub":
		return strings.Contains(value, pattern), ""
	case "dir":
		return matchWord(value, pattern, "/?"), ""
	case "dom":
		return matchWord(value, pattern, "/?.:"), ""
	}
	return false, "the matching method " + string(m) + " is not known here"
}

// matchWord looks for pattern between delimiters, which the pattern itself may begin and end with.
func matchWord(value, pattern, delimiters string) bool {
	pattern = strings.Trim(pattern, delimiters)
	start := true
	for i := 0; i+len(pattern) <= len(value); i++ {
		if i < len(value) && strings.IndexByte(delimiters, value[i]) >= 0 {
			start = true
			continue
		}
		if start && strings.HasPrefix(value[i:], pattern) {
			end := i + len(pattern)
			if end == len(value) || strings.IndexByte(delimiters, value[end]) >= 0 {
				return true
			}
		}
		start = false
	}
	return false
}

// matchAddress compares an address with an address or network.
func matchAddress(value, pattern string) (bool, string) {
	ip, err := netip.ParseAddr(value)
	if err != nil {
		return false, ""
	}
	n, ok := network(pattern)
	if !ok {
		return false, "what " + pattern + " stands for is not known"
	}
	return n.Contains(ip.Unmap()), ""
}

// network reads "10.0.0.1", "10.0.0.0/8", "10/8", "10.0.0.0/255.0.0.0" or the like of IPv6; ok is false for a name.
func network(pattern string) (n netip.Prefix, ok bool) {
	host, mask, masked := strings.Cut(pattern, "/")
	if masked {
		host = fullAddress(host)
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return n, false
	}
	bits := a.BitLen()
	if m, err := netip.ParseAddr(mask); err == nil && m.Is4() {
		b := m.As4()
		word := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
		if bits = mathbits.LeadingZeros32(^word); word<<bits != 0 {
			return n, false // a mask with holes
		}
	} else if masked {
		if bits, err = strconv.Atoi(mask); err != nil {
			return n, false
		}
	}
	n, err = a.Unmap().Prefix(bits)
	return n, err == nil
}

// fullAddress completes the shortened form of IPv4 networks: "10/8".
func fullAddress(host string) string {
	if strings.Contains(host, ":") {
		return host
	}
	for strings.Count(host, ".") < 3 {
		host += ".0"
	}
	return host
}

// parseRange reads "5", "1:10", ":10" or "10:"; a dash is a colon, so that "-5" is five or less.
func parseRange(pattern string) (least, most int, ok bool) {
	from, to, isRange := strings.Cut(pattern, ":")
	if dash := strings.IndexByte(pattern, '-'); dash >= 0 && dash < len(from) {
		from, to, isRange = pattern[:dash], pattern[dash+1:], true
	}
	least, most = -1<<62, 1<<62
	var err, err2 error
	if from != "" {
		least, err = strconv.Atoi(from)
	}
	if !isRange {
		most = least
	} else if to != "" {
		most, err2 = strconv.Atoi(to)
	}
	return least, most, err == nil && err2 == nil && from+to != ""
}

// inRange compares an integer known to be low to high with the integers of a pattern.
func inRange(low, high int, pattern string) (bool, string) {
	least, most, ok := parseRange(pattern)
	switch {
	case !ok:
		return false, "the number " + pattern + " is not known"
	case low >= least && high <= most:
		return true, ""
	case high < least || low > most:
		return false, ""
	}
	return false, "a counter decides"
}

// operatorRange turns "gt 5" into the range "6:"; ranges stay what they are.
func operatorRange(operator, value string) string {
	n, err := strconv.Atoi(value)
	if err != nil || strings.Contains(value, "-") {
		return value
	}
	switch operator {
	case "ge":
		return value + ":"
	case "gt":
		return strconv.Itoa(n+1) + ":"
	case "le":
		return ":" + value
	case "lt":
		return ":" + strconv.Itoa(n-1)
	}
	return value
}

// leadingNumber is the integer that a text begins with, as HAProxy makes integers of texts: 0 when it begins with
// none.
func leadingNumber(s string) int {
	end := 0
	if strings.HasPrefix(s, "-") {
		end = 1
	}
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, _ := strconv.Atoi(s[:end])
	return n
}

// matchLimit bounds one match: a pattern that takes longer is unknown, not an endless run.
const matchLimit = 200 * time.Millisecond

// matchRegex evaluates a PCRE.
func (r *run) matchRegex(pattern string, fold bool, value string) (bool, string) {
	re := r.c.regex(pattern, fold)
	if re.simple != nil && isPlainValue(value) {
		return re.simple.MatchString(value), ""
	}
	full, why := re.full()
	if why != "" {
		return false, why
	}
	var ok bool
	var err error
	if !r.c.Regexes.Match(func() { ok, err = full.MatchString(value) }) || err != nil {
		return false, "the regular expression " + pattern + " takes too long"
	}
	return ok, ""
}

// A regex is a regular expression that is compiled when it is first used.
type regex struct {
	simple *regexp.Regexp // where Go's own engine means the same: it is faster and cannot blow up; else nil
	full   func() (*regexp2.Regexp, string)
}

// regex compiles an expression once.
func (c *Config) regex(pattern string, fold bool) *regex {
	key := expression{pattern, fold}
	if known, ok := c.regexes.Load(key); ok {
		return known.(*regex)
	}
	re := &regex{full: sync.OnceValues(func() (*regexp2.Regexp, string) { return compileRegex(pattern, fold) })}
	if parsers.IsPlainRegex(pattern) {
		flags := ""
		if fold {
			flags = "(?i)"
		}
		re.simple, _ = regexp.Compile(flags + pattern)
	}
	known, _ := c.regexes.LoadOrStore(key, re)
	return known.(*regex)
}

// isPlainValue reports a text of single bytes that does not end in a newline, before which $ matches, too.
func isPlainValue(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return !strings.HasSuffix(s, "\n")
}

func compileRegex(pattern string, fold bool) (*regexp2.Regexp, string) {
	options := regexp2.None
	if fold {
		options |= regexp2.IgnoreCase
	}
	re, err := regexp2.Compile(pattern, options)
	if err != nil {
		return nil, "the regular expression " + pattern + " cannot be evaluated here"
	}
	re.MatchTimeout = matchLimit
	return re, ""
}
