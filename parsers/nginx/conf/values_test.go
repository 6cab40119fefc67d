package conf

import (
	"strings"
	"testing"
	"time"
)

// TestParseTime is law U1: every form was held against the timer that a real nginx armed.
func TestParseTime(t *testing.T) {
	const day = 24 * time.Hour
	for s, want := range map[string]time.Duration{
		"60": time.Minute, "60s": time.Minute, "0": 0, "1m": time.Minute, "1m30": 90 * time.Second,
		"1h 30": 3630 * time.Second,
		"1h30m": 90 * time.Minute, "60000": 60000 * time.Second, "500ms": 500 * time.Millisecond,
		"1s500ms": 1500 * time.Millisecond,
		"60 ":     time.Minute, "1 30": 31 * time.Second, " 60": time.Minute, "1d": day, "30d": 30 * day, "1w": 7 * day,
		"1w 2d 3h 4m 5s 6ms": 9*day + 3*time.Hour + 4*time.Minute + 5*time.Second + 6*time.Millisecond,
		"1h 30m":             90 * time.Minute, "007": 7 * time.Second, "1ms": time.Millisecond, "1m ": time.Minute,
		"1ms 1": 1001 * time.Millisecond,
	} {
		if got, ok := ParseTime(s); !ok || got != want {
			t.Errorf("parseTime(%q) = %v, %v; want %v", s, got, ok, want)
		}
	}
	const refused = "60 s| 60s|60sec|1min|1.5s|-1|+60s|off||$var|0x3c|6e1|30s1m|1m1m|1ms1s|1y|1M|s|m| " +
		"|1H|60S|99999999999999999999|" +
		"9223372036854775807|1s 1s|1 30s|x"
	for s := range strings.SplitSeq(refused, "|") {
		if got, ok := ParseTime(s); ok {
			t.Errorf("parseTime(%q) = %v, want none", s, got)
		}
	}
}

func TestParseSeconds(t *testing.T) {
	const day = 24 * time.Hour
	for s, want := range map[string]time.Duration{
		"10": 10 * time.Second, "1y": 365 * day, "1M": 30 * day, "1y1M1w": 402 * day, "1d 12h": 36 * time.Hour,
		"1000y": 1<<63 - 1,
	} {
		if got, ok := ParseSeconds(s); !ok || got != want {
			t.Errorf("parseSeconds(%q) = %v, %v; want %v", s, got, ok, want)
		}
	}
	for s := range strings.SplitSeq("1ms|1y1y|1M1y|1m1h||off|10sec", "|") {
		if got, ok := ParseSeconds(s); ok {
			t.Errorf("parseSeconds(%q) = %v, want none", s, got)
		}
	}
}

func TestParseSize(t *testing.T) {
	for s, want := range map[string]int64{"0": 0, "1024": 1024, "8k": 8192, "8K": 8192, "1m": 1 << 20, "2M": 2 << 20} {
		if got, ok := ParseSize(s); !ok || got != want {
			t.Errorf("parseSize(%q) = %v, %v; want %v", s, got, ok, want)
		}
	}
	for s := range strings.SplitSeq("|k|1g|-1|1kb|10mb|1.5m|$x|9223372036854775807k", "|") {
		if got, ok := ParseSize(s); ok {
			t.Errorf("parseSize(%q) = %v, want none", s, got)
		}
	}
	if got, ok := ParseOffset("2G"); !ok || got != 2<<30 {
		t.Errorf("parseOffset(2G) = %v, %v", got, ok)
	}
}
