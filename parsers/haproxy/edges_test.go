package haproxy_test

import (
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
)

// TestPrefixSlash: a redirect to the prefix / keeps the path as it is.
func TestPrefixSlash(t *testing.T) {
	for prefix, want := range map[string]string{"/": "/socket.io/?t=1", "https://b": "https://b/socket.io/?t=1"} {
		h := serveOne("listen l\n  bind *:80\n  redirect prefix "+prefix+"\n  server s 10.0.0.1:80\n", nil)
		if a, _ := h.Answer.Get(); a.Location != want {
			t.Errorf("%s leads to %q, want %q", prefix, a.Location, want)
		}
	}
}

// TestUnknownTunnel: a timeout tunnel that is not known is the timer all the same, and 0 is none.
func TestUnknownTunnel(t *testing.T) {
	for value, want := range map[string]string{`"${T}"`: "timeout tunnel ?", "0": "timeout client 5s",
		"7s": "timeout tunnel 7s"} {
		h := serveOne("listen l\n  timeout client 5s\n  timeout server 9s\n  timeout tunnel "+value+
			"\n  bind *:80\n  server s 10.0.0.1:80\n", nil)
		if len(h.Idle) != 1 {
			t.Errorf("%s: %d idle timers", value, len(h.Idle))
			continue
		}
		got := h.Idle[0].Name + " ?"
		if length, known := h.Idle[0].Get(); known {
			got = h.Idle[0].Name + " " + length.Round(time.Second).String()
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", value, got, want)
		}
	}
}

// TestNearestListener: where nobody says at which port a handshake comes, the port that speaks as it does is the
// likeliest: TLS or none tells more than a PROXY header.
func TestNearestListener(t *testing.T) {
	h := serveOne("listen l\n  bind *:443 ssl crt /x.pem\n  bind *:81 accept-proxy\n  server s 10.0.0.1:80\n",
		func(q *hop.Request) { q.Addr = "" })
	if a, _ := h.Answer.Get(); a.Cause != hop.PROXYHeader {
		t.Errorf("got %+v, want that of port 81", h.Answer)
	}
}
