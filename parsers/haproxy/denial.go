package haproxy

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// denial is why a rule that holds turns a handshake away: for what each has that asks for the same path, or for
// something that others may have otherwise, like their address or the name that they ask for.
func (r *run) denial(rl conf.Rule) hop.Cause {
	_, c := rl.Condition(1)
	if rl.Line.Maybe != "" || slices.ContainsFunc(r.sections(), letsSomePass) {
		return hop.Denied
	}
	if c == nil {
		return hop.DeniesHandshakes
	}
	suites, missing := c.Terms()
	if missing {
		return hop.Denied
	}
	if c.Unless {
		// It denies where no alternative holds, so all of them count.
		if slices.ContainsFunc(suites, func(s []conf.Term) bool { return !r.ofEveryHandshake(c, s, false) }) {
			return hop.Denied
		}
		return hop.DeniesHandshakes
	}
	evaluated := r.literals(c, rl.Line)
	if len(evaluated) != len(suites) {
		return hop.Denied
	}
	for i, literals := range evaluated {
		if is, known := settled([][]literal{literals}); known && is && r.ofEveryHandshake(c, suites[i], true) {
			return hop.DeniesHandshakes
		}
	}
	return hop.Denied
}

// letsSomePass reports whether a section has a rule that keeps those behind it from being asked.
func letsSomePass(p *conf.Proxy) bool {
	return slices.ContainsFunc(p.Lines, func(l *conf.Line) bool {
		return l.Is("http-request", "allow") || l.Is("tcp-request", "content", "accept") ||
			l.Is("tcp-request", "connection", "accept")
	})
}

// ofEveryHandshake reports whether a suite of ACLs asks for nothing but what all handshakes have in common, or for the
// path, where that counts.
func (r *run) ofEveryHandshake(c *conf.Condition, suite []conf.Term, path bool) bool {
	return !slices.ContainsFunc(suite, func(t conf.Term) bool {
		tests := c.Proxy.Tests(t.Name.Value)
		if t.Inline != nil {
			tests = []conf.Test{*t.Inline}
		} else if x, ok := conf.Predefined(t.Name.Value); ok && tests == nil {
			tests = []conf.Test{x}
		}
		return len(tests) == 0 || slices.ContainsFunc(tests, func(x conf.Test) bool {
			return x.Why != "" || x.Line != nil && x.Line.Maybe != "" ||
				!isCommon(x.ACL.Expr) && !(path && !t.Negated && x.ACL.Expr.Fetch.Name == "path")
		})
	})
}

// isCommon reports an expression that comes to the same for all handshakes over HTTP/1.1.
func isCommon(e conf.Expr) bool {
	switch e.Fetch.Name {
	case "method", "req.ver", "req_ver", "req.proto_http", "always_true", "always_false":
		return !e.Bad
	case "hdr", "req.hdr", "req.fhdr":
		name := strings.ToLower(e.Fetch.Arg(0))
		return !e.Bad && slices.Contains(
			[]string{"upgrade", "connection", "sec-websocket-key", "sec-websocket-version"}, name)
	}
	return false
}
