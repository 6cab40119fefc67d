package nginx

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
)

// handshake is that of a browser for a target, as it arrives on port 80.
func handshake(target string) hop.Request {
	q := hop.Request{
		Method: "GET", Host: "a.test", Target: target, Addr: "127.0.0.1:80", Proto: hop.Written("HTTP version", "1.1",
			hop.Pos{}),
		Header: map[string][]hop.Setting[string]{},
	}
	for _, line := range []string{"Host: a.test", "Upgrade: websocket", "Connection: Upgrade", "Sec-Websocket-Key: x",
		"Sec-Websocket-Version: 13"} {
		name, v, _ := strings.Cut(line, ": ")
		q.Header[name] = []hop.Setting[string]{hop.Written(name, v, hop.Pos{})}
	}
	return q
}

// compileText compiles one text.
func compileText(t testing.TB, text string) *Config {
	t.Helper()
	name := filepath.Join(t.TempDir(), "nginx.conf")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	trees, err := Read([]string{name}, nil, Options{})
	if err != nil || len(trees) != 1 || len(trees[0].Problems) > 0 {
		t.Fatalf("%s: %v %v", text, err, trees)
	}
	return Compile(trees[0], measured)
}

// measured is the nginx that most tests speak of.
var measured = Version{Major: 1, Minor: 22, Patch: 1}

// TestEffectiveServesTheSame: a location that says by itself all that was in force for it serves a handshake as the
// original does, and nginx takes it.
func TestEffectiveServesTheSame(t *testing.T) {
	const upstream = "upstream app { server 127.0.0.1:9001; } map $http_upgrade $c { default upgrade; '' close; } "
	const upgrade = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $c; "
	for i, tc := range []struct{ http, server, target string }{
		{"", "location /ws { proxy_pass http://app; }", "/ws"},
		{upgrade, "location /ws { proxy_pass http://app; }", "/ws"},
		{upgrade, "location /ws { proxy_pass http://app; proxy_set_header Host $host; }", "/ws"},
		{upgrade, "location /a/ { proxy_read_timeout 5s; location /a/ws { proxy_pass http://app; } }", "/a/ws"},
		{"proxy_read_timeout 7s; allow 127.0.0.1; deny all; ", "proxy_read_timeout 5s; " + upgrade +
			"location ~ ^/w(s)$ { proxy_pass http://app; }", "/ws"},
		{"deny all; ", "location = /ws { proxy_pass http://app; }", "/ws"},
		{"proxy_hide_header Upgrade; proxy_buffer_size 64; ",
			upgrade + `location /ws { proxy_pass http://app; add_header X-A "b c" always; }`, "/ws"},
		{upgrade, "proxy_connect_timeout 0; location /ws { proxy_pass http://app; }", "/ws"},
		{upgrade, "location /ws { if ($http_upgrade) { proxy_pass http://app; } return 404; }", "/ws"},
		{"limit_conn_zone $binary_remote_addr zone=z:1m; ",
			upgrade + "limit_conn z 3; location /ws { proxy_pass http://app/x/; }", "/ws"},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			whole := "events { } http { " + upstream + tc.http + "server { listen 80; " + tc.server + " } }"
			h := compileText(t, whole).Serve(handshake(tc.target))[0].Hop
			want, _ := describe(handshake(tc.target), *h)
			zones, _, _ := strings.Cut(tc.http, "proxy")
			if !strings.HasPrefix(zones, "limit_conn_zone") {
				zones = ""
			}
			alone := "events { } http { " + upstream + zones + "server { listen 80;\n" + h.Effective() + "} }"
			got, _ := describe(handshake(tc.target), *compileText(t, alone).Serve(handshake(tc.target))[0].Hop)
			if got != want {
				t.Errorf("%s\nis served as\n%s\nand the original\n%s\nas\n%s", alone, got, whole, want)
			}
		})
	}
}

// TestEffectiveIsNginx: nginx takes the block for what it is.
func TestEffectiveIsNginx(t *testing.T) {
	nginx := oracle.Find(t)[0].Path
	h := compileText(t, effectiveConf).Serve(handshake("/ws"))[0].Hop
	dir := t.TempDir()
	file := filepath.Join(dir, "nginx.conf")
	text := "pid " + dir + "/pid; error_log stderr; events { } http { upstream app { server 127.0.0.1:9001; } server { " +
		"listen 127.0.0.1:18080;\n" + h.Effective() + "} }"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(nginx, "-t", "-p", dir, "-e", "stderr", "-c", file).CombinedOutput(); err != nil {
		t.Errorf("%s\n%s", out, text)
	}
}

const effectiveConf = `events { }
http {
    upstream app { server 127.0.0.1:9001; }
    proxy_set_header Upgrade $http_upgrade;
    allow 10.0.0.0/8;
    deny all;
    root /srv;
    server {
        listen 80;
        add_header X-A "b c" always;
        location / { try_files $uri /x; }
        location ~ "^/w(s)" {
            proxy_pass http://app;
            if ($arg_x) { set $y 1; }
            proxy_set_header Host "$host";
            allow all;
        }
    }
}
`

func TestEffective(t *testing.T) {
	h := compileText(t, effectiveConf).Serve(handshake("/ws"))[0].Hop
	got := strings.ReplaceAll(h.Effective(), h.Pos.File, "nginx.conf")
	want := `# nginx.conf:12
location ~ "^/w(s)" {
    proxy_pass http://app; # nginx.conf:13
    # nginx.conf:14
    if ($arg_x) {
        set $y 1; # nginx.conf:14
    }
    # not in force: proxy_set_header Upgrade $http_upgrade; (nginx.conf:4, http)
    proxy_set_header Host "$host"; # nginx.conf:15
    # not in force: allow 10.0.0.0/8; (nginx.conf:5, http)
    # not in force: deny all; (nginx.conf:6, http)
    allow all; # nginx.conf:16
    add_header X-A "b c" always; # nginx.conf:10, server
    root /srv; # nginx.conf:7, http
    proxy_connect_timeout 60s; # default
    proxy_read_timeout 60s; # default
    proxy_http_version 1.0; # default
    proxy_set_header Connection close; # default
}
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
