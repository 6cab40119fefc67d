package lint_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// TestGrowth: four times as many servers take about four times as many allocations, and not many each, whether there is
// something to be said of them or not. That shows what grows without a clock.
func TestGrowth(t *testing.T) {
	if testing.Short() {
		t.Skip("counts for seconds")
	}
	const up = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"
	for _, c := range []struct {
		name, server string
		most         float64 // allocations a server: some three times of what they are
	}{
		{"nothing to say", "location /ws { proxy_pass http://10.0.0.9:3000; " + up + " proxy_read_timeout 1h; }", 350},
		{"a finding each", "location /ws { proxy_pass http://10.0.0.9:3000; " + up + " }", 1200},
		{"no two alike", "location /ws@ { proxy_pass http://10.0.0.9:3000; proxy_read_timeout 1@s; " + up + " }", 1200},
	} {
		t.Run(c.name, func(t *testing.T) {
			each := func(n int) float64 {
				var text strings.Builder
				text.WriteString("events {}\nhttp {\n")
				for i := range n {
					fmt.Fprintf(&text, "server { listen 80; server_name s%d.example.com;\n%s\n}\n", i,
						strings.ReplaceAll(c.server, "@", fmt.Sprint(i)))
				}
				text.WriteString("}\n")
				file := filepath.Join(t.TempDir(), "nginx.conf")
				if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
					t.Fatal(err)
				}
				ping := &lint.Keepalive{Name: "--ping", Every: 75 * time.Second, From: hop.Server, Kind: "ping"}
				return testing.AllocsPerRun(1, func() {
					if _, err := lint.Check(lint.Input{Args: []string{file}, Rules: rules.All, Ping: ping}); err != nil {
						t.Fatal(err)
					}
				}) / float64(n)
			}
			few, more := each(500), each(2000)
			t.Logf("%.0f and %.0f allocations a server", few, more)
			if more > 1.3*few || more > c.most {
				t.Errorf("%.0f and %.0f allocations a server, at most %.0f are fine", few, more, c.most)
			}
		})
	}
}
