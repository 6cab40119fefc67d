package lint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// TestInFrontOnOneMachine: what stands in front of a server on the same machine is judged with it, where the text says
// so for certain; and a server that browsers reach directly, too, may not be entered through it.
func TestInFrontOnOneMachine(t *testing.T) {
	const (
		headers = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"
		inner   = "server { listen 127.0.0.1:8080; location /ws { proxy_pass http://10.0.0.9:3000; " + headers +
			" proxy_read_timeout 1h; } }"
		outer = "server { listen 443 ssl; ssl_certificate a; ssl_certificate_key a; server_name a.example; " +
			"location / { proxy_pass http://127.0.0.1:8080; " + headers + " } }"
		haproxy = "defaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n" +
			"frontend web\n  bind :80\n  default_backend n\nbackend n\n  server n 127.0.0.1:8080\n"
	)
	http := func(servers ...string) string { return "events {}\nhttp { " + strings.Join(servers, "\n") + " }\n" }
	everywhere := strings.Replace(inner, "127.0.0.1:8080", "8080", 1)
	for _, tc := range []struct {
		name  string
		files map[string]string
		want  rules.Severity // of the finding in the first file; Info stands for none above it
	}{
		{"of one file", map[string]string{"nginx.conf": http(outer, inner)}, rules.Error},
		{"reached directly, too", map[string]string{"nginx.conf": http(outer, everywhere)}, rules.Warning},
		{"to another port", map[string]string{"nginx.conf": http(strings.Replace(outer, "8080", "8081", 1), inner)},
			rules.Warning}, // a location for everything that forwards Upgrade
		{"below a name", map[string]string{"nginx.conf": http(strings.NewReplacer("location /", "location /chat/", ":8080;",
			":8080/;").Replace(outer), inner)}, rules.Error},
		{"a unix socket", map[string]string{"nginx.conf": strings.NewReplacer("http://127.0.0.1:8080", "http://unix:/run/i",
			"listen 127.0.0.1:8080", "listen unix:/var/run/i").Replace(http(outer, inner))}, rules.Error},
		{"two programs", map[string]string{"haproxy.cfg": haproxy, "nginx.conf": http(inner)}, rules.Error},
		{"two programs, of which the inner one listens everywhere",
			map[string]string{"haproxy.cfg": haproxy, "nginx.conf": http(everywhere)}, rules.Info},
		{"two of which either may be in front",
			map[string]string{"haproxy.cfg": haproxy, "nginx.conf": http(inner), "other.cfg": haproxy}, rules.Info},
		{"two of which either may be behind",
			map[string]string{"haproxy.cfg": haproxy, "nginx.conf": http(inner), "other.conf": http(inner)}, rules.Info},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			first := "nginx.conf"
			for name, text := range tc.files {
				if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				if filepath.Ext(name) == ".cfg" {
					first = "haproxy.cfg"
				}
			}
			ping := &Keepalive{Name: "--ping", Every: 75 * time.Second, From: hop.Server, Kind: "ping"}
			result, err := Check(Input{Args: []string{"."}, Config: &Config{}, Rules: rules.All, Ping: ping})
			if err != nil {
				t.Fatal(err)
			}
			worst := rules.Info
			for _, f := range result.Findings {
				t.Log(f.Pos, f.Severity, f.Rule.Name, f.Path)
				if f.Rule == rules.IdleTimeoutBelowPing && f.Pos.File == first {
					worst = max(worst, f.Severity)
				}
			}
			if worst != tc.want {
				t.Errorf("%v, want %v", worst, tc.want)
			}
		})
	}
}
