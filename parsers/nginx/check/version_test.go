package check

import (
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// TestVersions holds what a declared version has, and has no more, against every nginx that is there.
func TestVersions(t *testing.T) {
	const zone = "zone u 64k; resolver 127.0.0.1; "
	for _, nginx := range oracle.Find(t) {
		version, err := conf.ParseVersion(nginx.Version)
		if err != nil {
			t.Fatal(err)
		}
		ask := asker(t, nginx)
		for _, src := range []string{
			"events { } http { server { listen 127.0.0.1:18080; http2 on; } }",
			"events { } http { server { listen 127.0.0.1:18080; ssl off; } }",
			"events { } http { server { listen 127.0.0.1:18080; early_hints $http_a; } }",
			"events { } http { server { listen 127.0.0.1:18080; max_headers 10; } }",
			"events { } http { server { listen 127.0.0.1:18443 quic; ssl_reject_handshake on; } }",
			"events { } http { upstream u { " + zone + "server localhost resolve; } }",
			"events { } http { upstream u { " + zone + "server 127.0.0.1; sticky cookie a; } }",
			"events { } http { server { location / { proxy_pass http://127.0.0.1; proxy_http_version 2; } } }",
			"events { } http { resolver 127.0.0.1 ipv4=off; }",
			"events { } http { resolver 127.0.0.1 ipv4=off ipv6=off; }",
			"events { } http { server { listen 127.0.0.1:18085 ssl; ssl_reject_handshake on; ssl_verify_client on; } }",
			"events { } http { server { listen 127.0.0.1:18085 ssl; ssl_reject_handshake on; ssl_verify_client on; " +
				"ssl_trusted_certificate c.pem; } }",
			"events { } http { server { listen 127.0.0.1:18085; ssl on; } }",
			"events { } http { server { add_header_inherit merge; } }",
			"events { } http { upstream u { server 127.0.0.1; resolver_timeout 3s; } }",
			"events { } stream { server { listen 127.0.0.1:18080; server_name a; proxy_pass 127.0.0.1:1; } }",
			"events { } stream { ssl_stapling off; }",
		} {
			if strings.Contains(src, " stream ") && ask("events { } stream { }") != nil {
				continue // it has no stream module
			}
			want := ask(src)
			tree, err := conf.Parse("nginx.conf", []byte(src))
			if err != nil {
				t.Fatal(err)
			}
			Tree(tree, version)
			got := ""
			if len(tree.Problems) > 0 {
				got = tree.Problems[0].Text
			}
			said := ""
			if want != nil && !strings.HasPrefix(want.text, "cannot load certificate") {
				said = want.text
			}
			// How the upstream's resolver is refused depends on what nginx meets first.
			if (got == "") != (said == "") || got != said && !strings.Contains(src, zone) {
				t.Errorf("nginx %s: %s\n  nginx: %s\n  check: %s", nginx.Version, src, said, got)
			}
		}
	}
}

// TestLater: without a declared version nothing is refused for its age, and what is needed is said once.
func TestLater(t *testing.T) {
	src := "events { } http { server { listen 80 quic; http2 on; early_hints $http_a; } server { http2 on; } }"
	tree, err := conf.Parse("nginx.conf", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	Tree(tree, conf.Version{})
	want := "early_hints needs nginx 1.29.0 or later: no version is declared"
	if len(tree.Problems) > 0 || len(tree.Later) != 1 || tree.Later[0].Text != want {
		t.Errorf("%v %v", tree.Problems, tree.Later)
	}
}

// TestFlavours: what another flavour takes and nginx refuses is passed over where the flavour is declared, or where
// something else tells it; else the refusal names it.
func TestFlavours(t *testing.T) {
	const (
		server  = "events { } http { server { listen 80; %s } }"
		http    = "events { } http { %s }"
		process = "%s events { } http { }"
	)
	for _, c := range []struct{ frame, text, tells, flavour, refused string }{
		{server, "location /a =/b ~c/ { proxy_pass http://127.0.0.1; }", "auto_redirect on;", "angie/1.10",
			`invalid number of arguments in "location" directive`},
		{server, "location /a /b { }", "acme c;", "angie/1.4", `invalid location modifier "/a"`},
		{server, "location / { proxy_pass https://127.0.0.1; proxy_http_version 3; }", "acme c;", "angie/1.12",
			`invalid value "3"`},
		{http, "upstream u { server 127.0.0.1; keepalive 8 pool=2 x; }", "server { server_info off; }", "tengine/3.1",
			`invalid number of arguments in "keepalive" directive`},
		{http, "limit_req_zone $host $uri zone=a:1m rate=1r/s;", "server { server_tag x; }", "tengine/2.3.3",
			`invalid number of arguments in "limit_req_zone" directive`},
		{process, "worker_cpu_affinity off;", "", "tengine/2.3.3", `invalid character "f" in "worker_cpu_affinity"`},
		{server, "listen 8443 ssl https_allow_http; ssl_reject_handshake on;", "", "tengine/3.1",
			`invalid parameter "https_allow_http"`},
		{server, "http2 on;", "", "angie/1.0", `unknown directive "http2"`},
		{http, "} http { server { listen 80; }", "", "angie/1.13", `"http" directive is duplicate`},
		{http, "} stream { } stream {", "", "angie/1.13", `"stream" directive is duplicate`},
		{server, "location ~ ^/a { location /b { return 204; } }", "", "angie/1.13",
			`location "/b" is outside location "^/a"`},
	} {
		problems := func(text, version string) []conf.Problem {
			var v conf.Version
			if version != "" {
				var err error
				if v, err = conf.ParseVersion(version); err != nil {
					t.Fatal(err)
				}
			}
			tree, err := conf.Parse("nginx.conf", []byte(strings.Replace(c.frame, "%s", text, 1)))
			if err != nil {
				t.Fatal(err)
			}
			Tree(tree, v)
			return tree.Problems
		}
		if p := problems(c.text, c.flavour); len(p) > 0 {
			t.Errorf("%s: %s: %v", c.flavour, c.text, p)
		}
		if c.tells != "" {
			if p := problems(c.tells+" "+c.text, ""); len(p) > 0 {
				t.Errorf("told by %s: %s: %v", c.tells, c.text, p)
			}
		}
		p := problems(c.text, "1.24.0")
		if len(p) == 0 || p[0].Text != c.refused || len(p[0].Notes) == 0 {
			t.Errorf("nginx 1.24.0: %s: %v", c.text, p)
		}
	}
	// What is a slip in any flavour stays one.
	for _, version := range []string{"angie/1.10", "tengine/3.1", "openresty/1.27.1.2", "R33", "freenginx/1.27.1"} {
		v, err := conf.ParseVersion(version)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{
			"proxy_read_timout 1s;", "location ~ a b c { }", "location ~ /a /b { }", "listen 81 defalt;",
		} {
			tree, err := conf.Parse("nginx.conf", []byte(strings.Replace(server, "%s", text, 1)))
			if err != nil {
				t.Fatal(err)
			}
			if Tree(tree, v); len(tree.Problems) == 0 {
				t.Errorf("%s: %s passes", version, text)
			}
		}
	}
}
