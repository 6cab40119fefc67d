package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestNeovim works with a real editor: its client speaks with the server as it likes, not as ours does.
func TestNeovim(t *testing.T) {
	needProgram(t, "nvim")
	dir := t.TempDir()
	conf := "events {}\nhttp {\n  server {\n    listen 80;\n    location /ws {\n" +
		"      proxy_pass http://127.0.0.1:3000;\n" +
		"      proxy_http_version 1.1;\n      proxy_set_header Upgrade $http_upgrade;\n      proxy_set_header Connection " +
		"upgrade;\n      proxy_read_timeout 20s;\n    }\n  }\n}\n"
	for name, text := range map[string]string{"nginx.conf": conf, ".wslint.yaml": "keepalive: {every: 25s}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	bin, err := exec.LookPath("wslint")
	if err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("testdata/editor.lua")
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "seen.json")
	cmd := exec.Command("nvim", "--headless", "-n", "-u", "NONE", "-i", "NONE", "-c", "luafile "+script, "-c", "qa!")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "WSLINT_ROOT="+dir, "WSLINT_OUT="+out, "WSLINT_BIN="+bin, "WSLINT_HOVER=9",
		"HOME="+dir, "XDG_STATE_HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	timer := time.AfterFunc(2*time.Minute, func() { cmd.Process.Kill() })
	defer timer.Stop()
	said, err := cmd.CombinedOutput()
	b, err2 := os.ReadFile(out)
	if err != nil || err2 != nil {
		t.Fatalf("%v, %v\n%s", err, err2, said)
	}
	var seen struct {
		Message, Hover, Text, Failed string
		Line                         int
		Actions, Completions         []string
	}
	if err := json.Unmarshal(b, &seen); err != nil || seen.Failed != "" {
		t.Fatalf("%v, waited for %q\n%s\n%s", err, seen.Failed, b, said)
	}
	if want := "nginx closes idle connections after 20s (proxy_read_timeout), but pings come " +
		"only every 25s"; seen.Message != want ||
		seen.Line != 10 {
		t.Errorf("line %d: %q", seen.Line, seen.Message)
	}
	if len(seen.Actions) < 2 || !strings.HasPrefix(seen.Actions[0], "set proxy_read_timeout to 60s") {
		t.Errorf("with the cursor at the start of the line it offers %q", seen.Actions)
	}
	if !strings.Contains(seen.Hover, "idle-timeout-below-ping") {
		t.Errorf("hover: %q", seen.Hover)
	}
	if want := strings.Replace(strings.TrimSuffix(conf, "\n"), "20s", "60s", 1); seen.Text != want {
		t.Errorf("after the fix:\n%s", seen.Text)
	}
	if !slices.Contains(seen.Completions, "fail-on") {
		t.Errorf("it completes %q", seen.Completions)
	}
}
