package nginx

import (
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// TestSteps holds what a hop tells of the way inside nginx: which server and why that one, the locations chosen and
// those they beat, and whatever led elsewhere, which begins with "!".
func TestSteps(t *testing.T) {
	for _, tc := range []struct{ http, target, want string }{
		{
			"server { listen 80; location / { } location /ws { proxy_pass http://127.0.0.1:9; } }", "/ws/x",
			"takes this server: it is the only one on *:80; takes location /ws for /ws/x: the longest prefix, " +
				"ahead of location /",
		},
		{
			"server { listen 80; location /old { rewrite ^/old/(.*)$ /new/$1 last; } }", "/old/x",
			"takes this server: it is the only one on *:80; takes location /old for /old/x: the longest prefix; ! " +
				"rewrite makes it /new/x; no location matches /new/x",
		},
		{
			"server { listen 80; server_name a; } server { listen 80; server_name *.test; location ^~ /ws { } " +
				"location ~ w { } location = /ws { } }", "/ws",
			"takes this server: its server_name *.test matches a.test; takes location = /ws for /ws: the very " +
				"path, ahead of location ^~ /ws, location ~ w",
		},
		{
			`server { listen 80; server_name a; } server { listen 80; server_name ~^(\w+)\.test$; location /ws { ` +
				`} location ~ w { } location ~ s { } }`, "/ws",
			`takes this server: its server_name ~^(\w+)\.test$ matches a.test; takes location ~ w for /ws: the ` +
				`first regex that matches, ahead of location /ws, location ~ s`,
		},
		{
			"server { listen 80; server_name a; } server { listen 80; server_name b; }", "/ws",
			"! no server_name on *:80 matches a.test: the first one there takes it; no location matches /ws",
		},
		{
			"server { listen 80; server_name a; } server { listen 80 default_server; server_name b; }", "/ws",
			"! no server_name on *:80 matches a.test: the default_server takes it; no location matches /ws",
		},
		{
			"server { listen 80; } server { listen 127.0.0.1:80; }", "/ws",
			"takes this server: it is the only one on 127.0.0.1:80, which comes before *:80; no location matches /ws",
		},
		{
			"server { listen 80; root /srv; location /ws { try_files $uri @app; } location @app { proxy_pass " +
				"http://127.0.0.1:9; } }", "/ws",
			"takes this server: it is the only one on *:80; takes location /ws for /ws: the longest prefix; ! " +
				"try_files finds no file and goes on with @app; takes location @app",
		},
		{
			"server { listen 80; error_page 404 = /fall; location /ws { return 404; } location = /fall { " +
				"proxy_pass http://127.0.0.1:9; } }", "/ws",
			"takes this server: it is the only one on *:80; takes location /ws for /ws: the longest prefix; ! " +
				"error_page goes on with /fall; takes location = /fall for /fall: the very path",
		},
		{
			"server { listen 80; location / { index /app; } location = /app { proxy_pass http://127.0.0.1:9; } " +
				"}", "/",
			"takes this server: it is the only one on *:80; takes location / for /: the longest prefix; ! index " +
				"makes it /app; takes location = /app for /app: the very path, ahead of location /",
		},
		{
			"server { listen 80; location /ws { if ($http_upgrade) { proxy_pass http://127.0.0.1:9; } } }", "/ws",
			"takes this server: it is the only one on *:80; takes location /ws for /ws: the longest prefix; ! if " +
				"($http_upgrade) holds",
		},
		{
			"server { listen 80; location /ws/ { proxy_pass http://127.0.0.1:9; } }", "/ws",
			"takes this server: it is the only one on *:80; takes location /ws/ for /ws: the same path with a slash",
		},
		{
			"server { listen 80; location /a { location /a/b { rewrite ^ /a break; proxy_pass http://127.0.0.1:9; " +
				"} location /a/b/c { } } }", "/a/b/d",
			"takes this server: it is the only one on *:80; takes location /a/b for /a/b/d: the longest prefix; ! " +
				"rewrite makes it /a and stays in the location",
		},
	} {
		q := handshake(tc.target)
		var told []string
		for _, s := range compileText(t, "events { } http { "+tc.http+" }").Serve(q)[0].Hop.Steps() {
			if s.Pos.Line == 0 {
				t.Errorf("%s: %q has no place", tc.http, s.Text)
			}
			if s.Turns {
				s.Text = "! " + s.Text
			}
			told = append(told, s.Text)
		}
		if got := strings.Join(told, "; "); got != tc.want {
			t.Errorf("%s %s:\n got %s\nwant %s", tc.http, tc.target, got, tc.want)
		}
	}
}

// TestDecided holds the place that an answer points at: where the block that answers decides nothing, the step that
// led there.
func TestDecided(t *testing.T) {
	for lines, want := range map[string]int{
		"location /ws {\n rewrite ^ /new last;\n }":                               3,
		"location /ws {\n rewrite ^ /new last;\n } location /new {\n }":           3,
		"location /ws {\n rewrite ^ /a;\n rewrite ^ /b last;\n }":                 4,
		"location /ws {\n rewrite ^ /ws/x last;\n }":                              3, // 500, a cycle
		"location /ws {\n rewrite ^ /a last;\n } location /a {\n return 404;\n }": 5,
		"location /x {\n }":  1,
		"location /ws {\n }": 2,
	} {
		a := compileText(t, "events { } http { server { listen 80;\n"+lines+" } }").Serve(handshake("/ws"))[0].Hop.Answer
		if got, known := a.Get(); !known || got.Kind != hop.Answered || a.Pos.Line != want {
			t.Errorf("%s: the answer is %v of line %d, not of line %d", lines, got, a.Pos.Line, want)
		}
	}
}
