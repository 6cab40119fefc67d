package lint_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// TestFindClues: each place that answers itself is kept once, servers that are alike are asked once, and of very many
// places the further ones are counted.
func TestFindClues(t *testing.T) {
	servers := func(n int, text string) string {
		var b strings.Builder
		b.WriteString("events {}\nhttp {\n")
		for i := range n {
			own := strings.ReplaceAll(text, "#", fmt.Sprint(i))
			fmt.Fprintf(&b, "server { listen 80; server_name s%d.example.com; %s }\n", i, own)
		}
		return b.String() + "}\n"
	}
	redirects := func(o hop.Outcome) bool { return o.Kind == hop.AnsweredByProxy && o.Status == 301 }
	const slash = "location /a#/ { proxy_pass http://10.0.0.1/x#/; }"
	for _, c := range []struct {
		text     string
		answers  func(hop.Outcome) bool
		kept     int
		all      int
		findings string
	}{
		{servers(3, "return 301 https://$host$request_uri;"), redirects, 3, 3, ""},
		{servers(3, slash), redirects, 3, 3, ""},
		{servers(3, slash), nil, 0, 0, ""},
		{servers(2, slash+" rewrite ^/(.+)/$ /$1 permanent;"), redirects, 4, 4, ""},
		{servers(150, slash), redirects, 100, 150, ""},
		{servers(400, "return 301 https://$host$request_uri;"), redirects, 100, 400, ""},
		{servers(1, "return 301 https://$host$request_uri; proxy_set_headers A b;"), redirects, 0, 0, "unreadable-config"},
	} {
		file := filepath.Join(t.TempDir(), "nginx.conf")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		clues, err := lint.FindClues(lint.Input{Args: []string{file}, Rules: rules.All, OneConfig: true}, c.answers)
		if err != nil {
			t.Fatal(err)
		}
		findings := ""
		for _, f := range clues.Findings {
			findings += f.Rule.Name
		}
		got, all := len(clues.Elsewhere), len(clues.Elsewhere)+clues.More
		if got != c.kept || all != c.all || findings != c.findings {
			t.Errorf("%.120s…: %d kept of %d, %q; want %d of %d, %q", c.text, got, all, findings, c.kept, c.all, c.findings)
		}
	}
}
