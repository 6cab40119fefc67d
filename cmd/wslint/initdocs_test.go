package main

import (
	"os"
	"strings"
	"testing"
)

// TestInitDocs: the files that docs/init.md shows become the configuration that it shows, which its commands accept.
func TestInitDocs(t *testing.T) {
	page := blocks(t, "../../docs/init.md")
	t.Chdir(t.TempDir())
	shown := ""
	for _, b := range page {
		switch b.language {
		case "nginx":
			write(t, "chat.conf", b.text)
		case "yaml":
			shown = b.text
		}
	}
	write(t, "package.json", `{"dependencies": {"socket.io": "^4.8.0"}}`)
	write(t, "server.js", "import { Server } from \"socket.io\";\nnew Server(http, { pingInterval: 20000 });\n")
	write(t, "Dockerfile", "FROM nginx:1.27.3-alpine\n")
	ran := 0
	for _, b := range page {
		if b.language != "sh" {
			continue
		}
		for line := range strings.Lines(b.text) {
			ran++
			if code, out, stderr := runMain("", strings.Fields(line)[1:]...); code != exitClean {
				t.Errorf("%s: %d\n%s%s", line, code, out, stderr)
			}
		}
	}
	if text, err := os.ReadFile(".wslint.yaml"); err != nil || string(text) != shown || ran != 3 {
		t.Errorf("%d commands, %v\n%s", ran, err, text)
	}
}
