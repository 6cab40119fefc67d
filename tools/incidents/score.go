package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/truth"
)

// A score counts verdicts.
type score struct {
	cases, found, asError, exact, place, info int
	mended, quiet                             int
	guards, guarded                           int
	// unread are the incidents whose format nothing reads yet; they count as not found.
	unread []string
}

func (s *score) add(v verdict) {
	count := func(n *int, is bool) {
		if is {
			*n++
		}
	}
	if v.guard() {
		s.guards++
		count(&s.guarded, v.loud == "")
		return
	}
	s.cases++
	count(&s.found, v.found)
	count(&s.asError, v.asError)
	count(&s.exact, v.exact)
	count(&s.place, v.place)
	count(&s.info, v.info && !v.found)
	count(&s.mended, v.mended)
	count(&s.quiet, v.mended && v.loud == "")
	if v.unread != "" {
		s.unread = append(s.unread, v.Name)
	}
}

func (s score) String() string {
	text := fmt.Sprintf(
		"incidents: %d of %d found (%d %%), %d as an error, %d by the expected rule, %d of these at the expected line, %d "+
			"more as info only; "+
			"mended and quiet %d of %d; healthy and free of errors %d of %d",
		s.found,
		s.cases,
		100*s.found/max(1, s.cases),
		s.asError,
		s.exact,
		s.place,
		s.info,
		s.quiet,
		s.mended,
		s.guarded,
		s.guards,
	)
	if len(s.unread) > 0 {
		text += "\nnothing reads their format yet: " + strings.Join(s.unread, ", ")
	}
	return text
}

// families are rules that may stand for each other: they name the same cause from different sides.
var families = [][]string{
	{
		"upgrade-not-forwarded",
		"connection-not-upgrade",
		"header-inheritance-lost",
		"map-yields-wrong-value",
		"http-1.0-to-backend",
		"hardcoded-upgrade",
		"duplicate-handshake-header",
		"http2-upstream",
		"classic-elb-http-listener",
		"handshake-request-mangled",
	},
	{
		"host-not-forwarded",
		"host-port-lost",
		"origin-rewritten",
		"forwarded-host-mismatch",
		"header-inheritance-lost",
		"duplicate-handshake-header",
	},
	{
		"idle-timeout-below-ping",
		"idle-timeout-without-ping",
		"keepalive-margin",
		"ping-does-not-count",
		"zero-timeout",
		"unit-slip",
		"timeout-for-wrong-module",
		"ping-throttled-in-hidden-tab",
		"hop-chain",
		"timeout-annotation-ignored",
		"annotation-not-string",
		"annotation-ignored",
		"annotation-refused",
	},
	{
		"handler-cannot-upgrade",
		"websocket-route-shadowed",
		"trailing-slash-redirect",
		"redirect-on-websocket-path",
		"if-disables-try-files",
		"path-join",
		"query-string-dropped",
		"capture-clobbered",
		"proxy-loop",
	},
	{"browser-cannot-authenticate", "access-rule-blocks-handshake"},
	{"https-upstream-without-sni", "wrong-scheme-to-upstream"},
	{"handshake-header-hidden", "handshake-reply-replaced", "response-header-too-big"},
	{"no-session-affinity", "affinity-lost-on-peer-failure"},
	{"tunnel-capacity", "connection-limit", "local-ports-exhausted"},
	{"worker-shutdown-cuts-tunnels", "lifetime-ends-busy-connection"},
}

// kin reports whether two rules are one or may stand for each other.
func kin(a, b string) bool {
	return a == b ||
		slices.ContainsFunc(families, func(f []string) bool { return slices.Contains(f, a) && slices.Contains(f, b) })
}

// aboutPings reports whether a ping would be the cure of an incident, so that none may be made up for it.
func aboutPings(i truth.Incident) bool {
	return slices.ContainsFunc(i.Expect, func(e truth.Expectation) bool {
		return strings.Contains(e.Rule, "idle") || strings.Contains(e.Rule, "ping")
	})
}

var (
	quoted   = regexp.MustCompile(`"[^"]*"|'[^']*'`)
	variable = regexp.MustCompile(`\$\{\w+\}`)
)

// blockAround returns the first and the last line of the innermost block in braces that holds a line; the line itself
// where there is no block. A directive that is missing may be shown anywhere in it.
func blockAround(file string, line int) (first, last int) {
	src, err := os.ReadFile(file)
	if err != nil {
		return line, line
	}
	first, last = line, line
	var open []int
	inner := 0
	for i, text := range strings.Split(string(src), "\n") {
		code, _, _ := strings.Cut(text, "#")
		for _, c := range variable.ReplaceAllString(quoted.ReplaceAllString(code, ""), "") {
			switch n := len(open); {
			case c == '{':
				open = append(open, i+1)
			case c == '}' && n > 0:
				from := open[n-1]
				if open = open[:n-1]; from <= line && line <= i+1 && from > inner {
					inner, first, last = from, from, i+1
				}
			}
		}
	}
	return first, last
}
