package nginx

import (
	"strings"
	"testing"
)

// TestOwnPaths: what nginx asks itself for is no place where a browser's handshake enters, but for what takes over
// when a file is missing.
func TestOwnPaths(t *testing.T) {
	for lines, want := range map[string]string{
		"location /a { auth_request /check; proxy_pass http://b; } location = /check { proxy_pass http://c; }": "/a",
		"mirror /copy; location /a { proxy_pass http://b; } location /copy/ { proxy_pass http://c; }":          "/a",
		"error_page 502 /down; location /a { proxy_pass http://b; } location = /down { proxy_pass http://c; }": "/a",
		"error_page 404 /more; location /a { proxy_pass http://b; } location = /more { proxy_pass http://c; }": "/a /more",
		"location /static/ { proxy_pass http://b; } location /app { proxy_pass http://c; }":                    "/app",
		"location ~ \\.php$ { proxy_pass http://b; } location ~ ^/live/[a-z]+$ { proxy_pass http://c; }":       "/live/a",
		"location /who { proxy_pass_request_body off; proxy_pass http://b; }":                                  "",
		"location /.well-known/ { proxy_pass http://b; } location /statics { proxy_pass http://b; }":           "/statics",
		"auth_request /; location / { proxy_pass http://b; }":                                                  "/",
		"location /a { proxy_pass http://b; } location = /check { proxy_pass http://c; }":                      "/a /check",
	} {
		c := compileText(t, "events { } http { server { listen 80; "+lines+" } server { mirror /a; } }")
		var got []string
		for _, e := range c.Everywhere() {
			got = append(got, strings.TrimPrefix(e.Name, "ws://localhost"))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %s", lines, got, want)
		}
	}
	asked := compileText(t, "events { } http { mirror /copy; "+
		"server { listen 80; location /copy { proxy_pass http://b; } } }")
	if got := asked.Everywhere(); len(got) > 0 {
		t.Errorf("a mirror of http: %v", got)
	}
}
