package report

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// oneFinding is a result with a finding at the line of a file, as often as lines has it.
func oneFinding(message string, lines ...int) *lint.Result {
	r := &lint.Result{Files: 1, Endpoints: 1, Source: func(string) []byte { return []byte(conf) }}
	for _, line := range lines {
		r.Findings = append(r.Findings, rules.Finding{
			Rule: rules.IdleTimeoutBelowPing, Severity: rules.Error, Message: message,
			Pos: hop.Pos{File: "nginx.conf", Line: line, Col: 4, EndCol: 26},
		})
	}
	return r
}

// TestShownOnce: a note about the place that was just shown does not show it again.
func TestShownOnce(t *testing.T) {
	r := oneFinding("m", 5)
	r.Findings[0].Notes = []hop.Note{{Pos: r.Findings[0].Pos, Text: "here"}, {Pos: hop.Pos{File: "nginx.conf", Line: 3},
		Text: "there"}}
	got := written(t, func(w io.Writer) error { return Text(w, r, Options{}) })
	if strings.Count(got, "proxy_read_timeout") != 1 || !strings.Contains(got, "note: here") ||
		!strings.Contains(got, "::: nginx.conf:3") {
		t.Errorf("got\n%s", got)
	}
}

// TestAllUnknown: --verbose lists every place, and without it the list ends and says so.
func TestAllUnknown(t *testing.T) {
	r := &lint.Result{Files: 1, Endpoints: 1}
	for i := range maxUnknown + 2 {
		r.Unknown = append(r.Unknown, hop.Note{Pos: hop.Pos{File: "f", Line: i + 1}, Text: "why"})
	}
	for verbose, want := range map[bool]int{true: maxUnknown + 2, false: maxUnknown} {
		got := written(t, func(w io.Writer) error { return Text(w, r, Options{Verbose: verbose}) })
		if n := strings.Count(got, ": why\n"); n != want || strings.Contains(got, "… and 2 more") == verbose {
			t.Errorf("verbose %t: %d places\n%s", verbose, n, got)
		}
	}
}

// TestIncompleteFormats: no format lets a run that could not read everything look like a good one.
func TestIncompleteFormats(t *testing.T) {
	for _, incomplete := range []bool{true, false} {
		r := &lint.Result{Files: 1, Endpoints: 1, Incomplete: incomplete}
		var log struct {
			Runs []struct {
				Invocations []struct{ ExecutionSuccessful bool }
			}
		}
		text := written(t, func(w io.Writer) error { return SARIF(w, r, Options{}) })
		if err := json.Unmarshal([]byte(text), &log); err != nil ||
			log.Runs[0].Invocations[0].ExecutionSuccessful == incomplete {
			t.Errorf("incomplete %t: SARIF %v\n%s", incomplete, err, text)
		}
		var issues []struct{ Severity string }
		text = written(t, func(w io.Writer) error { return GitLab(w, r, Options{}) })
		if err := json.Unmarshal([]byte(text), &issues); err != nil || (len(issues) == 1) != incomplete {
			t.Errorf("incomplete %t: GitLab %v\n%s", incomplete, err, text)
		}
	}
}

// TestSameFingerprint: two findings of one rule on equal lines are two issues.
func TestSameFingerprint(t *testing.T) {
	var issues []struct{ Fingerprint string }
	text := written(t, func(w io.Writer) error { return GitLab(w, oneFinding("m", 5, 5), Options{}) })
	if err := json.Unmarshal([]byte(text), &issues); err != nil || len(issues) != 2 ||
		issues[0].Fingerprint == issues[1].Fingerprint {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestPercent: what GitHub would take for an escape of its own arrives as it was.
func TestPercent(t *testing.T) {
	text := written(t, func(w io.Writer) error {
		return GitHub(w, oneFinding("100%0A is not a line break", 5),
			Options{})
	})
	if !strings.Contains(text, "::100%250A is not") {
		t.Errorf("got %s", text)
	}
}

// TestProxiedPlaces: where WebSockets may enter is asked only where no endpoint was found.
func TestProxiedPlaces(t *testing.T) {
	for endpoints, want := range map[int]bool{0: true, 1: false} {
		r := &lint.Result{Files: 1, Endpoints: endpoints, Next: "wslint check --url ws://a/PATH .",
			Proxied: []hop.Endpoint{{Name: "ws://a/", Pos: hop.Pos{File: "f", Line: 1}}}}
		got := written(t, func(w io.Writer) error { return Text(w, r, Options{}) })
		if strings.Contains(got, r.Next) != want {
			t.Errorf("%d endpoints:\n%s", endpoints, got)
		}
	}
}
