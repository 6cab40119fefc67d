package rules_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// TestFailuresSpeak: a handshake that is predicted to fail has a finding, and one that is predicted to open has none
// that says it fails. The handshakes are those of the truth cases about HAProxy, declared as paths.
func TestFailuresSpeak(t *testing.T) {
	files, err := filepath.Glob("../testdata/truth-haproxy/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no truth cases: %v", err)
	}
	fail, open := 0, 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range archive.Files {
			result, ok := declaredCase(t, string(c.Data))
			if !ok {
				continue
			}
			broken := 0
			for _, f := range result.Findings {
				// What an application thinks of Host and Origin is its own affair.
				own := f.Rule == rules.OriginRewritten || f.Rule == rules.HostNotForwarded
				if f.Severity == rules.Error && !own &&
					(f.Rule.Seen == rules.AppRefuses || f.Rule.Seen == rules.ProxyAnswers || f.Rule.Seen == rules.ReplyLost) {
					broken++
				}
			}
			switch o := result.Declared[0].Handshake(); o.Kind {
			case hop.Open:
				if open++; broken > 0 {
					t.Errorf("%s: the handshake opens, and yet: %s", c.Name, result.Findings[0].Message)
				}
			case hop.Refused, hop.AnsweredByProxy, hop.ClosedByProxy, hop.HangsForever:
				if fail++; len(result.Findings) == 0 {
					t.Errorf("%s: %s (%s), and no rule says so", c.Name, o.Kind, o.Why)
				}
			}
		}
	}
	if fail < 70 || open < 100 {
		t.Errorf("only %d handshakes fail and %d open", fail, open)
	}
}

// declaredCase lints a truth case, its URL declared as a path; ok is false for one whose request no browser sends.
func declaredCase(t *testing.T, text string) (result *lint.Result, ok bool) {
	t.Helper()
	declared := "  - url: ws://chat.test/ws\n"
	for line := range strings.Lines(text) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "#!")), " "); {
		case !strings.HasPrefix(line, "#!"):
		case key == "url":
			declared = strings.Replace(declared, "ws://chat.test/ws", value, 1)
		case key == "protocols":
			declared += "    subprotocols: [" + strings.ReplaceAll(value, " ", ", ") + "]\n"
		case key == "method" || key == "without" || key == "header" || key == "proto" || key == "proxy":
			return nil, false
		}
	}
	if !strings.Contains("\n"+text, "\ndefaults") {
		text = "defaults\n  mode http\n  timeout tunnel 1h\n" + text
	}
	dir := writeFiles(
		t,
		map[string]string{"haproxy.cfg": text, lint.ConfigName: "keepalive: {every: 25s}\npaths:\n" + declared},
	)
	config, err := lint.ReadConfig(filepath.Join(dir, lint.ConfigName))
	if err != nil {
		t.Fatal(err)
	}
	result, err = lint.Check(
		lint.Input{Args: []string{filepath.Join(dir, "haproxy.cfg")}, Rules: rules.All, Config: config, OnlyDeclared: true},
	)
	if err != nil {
		t.Fatal(err)
	}
	return result, len(result.Declared) > 0
}
