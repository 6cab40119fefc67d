package lint

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/wslint/wslint/rules"
)

// TestStopped: a run that nobody waits for ends, wherever it is then, and says so.
func TestStopped(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nginx.conf")
	text := "events {}\nhttp {\n server {\n  listen 80;\n  location /ws {\n   proxy_pass http://127.0.0.1:9;\n  }\n }\n}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for after := range 40 {
		asked := 0
		in := Input{Args: []string{file}, Rules: rules.All, Stopped: func() bool { asked++; return asked > after }}
		result, err := Check(in)
		switch {
		case asked > after && (!errors.Is(err, ErrStopped) || result != nil):
			t.Errorf("stopped when asked the %dth time: %v", asked, err)
		case asked <= after && (err != nil || after < 3):
			t.Errorf("asked %d times: %v", asked, err)
		}
	}
}
