package nginx_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/parsers/nginx"
)

// TestHiddenNames: a name that a template hides matters only where it could lead the request to another server.
func TestHiddenNames(t *testing.T) {
	const hidden, other, rejects = "server_name ${DOMAIN};", "server_name b.test;", "ssl_reject_handshake on;"
	server := func(listen, body string, status int) string {
		return fmt.Sprintf("server { listen %s; %s return %d; } ", listen, body, status)
	}
	for _, tc := range []struct {
		url, servers string
		want         int // the status; 0 for unknown
	}{
		{"ws://a.test/", server("80", hidden, 401), 401},
		{"ws://a.test/", server("80", hidden, 401) + server("80", other, 402), 401},
		{"ws://b.test/", server("80", hidden, 401) + server("80", other, 402), 402},
		{"ws://a.test/", server("80", other, 402) + server("80", hidden, 401), 0},
		{"ws://a.test/", server("80", hidden, 401) + server("80", hidden, 402), 0},
		{"ws://a.test/", server("80", hidden+` server_name ~^(?<x>.)\.;`, 401), 0}, // what $x is
		{"ws://c.b.test/", server("80", hidden+" server_name *.b.test;", 401) + server("80", other, 402), 401},
		{"ws://c.b.test/", server("80", "server_name *.b.test;", 401) + server("80", hidden, 402), 0},
		{"wss://a.test/", server("443 ssl", rejects, 402) + server("443 ssl", hidden, 401), 0},
		{"wss://a.test/", server("443 ssl", hidden, 401) + server("443 ssl", other+rejects, 402), 401},
	} {
		file := filepath.Join(t.TempDir(), "nginx.conf.template")
		if err := os.WriteFile(file, []byte("events {} http { "+tc.servers+"}"), 0o644); err != nil {
			t.Fatal(err)
		}
		trees, err := nginx.Read([]string{file}, nil, nginx.Options{Version: nginx.OldestCommon})
		if err != nil || len(trees) != 1 {
			t.Fatal(err)
		}
		q, err := lint.Handshake{URL: tc.url, Browser: "chrome"}.Request()
		if err != nil {
			t.Fatal(err)
		}
		h := nginx.Compile(trees[0], nginx.OldestCommon).Serve(q)[0].Hop
		if a, known := h.Answer.Get(); known != (tc.want != 0) || a.Status != tc.want {
			t.Errorf("%s: %s: %+v %v %s, want %d", tc.url, tc.servers, a, known, h.Answer.Why(), tc.want)
		}
	}
}
