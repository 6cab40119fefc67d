package engine

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ask answers a question about files.
func ask(t *testing.T, files map[string]string, question string) (a Answer) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := json.Unmarshal(Reply([]byte(question)), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

var chat = map[string]string{
	"nginx.conf": "events {}\nhttp { include conf.d/*.conf; }\n",
	"conf.d/chat.conf": `server {
    listen 80;
    server_name chat.example.com;
    location /ws {
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;
        proxy_pass http://127.0.0.1:9001;
    }
}
`,
}

func with(name, text string) map[string]string {
	files := map[string]string{name: text}
	for n, t := range chat {
		files[n] = t
	}
	return files
}

// TestReply: each question, and what each declaration changes.
func TestReply(t *testing.T) {
	bad := with(".wslint.yaml", "keepalive: {evry: 3s}\n")
	for _, c := range []struct {
		name     string
		files    map[string]string
		question string
		field    func(a Answer) string
		want     string
	}{
		{"a ping that is too rare", chat, `{"ask": "check", "ping": "75s"}`, checked, `"rule":"idle-timeout-below-ping"`},
		{"none", chat, `{"ask": "check", "ping": "none"}`, checked, `"rule":"idle-timeout-without-ping"`},
		{"a file declares it", with(".wslint.yaml", "keepalive: {every: 25s}\n"), `{"ask": "check"}`, checked, `"errors":0`},
		{"a URL", chat, `{"ask": "check", "url": "ws://chat.example.com/nowhere"}`, checked, `"endpoints":2`},
		{"a version", chat, `{"ask": "check", "versions": {"nginx": "1.28.0"}}`, checked, `"version":"1.28.0"`},
		{"no version", chat, `{"ask": "check", "versions": {"nginx": "new"}}`, failed, `nginx version "new"`},
		{"no ping", chat, `{"ask": "check", "ping": "often"}`, failed, "--ping often"},
		{"a key that is none", bad, `{"ask": "check"}`, failed, "1 | keepalive: {evry: 3s}\n  |             ^^^^"},
		{"nothing", nil, `{"ask": "check"}`, failed, "no configuration found"},
		{"no question", chat, `{"ask": "weather"}`, failed, "unknown question weather"},
		{"no JSON", chat, `{`, failed, "unexpected end of JSON input"},
		{"the first endpoint", chat, `{"ask": "trace"}`, text, "handshake  succeeds"},
		{"a picture", chat, `{"ask": "trace"}`, func(a Answer) string { return a.SVG }, "<svg"},
		{"the endpoints", chat, `{"ask": "trace"}`, urls, "ws://chat.example.com/ws"},
		{"another path", chat, `{"ask": "trace", "url": "ws://chat.example.com/no"}`, text, "answers 404"},
		{"another ping", chat, `{"ask": "trace", "ping": "75s"}`, text, "closed after 60s with a ping every 75s"},
		{"suspects here", chat, `{"ask": "why", "symptom": "60s"}`, text, "in the files you passed:"},
		{"on one path", chat, `{"ask": "why", "symptom": "404", "url": "ws://chat.example.com/no"}`, text, "404"},
		{"without files", nil, `{"ask": "why", "symptom": "60s 1006"}`, text, "suspects, most likely first:"},
		{"no symptom", chat, `{"ask": "why", "symptom": ""}`, failed, "why needs a symptom"},
		{"what can be asked", nil, `{"ask": "about"}`, func(a Answer) string { return a.Programs[1].Name }, "nginx"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := ask(t, c.files, c.question)
			if got := c.field(a); !strings.Contains(got, c.want) {
				t.Errorf("want %q, got %s\n%+v", c.want, got, a)
			}
		})
	}
}

func checked(a Answer) string {
	var compact strings.Builder
	for _, line := range strings.Split(string(a.Check), "\n") {
		compact.WriteString(strings.TrimSpace(line))
	}
	return strings.ReplaceAll(compact.String(), `": `, `":`)
}

func failed(a Answer) string { return a.Error }
func text(a Answer) string   { return a.Text }
func urls(a Answer) string   { return strings.Join(a.URLs, " ") }
