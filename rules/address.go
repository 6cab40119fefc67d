package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// indifferent are applications that do not compare Origin with Host by default. Measured: ws 8.23, socket.io 4,
// sockjs 0.3.24, aiohttp 3.8, uvicorn 0.17, websockets 10.4.
var indifferent = []string{"aiohttp", "python-websockets", "socket.io", "sockjs", "uvicorn", "ws"}

// hostChange finds the hop after which Host is not the browser's any more.
func hostChange(p *hop.Path) (h *hop.Hop, want, got string) {
	if !tunnels(p) || p.Application != nil && slices.Contains(indifferent, p.Application.Name) {
		return nil, "", ""
	}
	sent, why := p.Request.Lines("Host")
	end, whyEnd := p.Final().Lines("Host")
	if why != "" || whyEnd != "" || len(sent) != 1 || len(end) != 1 || strings.EqualFold(sent[0], end[0]) {
		return nil, "", ""
	}
	for i := range p.Hops {
		lines, why := p.Hops[i].Next.Lines("Host")
		if why != "" {
			return nil, "", ""
		}
		if len(lines) != 1 || !strings.EqualFold(lines[0], sent[0]) {
			return &p.Hops[i], sent[0], end[0]
		}
	}
	return nil, "", ""
}

// originOf is the Origin that h sends; "" when it sends none or that is not known.
func originOf(h *hop.Hop) string {
	lines, why := h.Next.Lines("Origin")
	if why != "" || len(lines) != 1 {
		return ""
	}
	return lines[0]
}

func hostname(authority string) string {
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && !strings.HasSuffix(authority, "]") {
		authority = authority[:i]
	}
	return strings.ToLower(authority)
}

func count(n int) string {
	if n == 2 {
		return "two"
	}
	return fmt.Sprint(n)
}
