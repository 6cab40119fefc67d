package nginx_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/parsers/nginx"
)

// TestServers: how many addresses tunnels are spread over is told only where it is sure.
func TestServers(t *testing.T) {
	for _, tc := range []struct {
		upstream, location string
		want               int
	}{
		{"", "proxy_pass http://10.0.0.1:3000;", 1},
		{"", "proxy_pass http://[::1]:3000;", 1},
		{"", "proxy_pass http://app:3000;", 0}, // a name may have several addresses
		{"", "proxy_pass http://unix:/run/app.sock;", 0},
		{"", "proxy_pass http://10.0.0.1:3000; proxy_bind 10.0.0.9;", 0},
		{"server 10.0.0.1:3000; server 10.0.0.2;", "proxy_pass http://up;", 2},
		{"server [::1]:3000;", "proxy_pass http://up;", 1},
		{"server 10.0.0.1; server 10.0.0.2 backup; server 10.0.0.3 down; server 10.0.0.4 weight=2;", "proxy_pass http://up;",
			2},
		{"server 10.0.0.1; server app;", "proxy_pass http://up;", 0},
	} {
		up := ""
		if tc.upstream != "" {
			up = "upstream up { " + tc.upstream + " } "
		}
		file := filepath.Join(t.TempDir(), "nginx.conf")
		text := "events {} http { " + up + "server { listen 80; location / { " + tc.location + " } } }"
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		trees, err := nginx.Read([]string{file}, nil, nginx.Options{Version: nginx.OldestCommon})
		if err != nil || len(trees) != 1 {
			t.Fatalf("%s: %v", text, err)
		}
		q, err := lint.Handshake{URL: "ws://a/", Browser: "chrome"}.Request()
		if err != nil {
			t.Fatal(err)
		}
		h := nginx.Compile(trees[0], nginx.OldestCommon).Serve(q)[0].Hop
		if a, known := h.Answer.Get(); !known || a.Kind != hop.PassedOn || h.Servers != tc.want {
			t.Errorf("%s: %d servers, want %d (%v)", text, h.Servers, tc.want, a)
		}
	}
}
