package rules_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// harmless are settings that are believed to break WebSockets and do not: measured on nginx 1.22.1 to 1.31.4. Each
// stands for itself in the location of a WebSocket that is pinged every 25 s; lines before a | stand in http, those
// behind it in the location.
var harmless = []string{
	"proxy_send_timeout 60s;",
	"proxy_send_timeout 5s;",
	"send_timeout 5s;",
	"keepalive_timeout 0;",
	"keepalive_timeout 5s;",
	"client_header_timeout 5s; |",
	"client_body_timeout 5s;",
	"lingering_timeout 1s;",
	"lingering_close off;",
	"proxy_connect_timeout 7d;",
	"proxy_buffering off;",
	"proxy_buffering on;",
	"proxy_request_buffering on;",
	"proxy_buffers 4 4k;",
	"proxy_max_temp_file_size 0;",
	"client_max_body_size 1k;",
	"gzip on; gzip_types *;",
	"gunzip on;",
	"charset utf-8;",
	"sub_filter a b; sub_filter_types *;",
	"ssi on;",
	"tcp_nodelay off;",
	"tcp_nopush on;",
	"sendfile on;",
	"postpone_output 1460;",
	"chunked_transfer_encoding off;",
	"proxy_redirect off;",
	"proxy_intercept_errors on; error_page 500 502 /50x.html;",
	"proxy_ignore_client_abort on;",
	"proxy_socket_keepalive on;",
	"proxy_cache_bypass $http_upgrade;",
	"proxy_set_header Sec-WebSocket-Key $http_sec_websocket_key;",
	"proxy_set_header Sec-WebSocket-Version $http_sec_websocket_version;",
	"proxy_set_header Sec-WebSocket-Extensions $http_sec_websocket_extensions;",
	`proxy_set_header Sec-WebSocket-Extensions "";`,
	"proxy_pass_header Sec-WebSocket-Accept;",
	"proxy_hide_header Connection;",
	"proxy_hide_header X-Powered-By;",
	"add_header Access-Control-Allow-Origin *;",
	"add_header Strict-Transport-Security max-age=31536000 always;",
	"add_header Upgrade websocket;",
	`proxy_set_header Connection "";`,
	`proxy_set_header Origin "";`,
	"proxy_next_upstream off;",
	"proxy_next_upstream error timeout;",
	"expires 1h;",
	"etag off;",
	"limit_rate 10k;",
	"reset_timedout_connection on;",
	"if ($request_method !~ ^GET$) { return 405; }",
	"ssl_session_timeout 10s; |",
	"ssl_session_tickets off; |",
	"uwsgi_read_timeout 1s;",
	"resolver_timeout 1s;",
	"map $http_upgrade $c { default upgrade; '' close; } |",
	"proxy_cache_path cache keys_zone=z:1m; | proxy_cache z; proxy_cache_bypass $http_upgrade;",
}

// TestHarmless holds every rule silent about what does not matter.
func TestHarmless(t *testing.T) {
	for _, lines := range harmless {
		t.Run(lines, func(t *testing.T) {
			outer, inner, found := strings.Cut(lines, "|")
			if !found {
				outer, inner = "", lines
			}
			conf := "events {}\nhttp {\n" + outer + `
    server {
        listen 80;
        server_name chat.example.com;
        location /ws {
            proxy_pass http://app:3000;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            ` + inner + `
        }
    }
}
`
			dir := writeFiles(t, map[string]string{"nginx.conf": conf})
			ping, err := lint.ParseKeepalive(nil, "25s", "", "")
			if err != nil {
				t.Fatal(err)
			}
			result, err := lint.Check(
				lint.Input{Args: []string{filepath.Join(dir, "nginx.conf")}, Ping: ping, Rules: rules.All},
			)
			if err != nil || result.Endpoints != 1 || result.Incomplete {
				t.Fatalf("%d endpoints, incomplete: %v, %v", result.Endpoints, result.Incomplete, err)
			}
			for _, f := range result.Findings {
				t.Errorf("%s[%s]: %s", f.Severity, f.Rule.Name, f.Message)
			}
			for _, n := range result.Unknown {
				t.Errorf("unknown: %s", n.Text)
			}
		})
	}
}
