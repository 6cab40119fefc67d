package lint

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
)

var pingEvery75 = &Keepalive{Name: "--ping", Every: 75 * time.Second, From: hop.Server, Kind: "ping"}

// TestBesideExpansions: what stands in a block literally is judged beside a template that expands there, unless what it
// may expand to changes that.
func TestBesideExpansions(t *testing.T) {
	const (
		pass    = "proxy_pass http://app:3000; proxy_http_version 1.1; "
		headers = `proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; ` +
			`proxy_set_header Host $host; `
		long = "proxy_read_timeout 1h; "
	)
	for _, tc := range []struct{ name, location, want string }{
		{"a timeout", pass + headers + "proxy_read_timeout 60s;", "error idle-timeout-below-ping"},
		{"one that may be set", pass + headers, ""},
		{"a timeout of zero", pass + headers + "proxy_read_timeout 0;", "warning zero-timeout"},
		{"a handler", "fastcgi_pass app:9000;", "error handler-cannot-upgrade"},
		{"none, where one may be added", "root /srv;", ""},
		{"a redirect", "return 301 /other;", "error redirect-on-websocket-path"},
		{"a method", pass + headers + long + "proxy_method POST;", "error handshake-request-mangled"},
		{"a header of the answer", pass + headers + long + "add_header Upgrade websocket always;",
			"warning duplicate-handshake-header"},
		{"a version", headers + long + "proxy_pass http://app:3000; proxy_http_version 1.0;", "warning http-1.0-to-backend"},
		{"headers that may be added", pass + long + "proxy_set_header Host $host;", ""},
		{"nothing wrong", pass + headers + long, ""},
	} {
		for _, form := range []string{"{{ extra }}\n%s", "%s {{ extra }}", "%s\n<%%= extra %%>\n"} {
			t.Run(tc.name+"/"+form, func(t *testing.T) {
				dir := t.TempDir()
				inside := fmt.Sprintf(form, tc.location)
				src := "events {}\nhttp {\nserver {\nlisten 80;\nserver_name localhost;\nlocation /ws {\n" + inside + "\n}\n}\n}\n"
				writeAll(t, dir, map[string]string{"nginx.conf": src})
				result, err := Check(Input{
					Args: []string{filepath.Join(dir, "nginx.conf")}, Rules: rules.All, Options: parsers.Options{},
					Ping: pingEvery75, URLs: []string{"ws://localhost/ws"},
				})
				if err != nil {
					t.Fatal(err)
				}
				var found []string
				for _, f := range result.Findings {
					found = append(found, f.Severity.String()+" "+f.Rule.Name)
				}
				if got := strings.Join(found, ", "); got != tc.want {
					t.Errorf("found %q, want %q", got, tc.want)
				}
			})
		}
	}
}
