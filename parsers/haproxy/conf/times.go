package conf

import (
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// ParseTime reads a time: digits and us, ms, s, m, h or d; a bare number is in the default unit. Whatever follows the
// unit HAProxy 2.6 warns of and ignores.
func ParseTime(s string, unit time.Duration) (time.Duration, bool) {
	digits := strings.TrimLeft(s, "0123456789")
	n, err := strconv.ParseInt(s[:len(s)-len(digits)], 10, 64)
	if err != nil {
		return 0, false
	}
	if digits != "" {
		switch {
		case strings.HasPrefix(digits, "us"):
			unit = time.Microsecond
		case strings.HasPrefix(digits, "ms"):
			unit = time.Millisecond
		case digits[0] == 's':
			unit = time.Second
		case digits[0] == 'm':
			unit = time.Minute
		case digits[0] == 'h':
			unit = time.Hour
		case digits[0] == 'd':
			unit = 24 * time.Hour
		default:
			return 0, false
		}
	}
	const most = (1<<31 - 1) * time.Millisecond
	d := time.Duration(n) * unit
	if n > int64(most/unit) || d > most {
		return 0, false
	}
	// HAProxy counts in milliseconds, rounded up.
	return (d + time.Millisecond - 1).Truncate(time.Millisecond), true
}

// Timeout is "timeout NAME" of a section; zero where none is set, which means that nothing ends the connection.
func (p *Proxy) Timeout(name string) hop.Setting[time.Duration] {
	full := "timeout " + name
	l, maybe := p.Setting("timeout", name)
	if maybe != "" {
		return hop.Unknown[time.Duration](full, p.Pos(), maybe+" decides about "+full)
	}
	return p.TimeoutBy(name, l)
}

// TimeoutBy is a timeout of the section where one line is in force for it; nil for none.
func (p *Proxy) TimeoutBy(name string, l *Line) hop.Setting[time.Duration] {
	full := "timeout " + name
	switch {
	case l == nil && p.Fragment:
		return hop.Unknown[time.Duration](full, p.Pos(), OtherFile)
	case l == nil:
		return hop.Default(full, time.Duration(0), p.Pos())
	}
	return p.Duration(full, l, 2)
}

// Duration reads word i of a line as a time in milliseconds.
func (p *Proxy) Duration(name string, l *Line, i int) hop.Setting[time.Duration] {
	if i >= len(l.Words) {
		return hop.Unknown[time.Duration](name, l.Pos(), name+" has no value")
	}
	w := l.Words[i]
	if w.Why != "" {
		return hop.Unknown[time.Duration](name, l.Pos(), w.Why)
	}
	d, ok := ParseTime(w.Value, time.Millisecond)
	if !ok {
		return hop.Unknown[time.Duration](name, l.Pos(), w.Value+" is not a time")
	}
	s := hop.Written(name, d, l.Pos())
	s.Set = SetTime(SetWord(w))
	return s
}

// SetTime makes of set one that writes times as HAProxy reads them: a number and one unit, never "1m30s".
func SetTime(set func(string) []hop.Edit) func(string) []hop.Edit {
	if set == nil {
		return nil
	}
	return func(value string) []hop.Edit {
		if d, err := time.ParseDuration(value); err == nil && strings.Trim(value, "0123456789") != "" {
			switch {
			case d%time.Hour == 0:
				value = strconv.FormatInt(int64(d/time.Hour), 10) + "h"
			case d%time.Second == 0:
				value = strconv.FormatInt(int64(d/time.Second), 10) + "s"
			default:
				value = strconv.FormatInt(d.Milliseconds(), 10) + "ms"
			}
		}
		return set(value)
	}
}
