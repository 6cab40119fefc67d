package lint_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// TestManyFindings: where there are so many findings that those at the end keep no routes, they say what the first say:
// which other places of their server share the fault, and which browser it is about.
func TestManyFindings(t *testing.T) {
	const n = 700
	var servers strings.Builder
	for i := range n {
		fmt.Fprintf(&servers, `map $http_connection $up%[1]d { default close; upgrade upgrade; }
server { listen 80; server_name s%04[1]d.example.com;
	location /a { proxy_pass http://10.0.0.1; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;
		proxy_set_header Connection $up%[1]d; }
}
server { listen 80; server_name plain%04[1]d.example.com;
	location /b { proxy_pass http://10.0.0.1; }
	location / { proxy_pass http://10.0.0.2; }
}
`, i)
	}
	file := filepath.Join(t.TempDir(), "nginx.conf")
	text := "events {}\nhttp {\n" + servers.String() + "}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	result, err := lint.Check(lint.Input{Args: []string{file}, Rules: rules.All,
		Ping: &lint.Keepalive{Name: "--ping", Every: 75 * time.Second, From: hop.Server, Kind: "ping"}})
	if err != nil {
		t.Fatal(err)
	}
	number := regexp.MustCompile(`(up|plain|s)\d+`)
	said := map[string]int{}
	for _, f := range result.Findings {
		text := f.Message
		for _, note := range f.Notes {
			text += "\n" + note.Text
		}
		said[number.ReplaceAllString(text, "$1")]++
	}
	for text, times := range said {
		if times != n {
			t.Errorf("%d of %d say %q", times, n, text)
		}
	}
	all := strings.Join(slices.Collect(maps.Keys(said)), "\n")
	for _, want := range []string{"in Firefox 115, map of $up", "the same holds here: nginx location /b"} {
		if !strings.Contains(all, want) {
			t.Errorf("no finding says %q: %s", want, all)
		}
	}
}
