package conf

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// ParseTime reads a value of a millisecond slot, as proxy_read_timeout has, the way nginx does (law U1).
func ParseTime(s string) (d time.Duration, ok bool) {
	ms, ok := readTime(s, false)
	if !ok {
		return 0, false
	}
	// What Go cannot hold (292 years) is as good as what it can.
	if ms > math.MaxInt64/int64(time.Millisecond) {
		return math.MaxInt64, true
	}
	return time.Duration(ms) * time.Millisecond, true
}

// ParseSeconds reads a value of a second slot, as ssl_session_timeout and fail_timeout have. It knows years and
// months, but no milliseconds.
func ParseSeconds(s string) (d time.Duration, ok bool) {
	sec, ok := readTime(s, true)
	if !ok {
		return 0, false
	}
	if sec > math.MaxInt64/int64(time.Second) {
		return math.MaxInt64, true
	}
	return time.Duration(sec) * time.Second, true
}

// A timeUnit is one unit of a time. Units come in the order of their steps.
type timeUnit struct {
	text    string
	step    int
	seconds int64
}

// stepSecond is the step of "s"; "ms" follows, then the space behind a bare number, after which no unit may come.
const stepSecond = 7

// timeUnits are the units of a time. "ms" stands before "m", which it begins with.
var timeUnits = [...]timeUnit{
	{"y", 1, 365 * 86400}, {"M", 2, 30 * 86400}, {"w", 3, 7 * 86400}, {"d", 4, 86400}, {"h", 5, 3600},
	{"ms", 8, 0}, {"m", 6, 60}, {"s", stepSecond, 1}, {" ", 9, 1},
}

// readTime reads s in milliseconds, or in seconds.
func readTime(s string, seconds bool) (total int64, ok bool) {
	step := 2 // behind months, which millisecond slots do not know
	if seconds {
		step = 0
	}
	scale := int64(1000)
	if seconds {
		scale = 1
	}
	value, valid := int64(0), false
	for s != "" {
		if s[0] >= '0' && s[0] <= '9' {
			digit := int64(s[0] - '0')
			if value > (math.MaxInt64-digit)/10 {
				return 0, false
			}
			value, valid, s = value*10+digit, true, s[1:]
			continue
		}
		u, found := unitOf(s)
		if !found || !mayFollow(u, step, seconds) {
			return 0, false
		}
		step = u.step
		of := u.seconds * scale
		if u.text == "ms" {
			of = 1
		}
		if value > math.MaxInt64/of || total > math.MaxInt64-value*of {
			return 0, false
		}
		total += value * of
		value = 0
		s = strings.TrimLeft(s[len(u.text):], " ")
	}
	if !valid || value > math.MaxInt64/scale || total > math.MaxInt64-value*scale {
		return 0, false
	}
	return total + value*scale, true
}

// unitOf finds the unit that s begins with.
func unitOf(s string) (u timeUnit, found bool) {
	for _, u := range timeUnits {
		if strings.HasPrefix(s, u.text) {
			return u, true
		}
	}
	return timeUnit{}, false
}

// mayFollow reports whether unit u may come after a unit of the given step.
func mayFollow(u timeUnit, step int, seconds bool) bool {
	switch {
	case u.text == "ms" && seconds:
		return false
	case u.text == " ":
		return step < stepSecond
	case u.text == "y":
		return step == 0 // nginx lets a year follow nothing, not even a year of its own step
	}
	return step < u.step
}

// ParseSize reads a size: a number, with k or m behind it.
func ParseSize(s string) (n int64, ok bool) { return readSize(s, "kKmM") }

// ParseOffset reads a size that may also have a g behind it, as client_max_body_size does.
func ParseOffset(s string) (n int64, ok bool) { return readSize(s, "kKmMgG") }

func readSize(s, units string) (n int64, ok bool) {
	shift := 0
	if s != "" && strings.IndexByte(units, s[len(s)-1]) >= 0 {
		shift = 10 * (1 + strings.IndexByte("kmg", s[len(s)-1]|0x20))
		s = s[:len(s)-1]
	}
	v, ok := ParseNumber(s)
	if !ok || v > math.MaxInt64>>shift {
		return 0, false
	}
	return v << shift, true
}

// ParseNumber reads a number as nginx does: digits only.
func ParseNumber(s string) (n int64, ok bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
