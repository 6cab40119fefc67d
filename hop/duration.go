package hop

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

const day = 24 * time.Hour

// FormatDuration writes a duration in the one form in which all texts have it, and which nginx and HAProxy read:
// 1500ms, 60s, 90s, 5m, 1h, 1h30m, 5d. Less than five minutes are counted in seconds, as timeouts are, and less than
// two days in hours.
func FormatDuration(d time.Duration) string {
	in := func(unit time.Duration, letters string) string { return strconv.FormatInt(int64(d/unit), 10) + letters }
	switch {
	case d%time.Second != 0:
		return in(time.Millisecond, "ms")
	case d >= 2*day && d%day == 0:
		return in(day, "d")
	case d >= time.Hour && d%time.Hour == 0:
		return in(time.Hour, "h")
	case d >= time.Hour && d%time.Minute == 0:
		h := in(time.Hour, "h")
		d %= time.Hour
		return h + in(time.Minute, "m")
	case d >= 5*time.Minute && d%time.Minute == 0:
		return in(time.Minute, "m")
	}
	return in(time.Second, "s")
}

// Both are compiled when somebody asks: most runs are given no duration.
var (
	bareNumber = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`) })
	wholeDays  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9]{1,5}d$`) })
)

// ParseDuration reads what people write where a duration is asked for: the forms of FormatDuration, and those of Go.
// The error of a number without a unit asks for one.
func ParseDuration(s string) (time.Duration, error) {
	if bareNumber().MatchString(s) {
		return 0, fmt.Errorf("%s has no unit, add a unit: %ss, or %sms if milliseconds are meant", s, s, s)
	}
	if wholeDays().MatchString(s) {
		n, err := strconv.Atoi(strings.TrimSuffix(s, "d"))
		return time.Duration(n) * day, err
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a duration: write it like 25s, 1m30s or 500ms", s)
	}
	return d, nil
}
