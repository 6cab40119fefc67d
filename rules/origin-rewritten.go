package rules

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/wslint/wslint/hop"
)

// OriginRewritten is found where the application gets an Origin that no browser sends or that fits no Host. Measured: law Q2.
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
			what = "that is no origin: it lacks the scheme"
		case strings.Contains(authority, "/"):
			what = "that is no origin: it has a path"
		case host != "" && !strings.EqualFold(authority, host) && !strings.EqualFold(hostname(authority), hostname(host)) && !isLoopback(authority):
			what = "the Host beside it is " + host
		default:
			return
		}
		report(Finding{
			Pos:     line.Pos,
			Message: fmt.Sprintf("%s, and %s: servers that check the Origin answer 403, and the browser reports 1006", asWritten(line), what),
			Fix:     forward(h, "Origin"),
		})
	},
}

// isLoopback reports whether a constant Origin is the kind that people write for a server which allows its own machine.
func isLoopback(authority string) bool {
	name := hostname(authority)
	a, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return name == "localhost" || err == nil && a.IsLoopback()
}
