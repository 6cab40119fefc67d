package nginx

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// undeclaredCases are the cases of a handshake at a configuration that nobody tells the version of.
func undeclaredCases(t testing.TB, text string, change func(*hop.Request)) []hop.Case {
	t.Helper()
	name := filepath.Join(t.TempDir(), "nginx.conf")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	trees, err := Read([]string{name}, nil, Options{})
	if err != nil || len(trees) != 1 || len(trees[0].Problems) > 0 {
		t.Fatalf("%s: %v %v", text, err, trees)
	}
	q := handshake("/ws")
	if change != nil {
		change(&q)
	}
	return Compile(trees[0], Version{}).Serve(q)
}

// TestUndeclared: where nobody tells the version, both sides of a boundary are cases, but only where something hangs
// on it and no word of the configuration decides it.
func TestUndeclared(t *testing.T) {
	const older, later = "on if nginx is older than ", "on if nginx is "
	host := func(lines ...string) func(*hop.Request) {
		return func(q *hop.Request) {
			q.Header["Host"] = nil
			for _, l := range lines {
				q.Header["Host"] = append(q.Header["Host"], hop.Written("Host", l, hop.Pos{}))
			}
		}
	}
	for _, c := range []struct {
		name, main, server, want string
		change                   func(*hop.Request)
	}{
		{"all is set", "", "listen 80; location / { " + opens + " }", "on if ", nil},
		{"the default of proxy_http_version", "", "listen 80; location / { proxy_pass http://127.0.0.1:1; }",
			older + "1.29.7; " + later + "1.29.7 or later", nil},
		{"a directive of 1.29.8 at the earliest", "", "listen 80; client_body_early_read x; location / { " +
			"proxy_pass http://127.0.0.1:1; }", "on if ", nil},
		{"one that NGINX Plus always had", "upstream u { server 127.0.0.1:1; sticky cookie a; }",
			"listen 80; location / { proxy_pass http://u; }", older + "1.29.7; " + later + "1.29.7 or later", nil},
		{"ssl on is refused from 1.25.1 on", "", "listen 80; ssl on; ssl_certificate a; ssl_certificate_key a; " +
			"location / { proxy_pass http://127.0.0.1:1; }", "on if ", func(q *hop.Request) { q.TLS = true }},
		{"HTTP/2 without TLS", "", "listen 80 http2; location / { " + opens + " }",
			later + "1.25.1 or later; closed if nginx is older than 1.25.1", nil},
		{"the directive http2", "", "listen 80 http2; http2 on; location / { " + opens + " }", "on if ", nil},
		{"no Host", "", "listen 80; location / { " + opens + ` proxy_set_header Host ""; }`,
			older + "1.31.4; " + later + "1.31.4 or later", nil},
		{"a strange Host", "", "listen 80; location / { " + opens + " }",
			older + "1.29.4; 400 if nginx is 1.29.4 or later", host("a<b")},
		{"two boundaries", "", `listen 80; location / { proxy_pass http://127.0.0.1:1; proxy_set_header Host ""; }`,
			older + "1.29.7; " + later + "1.29.7 or later and nginx is older than 1.31.4; " +
				later + "1.29.7 or later and nginx is 1.31.4 or later", nil},
		{"a subrequest that is no handshake", "", "listen 80; location / { auth_request /a; " + opens + " } " +
			"location = /a { proxy_pass http://127.0.0.1:1; }",
			"on if auth_request /a lets it in; 0 if auth_request /a turns it away", nil},
		{"what a variable says", "", "listen 80; location / { " + opens +
			" if ($nginx_version = 1.22.1) { return 403; } }", "on if if ($nginx_version = 1.22.1) does not hold; " +
			"403 if if ($nginx_version = 1.22.1) holds", nil},
	} {
		text := "events { } http { " + c.main + " server { " + c.server + " } }"
		if got := said(undeclaredCases(t, text, c.change)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestUndeclaredOfTemplates: what a template may leave out says nothing of the version.
func TestUndeclaredOfTemplates(t *testing.T) {
	text := "events { } http { server { listen 80;\n{% if x %}\nearly_hints 1; client_body_early_read x;\n{% endif %}\n" +
		"location / { proxy_pass http://127.0.0.1:1; } } }"
	if got := said(undeclaredCases(t, text, nil)); !strings.Contains(got, "nginx is older than 1.29.7") {
		t.Error(got)
	}
}

// TestBoundaries: every version from which on there is another default is one that questions know, in order.
func TestBoundaries(t *testing.T) {
	for i, v := range conf.Changes {
		if i > 0 && conf.Changes[i-1].AtLeast(v) || conf.OldestCommon.AtLeast(v) {
			t.Errorf("%s is out of order", v)
		}
	}
	for name := range conf.Names() {
	versions:
		for _, since := range conf.Scalar[string](name).Changes() {
			for _, v := range conf.Changes {
				if v == since {
					continue versions
				}
			}
			t.Errorf("the default of %s changes with %s", name, since)
		}
	}
}
