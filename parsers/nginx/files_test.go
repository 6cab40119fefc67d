package nginx

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// TestOpenFiles holds that a file which the request's path does not name is left open, and that the endpoint itself
// is taken to be no file.
func TestOpenFiles(t *testing.T) {
	for _, c := range []struct {
		inServer string
		known    bool
	}{
		{"if (!-f /srv/on) { return 503; } location /ws { proxy_pass http://127.0.0.1:1; }", false},
		{"location /ws { try_files /maintenance.html @app; } location @app { proxy_pass http://127.0.0.1:1; }", false},
		{"root /srv; location /ws { try_files $uri @app; } location @app { proxy_pass http://127.0.0.1:1; }", true},
		{"root /srv/ws; set $x on; location /ws { try_files /$x @app; } " +
			"location @app { proxy_pass http://127.0.0.1:1; }", false},
		{"root /srv; location /ws { if (-f $request_filename) { return 403; } proxy_pass http://127.0.0.1:1; }", true},
	} {
		name := filepath.Join(t.TempDir(), "nginx.conf")
		if err := os.WriteFile(name, []byte("events {}\nhttp { server { listen 80; "+c.inServer+" } }\n"),
			0o600); err != nil {
			t.Fatal(err)
		}
		trees, err := conf.Read([]string{name}, nil, conf.Options{})
		if err != nil || len(trees) != 1 || len(trees[0].Problems) > 0 {
			t.Fatalf("%s: %v %v", c.inServer, err, trees)
		}
		cases := Compile(trees[0], measured).Serve(hop.Request{
			Method: "GET", Target: "/ws", Addr: "127.0.0.1:80", Proto: hop.Written("HTTP version", "1.1", hop.Pos{}),
			Header: map[string][]hop.Setting[string]{"Host": {hop.Written("Host", "a.test", hop.Pos{})}},
		})
		if (len(cases) == 1) != c.known {
			t.Errorf("%s: %d cases, want one: %t", c.inServer, len(cases), c.known)
		}
	}
}
