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
		} {
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
