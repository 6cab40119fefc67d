package oracle

import (
	"strconv"
	"strings"
	"time"
)

// shortened are the directives whose first argument is divided by Options.Shorten. Those without effect on a tunnel
// (law T2) are shortened along with the rest, so that an effect would show.
var shortened = map[string]bool{
	"proxy_read_timeout": true, "proxy_send_timeout": true, "proxy_connect_timeout": true, "proxy_timeout": true,
	"uwsgi_read_timeout": true, "uwsgi_send_timeout": true, "uwsgi_connect_timeout": true,
	"scgi_read_timeout": true, "scgi_send_timeout": true, "scgi_connect_timeout": true,
	"send_timeout": true, "client_body_timeout": true, "client_header_timeout": true, "keepalive_timeout": true,
	"worker_shutdown_timeout": true, "lingering_timeout": true, "lingering_time": true,
	"proxy_next_upstream_timeout": true,
	"preread_timeout":             true, "proxy_protocol_timeout": true,
}

// idleTimers end a quiet tunnel, and these are their defaults.
var idleTimers = map[string]time.Duration{
	"proxy_read_timeout": time.Minute, "uwsgi_read_timeout": time.Minute, "scgi_read_timeout": time.Minute,
	"proxy_timeout": 10 * time.Minute,
}

// shortest is what no timer is shortened below: the cut must stand out from the noise of a busy machine.
const shortest = time.Second

// shorten divides d, but not below a second, and never makes it longer; zero stays zero.
func shorten(d time.Duration, by float64) time.Duration {
	if by <= 1 || d <= shortest {
		return d
	}
	return max(shortest, time.Duration(float64(d)/by).Round(time.Millisecond))
}

func timeText(d time.Duration) string {
	if d%time.Second == 0 {
		return strconv.FormatInt(int64(d/time.Second), 10) + "s"
	}
	return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
}

// units in the order in which nginx accepts them (law U1).
var units = []struct {
	name string
	d    time.Duration
}{
	{
		"w",
		7 * 24 * time.Hour,
	}, {"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond},
}

// parseTime reads a time as nginx does; ok is false for what nginx refuses, and for some odd spellings with spaces,
// which are then left as they are.
func parseTime(value string) (d time.Duration, ok bool) {
	rest, least := value, 0
	for rest != "" {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.ParseInt(rest[:digits], 10, 32)
		if err != nil {
			return 0, false
		}
		rest = rest[digits:]
		if rest == "" {
			return d + time.Duration(n)*time.Second, least < 5
		}
		letters := len(rest) - len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyz"))
		i := least
		for i < len(units) && units[i].name != rest[:letters] {
			i++
		}
		if i == len(units) {
			return 0, false
		}
		d, least, rest = d+time.Duration(n)*units[i].d, i+1, strings.TrimLeft(rest[letters:], " ")
	}
	return d, value != ""
}
