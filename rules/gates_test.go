package rules_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// TestBehindGates: whatever decides who is let in, what happens to those who are is judged as without it.
func TestBehindGates(t *testing.T) {
	const (
		pass    = "proxy_pass http://127.0.0.1:9001; proxy_http_version 1.1; proxy_set_header Host $http_host; "
		upgrade = "proxy_set_header Upgrade $http_upgrade; "
		connect = "proxy_set_header Connection \"upgrade\"; "
		long    = "proxy_read_timeout 1h; "
	)
	gates := map[string]string{
		"auth_request": "auth_request /gate;",
		"allow, deny":  "allow 10.0.0.0/8; deny all;",
		"a cookie":     "if ($cookie_sid = \"\") { return 401; }",
		"Lua":          "access_by_lua_file gate.lua;",
		"auth_basic":   "auth_basic \"staff\"; auth_basic_user_file staff.htpasswd;",
		// Headers that no browser sends: something in front must.
		"the secret of a CDN": "if ($http_x_origin_secret != \"s3\") { return 403; }",
		"an edge's address":   "if ($http_cf_connecting_ip = \"\") { return 444; }",
		"a language":          "if ($http_accept_language !~ \"^de\") { return 403; }",
	}
	faults := map[string]struct {
		rule, lines string
		severity    rules.Severity
	}{
		"no Upgrade": {"upgrade-not-forwarded", pass + long, rules.Error},
		"Connection keep-alive": {"connection-not-upgrade", pass + upgrade + "proxy_set_header Connection keep-alive; " +
			long, rules.Error},
		"a hidden Upgrade": {"handshake-header-hidden", pass + upgrade + connect + "proxy_hide_header Upgrade; " + long,
			rules.Error},
		"a short timer": {"idle-timeout-below-ping", pass + upgrade + connect + "proxy_read_timeout 20s; ",
			rules.Error},
	}
	ping := &lint.Keepalive{Every: 25 * time.Second, From: hop.Server, Kind: "ping"}
	for gate, directive := range gates {
		for fault, f := range faults {
			t.Run(gate+"/"+fault, func(t *testing.T) {
				name := filepath.Join(t.TempDir(), "nginx.conf")
				text := "events { } http { server { listen 8080; server_name a.example.com;\nlocation = /gate { internal; " +
					"proxy_pass http://127.0.0.1:9002; proxy_set_header Upgrade \"\"; proxy_set_header Host $host; }\n" +
					"location /ws {\n" + directive + "\n" + f.lines + "\n} } }\n"
				if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				result, err := lint.Check(lint.Input{Args: []string{name}, Rules: rules.All, Ping: ping})
				if err != nil {
					t.Fatal(err)
				}
				i := slices.IndexFunc(result.Findings, func(x rules.Finding) bool { return x.Rule.Name == f.rule })
				if i < 0 {
					t.Fatalf("%s is not found: %v", f.rule, result.Findings)
				}
				if refuses := slices.IndexFunc(result.Findings, func(x rules.Finding) bool {
					return x.Rule.Name == "handler-cannot-upgrade"
				}); refuses >= 0 {
					t.Errorf("being turned away by a gate is no fault: %v", result.Findings[refuses])
				}
				x := result.Findings[i]
				if x.Severity != f.severity || !strings.Contains(notesOf(x), "let in") {
					t.Errorf("%s: %s, %s", x.Severity, x.Message, notesOf(x))
				}
			})
		}
	}
}

// TestAddedHeaders: what becomes of a handshake only if something in front adds a header that no browser sends is no
// fault, unless nothing else gets through.
func TestAddedHeaders(t *testing.T) {
	const nginx = "events { } http { server { listen 8080; server_name a.example.com;\nlocation /ws {\n" +
		"if ($http_x_kind = rpc) { grpc_pass 127.0.0.1:9002; }\nproxy_pass http://127.0.0.1:9001; proxy_http_version 1.1; " +
		"proxy_set_header Host $http_host; proxy_set_header Upgrade $http_upgrade; " +
		"proxy_set_header Connection \"upgrade\"; proxy_read_timeout 1h; } } }\n"
	const haproxy = "defaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\n" +
		"  timeout tunnel 1h\nfrontend f\n  bind :8080\n  http-request redirect location /x if { hdr(X-Kind) rpc }\n" +
		"  acl ws hdr(Upgrade) -i websocket\n  use_backend ws if ws\nbackend ws\n  server a 127.0.0.1:9001\n"
	ping := &lint.Keepalive{Every: 25 * time.Second, From: hop.Server, Kind: "ping"}
	for name, text := range map[string]string{"nginx.conf": nginx, "haproxy.cfg": haproxy} {
		name := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		result, err := lint.Check(lint.Input{Args: []string{name}, Rules: rules.All, Ping: ping})
		if err != nil || result.Endpoints == 0 {
			t.Fatal(result, err)
		}
		for _, f := range result.Findings {
			t.Errorf("%s: %s", name, f.Message)
		}
	}
}

func notesOf(f rules.Finding) string {
	var texts []string
	for _, n := range f.Notes {
		texts = append(texts, n.Text)
	}
	return strings.Join(texts, "; ")
}

// TestGuessedPaths: what a location does with its own name, or without a query, is no fault: clients ask for what lies
// below it, or send one.
func TestGuessedPaths(t *testing.T) {
	const pass = "proxy_pass http://127.0.0.1:9001; proxy_http_version 1.1; proxy_set_header Host $http_host; " +
		"proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $cu; proxy_read_timeout 1h; "
	for _, lines := range []string{
		"if ($request_uri = '/') { return 301 /login; } location / { " + pass + "}",
		"location / { if ($uri = /) { return 302 /app/; } " + pass + "}",
		"location / { rewrite ^/$ http://a.example.com/shiny/ permanent; " + pass + "}",
		"location /app { rewrite ^/app$ /app/ permanent; " + pass + "}",
		"location /ws { if ($args !~ token=) { return 401; } " + pass + "}",
		"location /ws { if ($request_uri !~ 'token=') { return 401; } " + pass + "}",
		"location /ws { if ($uri !~ '^/ws/[0-9]+') { return 401; } " + pass + "}",
		"location / { if ($request_uri !~ '^/(ws|api)') { return 403; } " + pass + "}",
		"location /c2 { " + strings.Replace(pass, "proxy_pass http://127.0.0.1:9001;", "", 1) +
			"if ($request_uri ~ ^/c2/(.*)$) { proxy_pass http://127.0.0.1:9001/$1; } }",
		"location / { " + strings.Replace(pass, "$cu", "$by_path", 1) + "}",
	} {
		name := filepath.Join(t.TempDir(), "nginx.conf")
		text := "events { } http { map $http_upgrade $cu { default upgrade; '' close; }\n" +
			"map $request_uri $by_path { ~^/ws upgrade; default ''; }\n" +
			"server { listen 8080; server_name a.example.com;\n" + lines + "\n} }\n"
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		ping := &lint.Keepalive{Every: 25 * time.Second, From: hop.Server, Kind: "ping"}
		result, err := lint.Check(lint.Input{Args: []string{name}, Rules: rules.All, Ping: ping})
		if err != nil || result.Endpoints == 0 || len(result.Unknown) > 0 {
			t.Fatalf("%s: %d endpoints, %v, %v", lines, result.Endpoints, result.Unknown, err)
		}
		for _, f := range result.Findings {
			t.Errorf("%s: %s", lines, f.Message)
		}
	}
}
