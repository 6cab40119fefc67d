package lint

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/rules"
)

// TestEdges: the same paths through the same distributions, APIs and accelerators get the same findings in each
// language. The distribution has a behaviour that forwards nothing of handshakes, one that forwards all, one that names
// headers and forgets one, one whose policy is not known, and a bucket for the rest.
func TestEdges(t *testing.T) {
	want := []string{
		"wss://a/x: handler-cannot-upgrade error: answers the handshake with 403",
		"wss://a/ws/1: handshake-request-mangled warning: does not forward Sec-WebSocket-Key",
		"ws://a/live/1: handler-cannot-upgrade error: answers the handshake with 403: viewer protocol policy https-only",
		"ws://a/: redirect-on-websocket-path error: redirects the handshake to https://a/ (301)",
		"wss://a/old/1: handshake-request-mangled warning: does not forward Sec-WebSocket-Key",
		"wss://h/x: handler-cannot-upgrade error: answers the handshake itself",
		"wss://g/x: idle-timeout-below-ping error: silently drops idle connections after 340s, " +
			"but pings come only every 400s",
	}
	slices.Sort(want)
	for _, language := range []string{"hcl", "cloudformation", "plan"} {
		t.Run(language, func(t *testing.T) {
			result := alongPaths(t, filepath.Join("..", "testdata", "infra-edge", language), map[string]string{
				"wss://a/x": "cloudfront/web", "wss://a/ws/1": "cloudfront/web",
				"wss://a/live/1?token=1": "cloudfront/web", "ws://a/live/1": "cloudfront/web",
				"ws://a/": "cloudfront/web", "wss://a/own/1?token=1": "cloudfront/web",
				"wss://a/old/1": "cloudfront/web", "wss://a/later/1": "cloudfront/web",
				"wss://h/x": "apigateway/http", "wss://s/x": "apigateway/sockets", "wss://g/x": "global-accelerator/ga",
			})
			var got []string
			for _, f := range result.Findings {
				_, message, _ := strings.Cut(f.Message, " ")
				// What has room in a headline is no note.
				message = strings.Replace(message, " (not configurable)", "", 1)
				message = strings.Replace(message, ": HTTP API of Amazon API Gateway cannot carry a WebSocket", "", 1)
				message = strings.Replace(message, ": nothing here passes it to an application", "", 1)
				if f.Resource == "" || f.Pos.File == "" {
					t.Errorf("%s: resource %q, file %q", f.Message, f.Resource, f.Pos.File)
				}
				if f.Severity > rules.Info && f.Rule.Name != "lifetime-ends-busy-connection" {
					got = append(got, fmt.Sprintf("%s: %s %s: %s", f.Path, f.Rule.Name, f.Severity, message))
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if !slices.ContainsFunc(result.Findings, func(f rules.Finding) bool {
				return f.Rule == rules.LifetimeEndsBusyConnection && f.Path == "wss://s/x"
			}) {
				t.Error("nothing says that API Gateway ends every connection after 2h")
			}
			if len(result.Unknown) == 0 || !strings.Contains(result.Unknown[0].Text, "wss://a/later/1") {
				t.Errorf("unknown: %v", result.Unknown)
			}
		})
	}
}

// alongPaths lints a directory with paths through what it describes, and a ping every 400s.
func alongPaths(t *testing.T, dir string, paths map[string]string) *Result {
	t.Helper()
	text := "keepalive: {every: 400s}\npaths:\n"
	for _, url := range sortedKeys(paths) {
		text += fmt.Sprintf("  - {url: %q, through: [%s]}\n", url, paths[url])
	}
	c, err := ParseConfig(filepath.Join(dir, ConfigName), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	result, err := Check(Input{Args: []string{dir}, Config: c, Rules: rules.All})
	if err != nil {
		t.Fatal(err)
	}
	return result
}
