package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// initOn runs init as somebody at a terminal does, with what is typed.
func initOn(terminal bool, ci, typed string) (code int, stdout string) {
	var out, errs bytes.Buffer
	getenv := func(name string) string { return map[string]string{"CI": ci}[name] }
	c := Command{
		Stdin: strings.NewReader(typed), Stdout: &out, Stderr: &errs, Getenv: getenv,
		Interactive: terminal, Terminal: terminal,
	}
	code = c.Main([]string{"wslint", "init"})
	return code, out.String() + errs.String()
}

const plainNginx = `events {}
http {
  server {
    listen 80;
    location /ws {
      proxy_pass http://app:3000;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
    }
  }
}
`

// TestInitAsks: on a terminal init asks, again where the answer is no good, and writes the answers down; in CI it asks
// nothing, and waits for nobody.
func TestInitAsks(t *testing.T) {
	for _, c := range []struct {
		name     string
		terminal bool
		ci       string
		typed    string
		asks     []string
		writes   []string
	}{
		{"answers", true, "", "seven\n1.27.1\n25\n25s\nhttp://chat\nwss://chat.example.com/ws\nalbx\ncloudflare, alb/web\n",
			[]string{"Which nginx runs this?", "seven", "How often does the server ping", "to reach ws://localhost/ws",
				"in front of", "unknown hop \"albx\""},
			[]string{"\n# asked\ntargets: {nginx: \"1.27.1\"}\n", "\n# asked\nkeepalive: 25s\n",
				"\n  - url: wss://chat.example.com/ws\n    through: [cloudflare, alb/web, nginx: nginx.conf] # asked\n"}},
		{"nothing in front", true, "", "\nnone\nwss://chat.example.com/ws\nnone\n", nil,
			[]string{"\nkeepalive: none\n", "  - url: wss://chat.example.com/ws\n    # through: [nginx: nginx.conf]\n",
				"# Which nginx runs this?"}},
		{"empty lines", true, "", "\n\n\n\n", []string{"> "},
			[]string{"# Which nginx runs this?", "#   - url: ws://localhost/ws"}},
		{"the end of the input", true, "", "", []string{"> "}, []string{"#   - url: ws://localhost/ws"}},
		{"CI", true, "true", "1.27.1\n", nil, []string{"# Which nginx runs this?"}},
		{"no terminal", false, "", "1.27.1\n", nil, []string{"# Which nginx runs this?"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, "nginx.conf", plainNginx)
			code, out := initOn(c.terminal, c.ci, c.typed)
			text, err := os.ReadFile(".wslint.yaml")
			if code != exitClean || err != nil {
				t.Fatalf("%d, %v\n%s", code, err, out)
			}
			for _, s := range c.asks {
				if !strings.Contains(strings.ToLower(out), strings.ToLower(s)) {
					t.Errorf("it does not ask %q:\n%s", s, out)
				}
			}
			if c.asks == nil && c.typed != "" && (c.ci != "" || !c.terminal) && strings.Contains(out, "> ") {
				t.Errorf("it asks:\n%s", out)
			}
			for _, s := range c.writes {
				if !strings.Contains(string(text), s) {
					t.Errorf("it does not write %q:\n%s", s, text)
				}
			}
			if code, _, stderr := runMain("", "config", "validate"); code != exitClean {
				t.Errorf("what it wrote is not valid: %s", stderr)
			}
			if _, again := initOn(c.terminal, c.ci, c.typed); !strings.Contains(again, "nothing changed") {
				t.Errorf("a second time: %s", again)
			}
			if now, _ := os.ReadFile(".wslint.yaml"); !bytes.Equal(now, text) {
				t.Error("a second time it changed something")
			}
		})
	}
}
