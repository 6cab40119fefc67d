package lint

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
)

// TestLoneFragments: what the block around a fragment may set is a warning that says so; what the fragment itself says
// is as certain as ever, and a whole configuration is.
func TestLoneFragments(t *testing.T) {
	const (
		headers = `proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; `
		pass    = "proxy_pass http://app:3000; proxy_http_version 1.1; "
		http    = "unless the http block that includes x.conf sets "
		either  = "unless the http or server block that includes x.conf sets "
	)
	for _, tc := range []struct {
		name, src string
		rule      *rules.Rule
		severity  rules.Severity
		unless    string
	}{
		{"a timeout that http may set", "server { listen 80; location /ws { " + pass + headers + "} }",
			rules.IdleTimeoutBelowPing, rules.Warning, http + "proxy_read_timeout"},
		{"one that the fragment sets",
			"server { listen 80; location /ws { " + pass + headers + "proxy_read_timeout 60s; } }",
			rules.IdleTimeoutBelowPing, rules.Error, ""},
		{"one that the fragment sets at http",
			"proxy_read_timeout 60s; server { listen 80; location /ws { " + pass + headers + "} }",
			rules.IdleTimeoutBelowPing, rules.Error, ""},
		{"of a location", "location /ws { " + pass + headers + "}",
			rules.IdleTimeoutBelowPing, rules.Warning, either + "proxy_read_timeout"},
		{"a location beside its map", "map $http_upgrade $up { default upgrade; '' close; } location /ws { " + pass +
			"proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $up; }",
			rules.IdleTimeoutBelowPing, rules.Warning, http + "proxy_read_timeout"},
		{"a location beside its upstream", "upstream pool { server 10.0.0.1:3000; } listen 80; location /ws { " +
			pass + headers + "proxy_read_timeout 60s; }",
			rules.IdleTimeoutBelowPing, rules.Error, ""},
		{"a whole configuration", "events {} http { server { listen 80; location /ws { " + pass + headers + "} } }",
			rules.IdleTimeoutBelowPing, rules.Error, ""},
		{"headers that http may set", "server { listen 80; location /ws { " + pass + "} }",
			rules.UpgradeNotForwarded, rules.Warning, http + "this header"},
		{"headers of its own discard them",
			"server { listen 80; location /ws { " + pass + "proxy_set_header Host $host; } }",
			rules.UpgradeNotForwarded, rules.Error, ""},
		{"those of its server do", "server { listen 80; proxy_set_header Host $host; location /ws { " + pass + "} }",
			rules.UpgradeNotForwarded, rules.Error, ""},
		{"headers of a whole configuration", "events {} http { server { listen 80; location /ws { " + pass + "} } }",
			rules.UpgradeNotForwarded, rules.Error, ""},
		{"the version of HTTP", "server { listen 80; location /ws { proxy_pass http://app:3000; " + headers + "} }",
			rules.HTTP10ToBackend, rules.Warning, http + "proxy_http_version"},
		{"stream", "server { listen 80; proxy_pass app:3000; proxy_connect_timeout 5s; }",
			rules.IdleTimeoutBelowPing, rules.Warning, "unless the stream block that includes x.conf sets proxy_timeout"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			every := 75 * time.Second
			context := ""
			if tc.name == "stream" {
				every, context = 15*time.Minute, "stream"
			}
			dir := t.TempDir()
			writeAll(t, dir, map[string]string{"x.conf": tc.src + "\n"})
			ping := &Keepalive{Name: "--ping", Every: every, From: hop.Server, Kind: "ping"}
			result, err := Check(Input{
				Args: []string{filepath.Join(dir, "x.conf")}, Rules: rules.All, Ping: ping, URLs: []string{"ws://localhost/ws"},
				Options: parsers.Options{Context: context},
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range result.Findings {
				if f.Rule != tc.rule {
					continue
				}
				said := ""
				for _, n := range f.Notes {
					if _, text, ok := strings.Cut(n.Text, "this holds "); ok {
						said = text
					}
				}
				if f.Severity != tc.severity || said != tc.unless {
					t.Errorf("%s, %q; want %s, %q", f.Severity, said, tc.severity, tc.unless)
				}
				return
			}
			t.Errorf("no %s in %d findings", tc.rule.Name, len(result.Findings))
		})
	}
}
