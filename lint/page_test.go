package lint

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/rules"
)

// TestPagePolicies: a policy counts where the page surely comes with it, and nowhere else.
func TestPagePolicies(t *testing.T) {
	const (
		socket = `location /ws { proxy_pass http://app:3000; proxy_http_version 1.1; proxy_set_header Host $host;
proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_read_timeout 1h; }`
		none    = `add_header Content-Security-Policy "connect-src 'none'"`
		proxied = "location / { proxy_pass http://app:3000; "
	)
	for _, tc := range []struct {
		name, server, page, through string
		found                       bool
	}{
		{"of the server", none + "; " + proxied + "}", "/", "", true},
		{"a page of files", "root /srv; " + none + "; location / { try_files $uri /index.html; }", "/app", "", true},
		{"a named file", "root /srv; " + none + ";", "/chat.html", "", true},
		{"a folder", "root /srv; " + none + ";", "/", "", true},
		{"with always", none + " always; " + proxied + "}", "/", "", true},
		{"in a case variant", strings.Replace(none, "Content-Security-Policy", "content-security-policy", 1) + "; " +
			proxied + "}", "/", "", true},
		{"no page declared", none + "; " + proxied + "}", "", "", false},
		{"of another location",
			"location /docs/ { " + none + "; proxy_pass http://app:3000; } " + proxied + "}", "/", "", false},
		{"of a redirect", none + "; location / { return 302 /login; }", "/", "", false},
		{"of an error page", none + "; location / { return 404; }", "/", "", false},
		{"a page that nginx writes", none + `; location / { return 200 "<script>"; }`, "/", "", true},
		{"in some cases", proxied + "if ($cookie_strict) { " + none + "; proxy_pass http://app:3000; } }", "/", "", false},
		{"not evaluated", "add_header Content-Security-Policy $upstream_http_x_policy; " + proxied + "}", "/", "", false},
		{"empty", `add_header Content-Security-Policy ""; ` + proxied + "}", "/", "", false},
		{"reported only", strings.Replace(none, "Policy", "Policy-Report-Only", 1) + "; " + proxied + "}", "/", "", false},
		{"another module rewrites it",
			none + "; more_set_headers 'Content-Security-Policy: x'; " + proxied + "}", "/", "", false},
		{"a hop of unknown ways in front", none + "; " + proxied + "}", "/", "cloudflare", false},
		{"a template's", `add_header Content-Security-Policy "{{ policy }}"; ` + proxied + "}", "/", "", false},
		{"upgraded", `add_header Content-Security-Policy "upgrade-insecure-requests; connect-src wss:"; ` + proxied + "}",
			"/", "", false},
		{"two policies", `add_header Content-Security-Policy "connect-src *"; ` + none + "; " + proxied + "}", "/", "", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			declared := "paths:\n  - url: ws://a.example/ws\n"
			if tc.page != "" {
				declared += "    page: http://a.example" + tc.page + "\n"
			}
			if tc.through != "" {
				declared += "    through: [" + tc.through + ", nginx: nginx.conf]\n"
			}
			dir := t.TempDir()
			conf := "events {}\nhttp { server { listen 80; server_name a.example;\n" + tc.server + "\n" + socket + " } }\n"
			writeAll(t, dir, map[string]string{"nginx.conf": conf})
			config, err := ParseConfig(filepath.Join(dir, ConfigName), []byte(declared))
			if err != nil {
				t.Fatal(err)
			}
			result, err := Check(Input{Args: []string{dir}, Config: config, Rules: rules.All})
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, f := range result.Findings {
				if f.Rule == rules.CSPBlocksWebSocket {
					found = true
				} else if f.Rule == rules.UnreadableConfig {
					t.Fatal(f.Message)
				}
			}
			if found != tc.found {
				t.Errorf("found: %v, want %v", found, tc.found)
			}
		})
	}
}
