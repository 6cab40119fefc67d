package compose

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/parsers"
)

// TestHostile: what would take more than a machine has if everything was followed is read in no time.
func TestHostile(t *testing.T) {
	doubling := func(first, format string) string {
		text := first
		for i := 1; i < 60; i++ {
			text += fmt.Sprintf(format, i, i-1, i-1)
		}
		return text
	}
	web := "  web: {image: nginx, environment: {X: \"${A59:-x}\"}, volumes: [\"./t:/etc/nginx/templates\"]}\n"
	for name, files := range map[string]map[string]string{
		"variables that double": {".env": doubling("A0=aaaaaaaaaa\n", "A%d=${A%d}${A%d}\n"),
			"compose.yaml": "services:\n" + web},
		"a file that includes itself twice": {
			"compose.yaml": "include: [compose.yaml, compose.yaml, ./compose.yaml]\nservices:\n" + web,
		},
		"services that extend each other": {
			"compose.yaml": "services:\n  a: {extends: {service: b}}\n  b: {extends: {service: a}}\n" + web,
		},
		"variables of a Dockerfile that double": {
			"Dockerfile": doubling("FROM nginx\nENV A0=aaaaaaaaaa\n", "ENV A%d=${A%d}${A%d}\n") + "COPY a " +
				"/etc/nginx/conf.d/\n",
			"a":            "",
			"compose.yaml": "services: {web: {build: .}}\n",
		},
		"a whole disk as templates": {
			"compose.yaml": "services: {web: {image: nginx, volumes: [\"/:/etc/nginx/templates\", \"/:/etc/nginx/conf.d\"]}}\n",
		},
		"many services": {"compose.yaml": "services:\n" + func() string {
			var b strings.Builder
			for i := range 20_000 {
				fmt.Fprintf(&b, "  s%d: {image: nginx}\n", i)
			}
			return b.String()
		}()},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			start := time.Now()
			o := parsers.Options{ReadFile: os.ReadFile, Stat: os.Stat}
			if _, err := readAll([]parsers.Found{{Name: filepath.Join(dir, "compose.yaml")}}, o); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}
