package nginx

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// TestCauses: what a mismatch of the connection is put down to.
func TestCauses(t *testing.T) {
	for _, c := range []struct {
		listen     string
		tls, proxy bool
		want       hop.Cause
	}{
		{"80", false, false, hop.NoCause}, {"80", false, true, hop.PROXYHeader}, {"80", true, false, hop.WrongScheme},
		{"80 proxy_protocol", false, false, hop.PROXYHeader}, {"80 proxy_protocol", false, true, hop.NoCause},
		{"80 http2", false, false, hop.HTTP2Only}, {"80 ssl", false, false, hop.WrongScheme},
	} {
		q := handshake("/ws")
		q.TLS, q.ProxyProtocol = c.tls, c.proxy
		h := compileText(t, "events { } http { server { listen "+c.listen+"; ssl_certificate a; ssl_certificate_key a; "+
			"location /ws { "+opens+" } } }").Serve(q)[0].Hop
		a, known := h.Answer.Get()
		if !known || a.Cause != c.want || (a.Kind == hop.PassedOn) != (c.want == hop.NoCause) {
			t.Errorf("listen %s, TLS %t, PROXY %t: %+v", c.listen, c.tls, c.proxy, h.Answer)
		}
	}
}

// inOneServer serves a handshake at lines of the only server.
func inOneServer(t *testing.T, lines, target string, change func(*hop.Request)) hop.Answer {
	t.Helper()
	q := handshake(target)
	if change != nil {
		change(&q)
	}
	h := compileText(t, "events { } http { server { listen 80; "+lines+" } }").Serve(q)[0].Hop
	a, known := h.Answer.Get()
	if !known {
		t.Errorf("%s: %s", lines, h.Answer.Why())
	}
	return a
}

// TestSlashKeepsQuery: the redirect that adds a slash keeps the query string.
func TestSlashKeepsQuery(t *testing.T) {
	for target, want := range map[string]string{"/ws": "/ws/", "/ws?a=1": "/ws/?a=1"} {
		a := inOneServer(t, "location /ws/ { "+opens+" }", target, nil)
		if a.Status != 301 || !strings.HasSuffix(a.Location, want) || a.Cause != hop.AddsSlash {
			t.Errorf("%s: %+v", target, a)
		}
	}
}

// TestHostOfOldRequests: HTTP/1.0 needs no Host.
func TestHostOfOldRequests(t *testing.T) {
	for version, want := range map[string]int{"1.0": 200, "1.1": 400} {
		a := inOneServer(t, "location / { return 200 x; }", "/ws", func(q *hop.Request) {
			delete(q.Header, "Host")
			q.Proto = hop.Written("", version, hop.Pos{})
		})
		if a.Status != want {
			t.Errorf("HTTP/%s: %+v", version, a)
		}
	}
}

// TestNoRegexBehind: after a prefix with ^~ no expression is tried.
func TestNoRegexBehind(t *testing.T) {
	for modifier, want := range map[string]int{"^~": 201, "": 202, "=": 201} {
		a := inOneServer(t, "location "+modifier+" /ws { return 201 a; } location ~ ^/w { return 202 b; }", "/ws", nil)
		if a.Status != want {
			t.Errorf("%q: %+v", modifier, a)
		}
	}
}

// TestLimitedMethods: GET in limit_except allows HEAD as well, in any case of letters.
func TestLimitedMethods(t *testing.T) {
	for limit, want := range map[string][2]int{"GET": {200, 200}, "get": {200, 200}, "HEAD": {403, 200},
		"POST": {403, 403}} {
		for i, method := range []string{"GET", "HEAD"} {
			a := inOneServer(t, "location / { limit_except "+limit+" { deny all; } try_files /none =200; }", "/ws",
				func(q *hop.Request) { q.Method = method })
			if a.Status != want[i] {
				t.Errorf("limit_except %s, %s: %+v", limit, method, a)
			}
		}
	}
}

// TestHeaderBuffers: headers fill the large buffers one after the other, and together they may take all of them.
func TestHeaderBuffers(t *testing.T) {
	for buffers, want := range map[string]int{"4 2k": 200, "1 2k": 400, "4 1k": 400} {
		a := inOneServer(t, "large_client_header_buffers "+buffers+"; location / { return 200 x; }", "/ws",
			func(q *hop.Request) {
				for _, name := range []string{"X-A", "X-B", "X-C"} {
					q.Header[name] = []hop.Setting[string]{hop.Written(name, strings.Repeat("x", 1500), hop.Pos{})}
				}
			})
		if a.Status != want && (want != 400 || a.Status != 494) {
			t.Errorf("%s: %+v", buffers, a)
		}
	}
}

// TestURIChanges: the URI may change ten times, and the next one ends in 500.
func TestURIChanges(t *testing.T) {
	for changes, want := range map[int]int{10: 200, 11: 500} {
		lines := ""
		for i := range changes {
			lines += fmt.Sprintf("location = /ws%d { rewrite ^ /ws%d last; } ", i, i+1)
		}
		a := inOneServer(t, lines+fmt.Sprintf("location = /ws%d { return 200 x; }", changes), "/ws0", nil)
		if a.Status != want {
			t.Errorf("%d changes: %+v", changes, a)
		}
	}
}
