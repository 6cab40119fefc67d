package rules

import (
	"net/netip"
	"strings"

	"github.com/wslint/wslint/hop"
)

// OriginRewritten is found where the application gets an Origin that no browser sends or that fits no Host. Measured:
// law Q2.
var OriginRewritten = &Rule{
	Name:     "origin-rewritten",
	Summary:  "the application gets an Origin that does not fit the Host",
	Severity: Warning,
	Seen:     AppRefuses,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		h := p.Last()
		origin, host := originOf(h), ""
		if lines, why := h.Next.Lines("Host"); why == "" && len(lines) == 1 {
			host = lines[0]
		}
		line, found := writtenLine(h, "Origin")
		if !found || origin == "" {
			return
		}
		scheme, authority, isURL := strings.Cut(origin, "://")
		what := ""
		switch {
		case !isURL || scheme == "":
			what = ", which has no scheme"
		case strings.Contains(authority, "/"):
			what = ", but an Origin has no path"
		case host != "" && !strings.EqualFold(authority, host) && !strings.EqualFold(hostname(authority), hostname(host)) &&
			!isLoopback(authority):
			what = ", but Host " + host
		default:
			return
		}
		report(Finding{
			Pos:     line.Pos,
			Message: asWritten(line) + what,
			Notes:   note("servers that check the Origin answer 403, and " + reports1006),
			Fix:     forward(h, "Origin"),
		})
	},
}

// isLoopback reports whether a constant Origin is the kind that people write for a server which allows its own
// machine.
func isLoopback(authority string) bool {
	name := hostname(authority)
	a, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return name == "localhost" || err == nil && a.IsLoopback()
}
