package lint_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/lint"
)

// TestWriteIdle: the measured timeout stands in the file, and everything else stays as it was.
func TestWriteIdle(t *testing.T) {
	const comment = "measured 2026-11-30, wslint probe"
	for _, c := range []struct{ name, before, after string }{
		{"no hops", "# mine\nkeepalive: 25s # ours\n",
			"# mine\nkeepalive: 25s # ours\n\nhops:\n  edge: {idle: 90s} # " + comment + "\n"},
		{"no newline at the end", "keepalive: 25s", "keepalive: 25s\n\nhops:\n  edge: {idle: 90s} # " + comment + "\n"},
		{"comments alone", "# nothing yet\n", "# nothing yet\n\nhops:\n  edge: {idle: 90s} # " + comment + "\n"},
		{"CRLF", "keepalive: 25s\r\n",
			"keepalive: 25s\r\n\r\nhops:\r\n  edge: {idle: 90s} # " + comment + "\r\n"},
		{"other hops", "hops:\n    # the firewall\n    fw: {idle: 5m} # told by Ann\nkeepalive: none\n",
			"hops:\n    # the firewall\n    edge: {idle: 90s} # " + comment +
				"\n    fw: {idle: 5m} # told by Ann\nkeepalive: none\n"},
		{"hops in braces", "hops: {fw: {idle: 5m}}\n",
			"hops: {edge: {idle: 90s}, fw: {idle: 5m}} # " + comment + "\n"},
		{"there already", "hops:\n  edge: {idle: 60s, life: 1h} # told by Ann\n",
			"hops:\n  edge: {idle: 90s, life: 1h} # told by Ann; " + comment + "\n"},
		{"measured before", "hops:\n  edge:\n    idle: 60s # measured 2025-01-02, wslint probe\n    counts: packets\n",
			"hops:\n  edge:\n    idle: 90s # " + comment + "\n    counts: packets\n"},
		{"without idle", "hops:\n  edge:\n    life: 1h\n",
			"hops:\n  edge:\n    idle: 90s # " + comment + "\n    life: 1h\n"},
		{"life in braces", "hops:\n  edge: {life: 1h}\n", "hops:\n  edge: {idle: 90s, life: 1h} # " + comment + "\n"},
		{"all in braces", "{keepalive: 25s}\n", ""},
		{"anchors", "hops: &h\n  fw: {idle: 5m}\n", "hops: &h\n  edge: {idle: 90s} # " + comment + "\n  fw: {idle: 5m}\n"},
		{"two documents' end", "keepalive: 25s\n...\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), ".wslint.yaml")
			if err := os.WriteFile(file, []byte(c.before), 0o666); err != nil {
				t.Fatal(err)
			}
			config, err := lint.ReadConfig(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = lint.WriteIdle(config, "edge", 90*time.Second, comment)
			got, readErr := os.ReadFile(file)
			switch {
			case readErr != nil:
				t.Fatal(readErr)
			case c.after == "" && (err == nil || !strings.Contains(err.Error(), "write under hops: edge: {idle: 90s}")):
				t.Errorf("no error, but %v", err)
			case c.after == "" && string(got) != c.before:
				t.Errorf("changed:\n%s", got)
			case c.after != "" && (err != nil || string(got) != c.after):
				t.Errorf("%v\n%s\nwant\n%s", err, got, c.after)
			}
			if c.after == "" {
				return
			}
			if config, err = lint.ReadConfig(file); err != nil {
				t.Fatal(err)
			}
			if _, err = lint.WriteIdle(config, "edge", 90*time.Second, comment); err != nil {
				t.Error("again:", err)
			}
			if again, _ := os.ReadFile(file); string(again) != string(got) {
				t.Errorf("a second time changes it:\n%s", again)
			}
		})
	}
}

// TestWriteIdleRefuses: a known hop has limits, names are names, and a file that was not read is not changed.
func TestWriteIdleRefuses(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if _, err := lint.WriteIdle(nil, "a b", time.Minute, "x"); err == nil {
		t.Error("a name with a space was taken")
	}
	file, err := lint.WriteIdle(nil, "edge", time.Minute, "measured")
	if got, _ := os.ReadFile(".wslint.yaml"); err != nil || string(got) != "hops:\n  edge: {idle: 60s} # measured\n" {
		t.Errorf("%v\n%s", err, got)
	}
	if _, err = lint.WriteIdle(nil, "edge", time.Minute, "x"); err == nil {
		t.Error("a file that was not read was written")
	}
	config, err := lint.ReadConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = lint.WriteIdle(config, "aws-nlb-tcp", 10*time.Hour, "x"); err == nil {
		t.Error("an idle timeout was written that the hop cannot have")
	}
}
