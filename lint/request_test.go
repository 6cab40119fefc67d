package lint

import (
	"net/netip"
	"testing"

	"github.com/wslint/wslint/hop"
)

func TestRequest(t *testing.T) {
	type want struct{ addr, host, target, hostHeader, origin, client string }
	for _, tc := range []struct {
		h Handshake
		want
	}{
		{Handshake{URL: "wss://chat.example.com/ws?token=1"},
			want{"chat.example.com:443", "chat.example.com", "/ws?token=1", "chat.example.com", "https://chat.example.com",
				"invalid AddrPort"}},
		{Handshake{URL: "ws://Example.com:8080"},
			want{"example.com:8080", "example.com", "/", "example.com:8080", "http://example.com:8080", "invalid AddrPort"}},
		{Handshake{URL: "ws://127.0.0.1:80/a%20b"},
			want{"127.0.0.1:80", "127.0.0.1", "/a%20b", "127.0.0.1", "http://127.0.0.1", "127.0.0.1:50000"}},
		{Handshake{URL: "wss://[::1]/"},
			want{"[::1]:443", "::1", "/", "[::1]", "https://[::1]", "[::1]:50000"}},
		{Handshake{URL: "ws://localhost/", Client: netip.MustParseAddr("10.1.2.3")},
			want{"localhost:80", "localhost", "/", "localhost", "http://localhost", "10.1.2.3:50000"}},
		{Handshake{URL: "ws://a/", Headers: []Header{{"Host", "b"}, {"Origin", ""}}},
			want{"a:80", "a", "/", "b", "", "invalid AddrPort"}},
	} {
		r, err := tc.h.Request()
		if err != nil {
			t.Errorf("%s: %v", tc.h.URL, err)
			continue
		}
		if got := (want{r.Addr, r.Host, r.Target, line(r, "Host"), line(r, "Origin"), r.Client.String()}); got != tc.want {
			t.Errorf("%s:\n got %+v\nwant %+v", tc.h.URL, got, tc.want)
		}
		if ok, sure := r.IsUpgrade(); !ok || !sure {
			t.Errorf("%s: the request is not a handshake", tc.h.URL)
		}
	}
}

func line(r hop.Request, name string) string {
	lines, why := r.Lines(name)
	switch {
	case why != "":
		return "unknown: " + why
	case len(lines) == 0:
		return ""
	case len(lines) > 1:
		return "several"
	}
	return lines[0]
}

func TestBrowsersDiffer(t *testing.T) {
	for browser, want := range map[string]string{
		"chrome": "Upgrade", "firefox": "Upgrade", "firefox-115": "keep-alive, Upgrade",
	} {
		r, _ := Handshake{URL: "ws://a/", Browser: browser, Subprotocols: []string{"x", "y"}}.Request()
		if got := line(r, "Connection"); got != want {
			t.Errorf("%s sends Connection %q, want %q", browser, got, want)
		}
		if got := line(r, "Sec-Websocket-Protocol"); got != "x, y" {
			t.Errorf("%s asks for %q", browser, got)
		}
	}
}

func TestURLErrors(t *testing.T) {
	for _, url := range []string{"", "a", "//a/", "http://a/", "ws:///x", "ws://a:0/", "ws://a:70000/", "ws://a/#x",
		"ws://u:p@a/", "ws://a/\x01", "ws://a b/"} {
		if r, err := (Handshake{URL: url}).Request(); err == nil {
			t.Errorf("%q became a request to %s", url, r.Addr)
		}
	}
}

func TestParseHeader(t *testing.T) {
	for in, want := range map[string]Header{
		"origin: https://a:1":    {"Origin", "https://a:1"},
		"Origin:":                {"Origin", ""},
		"sec-websocket-key:  x ": {"Sec-Websocket-Key", "x"},
		"X-Forwarded-For: a, b":  {"X-Forwarded-For", "a, b"},
	} {
		if got, err := ParseHeader(in); got != want || err != nil {
			t.Errorf("%q: got %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "Origin", ": x", "a b: c", "a: b\nc: d"} {
		if got, err := ParseHeader(in); err == nil {
			t.Errorf("%q: read as %v", in, got)
		}
	}
}
