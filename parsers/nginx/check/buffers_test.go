package check

import (
	"strings"
	"testing"
)

// TestBuffersOfFragments: what a fragment does not set, the block around it may.
func TestBuffersOfFragments(t *testing.T) {
	for _, tc := range []struct{ src, want string }{
		{"proxy_buffer_size 128k;", ""},
		{"proxy_buffers 4 128k;", ""},
		{"proxy_buffers 1 128k;", `there must be at least 2 "proxy_buffers"`},
		{"proxy_buffer_size 128k; proxy_buffers 4 128k;", ""},
		{"proxy_buffer_size 128k; proxy_buffers 4 128k; proxy_busy_buffers_size 64k;",
			`"proxy_busy_buffers_size" must be equal to or greater`},
		{"proxy_buffer_size 128k; proxy_buffers 4 128k; proxy_busy_buffers_size 512k;",
			`"proxy_busy_buffers_size" must be less`},
		{"include unread.conf; proxy_buffers 1 128k;", ""},
		{"proxy_buffers {{ n }} 128k; proxy_buffer_size 1m;", ""},
	} {
		for _, frame := range []string{
			"server { listen 80; %s }", "server { listen 80; location / { %s } }", "location / { %s }",
		} {
			src := strings.Replace(frame, "%s", tc.src, 1)
			got := ""
			for _, p := range problemsOf(t, src) {
				if strings.Contains(p.Text, "buffers") {
					got = p.Text
				}
			}
			if !strings.HasPrefix(got, tc.want) || tc.want == "" && got != "" {
				t.Errorf("%s: %q, want %q", src, got, tc.want)
			}
		}
	}
}

// TestBuffersAreExplained: the finding is at the line that does not fit, with the sizes.
func TestBuffersAreExplained(t *testing.T) {
	const src = "events {}\nhttp {\n  server {\n    location / {\n      proxy_buffer_size 128k;\n    }\n  }\n}\n"
	found := problemsOf(t, src)
	if len(found) != 1 || found[0].Pos.Line != 5 {
		t.Fatalf("found %v", found)
	}
	var notes []string
	for _, n := range found[0].Notes {
		notes = append(notes, n.Text)
	}
	for _, want := range []string{"262144 bytes", "28672", "pages of 4096", "nginx names line 8"} {
		if !strings.Contains(strings.Join(notes, "\n"), want) {
			t.Errorf("no %q in %q", want, notes)
		}
	}
}
