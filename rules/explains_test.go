package rules_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// TestAnswers: a status that a finding names in the examples of its rule is one that it explains.
func TestAnswers(t *testing.T) {
	named := regexp.MustCompile(`answer(?:s|ed)?\b[^;:]*`)
	status := regexp.MustCompile(`\b[2345]\d\d\b`)
	opens := []rules.Symptom{rules.CannotBeRead, rules.NotSent, rules.Quiet, rules.Aged, rules.OnDeploy}
	for _, r := range rules.All {
		if slices.Contains(opens, r.Seen) {
			continue
		}
		page, _ := rules.Page(r.Name)
		for line := range strings.Lines(page) {
			if !strings.HasPrefix(strings.TrimSpace(line), "= note: ") && !strings.Contains(line, "["+r.Name+"]") {
				continue
			}
			message := ""
			if strings.Contains(line, "["+r.Name+"]") {
				message = line
			}
			for _, n := range status.FindAllString(strings.Join(named.FindAllString(line, -1), " "), -1) {
				f := rules.Finding{Rule: r, Message: message}
				if code, _ := strconv.Atoi(n); !f.Answers(code) {
					t.Errorf("%s does not explain %s: %s", r.Name, n, line)
				}
			}
		}
	}
}

// TestEndsAfter: a finding about a timer explains the age of that timer; one about something else that of any on its
// path.
func TestEndsAfter(t *testing.T) {
	at := func(line int) hop.Pos { return hop.Pos{File: "f", Line: line, Col: 1} }
	timer := func(length time.Duration, line int) hop.Timer {
		return hop.Timer{Setting: hop.Written("timeout", length, at(line))}
	}
	p := &hop.Path{Hops: []hop.Hop{{Idle: []hop.Timer{timer(time.Minute, 1)}, Life: []hop.Timer{timer(time.Hour, 2)}}}}
	for _, c := range []struct {
		f    rules.Finding
		age  time.Duration
		want bool
	}{
		{rules.Finding{Pos: at(1), Trace: p}, time.Minute, true},
		{rules.Finding{Pos: at(1), Trace: p}, time.Hour, false},
		{rules.Finding{Pos: at(3), Trace: p}, time.Hour, true},
		{rules.Finding{Pos: at(3), Trace: p}, 2 * time.Hour, false},
		{rules.Finding{Pos: at(1), Message: "closes idle connections after 60s (x)"}, time.Minute, true},
		{rules.Finding{Pos: at(1), Message: "closes idle connections after 60s (x)"}, time.Hour, false},
	} {
		if got := c.f.EndsAfter(c.age, func(d time.Duration) bool { return d == c.age }); got != c.want {
			t.Errorf("%v after %v: %v", c.f.Pos, c.age, got)
		}
	}
}
