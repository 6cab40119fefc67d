package awscheck

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// TestSeveralListeners: where nothing says to which port a handshake comes, what all listeners answer alike is known,
// and nothing else.
func TestSeveralListeners(t *testing.T) {
	fixed := func(status int) []Action { return []Action{{Type: "fixed-response", Status: status}} }
	r := handshake("wss://a.example.com/ws")
	r.Addr = ""
	for status, want := range map[int]string{404: "404",
		403: "unknown: 2 listeners may be meant, and they answer differently"} {
		lb := alb()
		lb.Listeners = []Listener{
			{Protocol: "HTTPS", Port: 443, Default: fixed(404)}, {Protocol: "HTTPS", Port: 8443, Default: fixed(status)},
		}
		if got := answer(*lb.Serve(r.Clone())[0].Hop); got != want {
			t.Errorf("%d: got %s, want %s", status, got, want)
		}
	}
}

// TestUnknownListeners: there may be one on a port that no known listener has.
func TestUnknownListeners(t *testing.T) {
	lb := alb()
	lb.ListenersUnknown = "DescribeListeners: AccessDenied"
	h := lb.Serve(handshake("wss://a.example.com:8443/ws"))[0].Hop
	if !hop.Is(h.Answer, hop.Answer{}) || h.Next.Rest == "" || h.Upstream == nil || !h.Upstream.Open {
		t.Errorf("it is not taken to pass: %+v", h)
	}
	if h := lb.Serve(handshake("wss://a.example.com/ws"))[0].Hop; answer(*h) != "to app:8080, a.example.com/ws" {
		t.Errorf("the listener that is known: %s", answer(*h))
	}
	lb.Kind = Network
	if got := answer(*lb.Serve(handshake("wss://a.example.com:8443/ws"))[0].Hop); !strings.HasPrefix(got, "unknown: its") {
		t.Errorf("a Network Load Balancer: %s", got)
	}
}

// TestBlocks: what an ALB refuses before any rule.
func TestBlocks(t *testing.T) {
	body := handshake("wss://a.example.com/ws")
	body.HasBody = true
	for _, c := range []struct {
		mode      string
		waf, body bool
		want      string
	}{
		{"strictest", false, false, "to app:8080, a.example.com/ws"},
		{"strictest", false, true, "400"},
		{"defensive", false, true, "to app:8080, a.example.com/ws"},
		{"defensive", true, false, "unknown: a WAF web ACL looks at the handshake: whether it answers 403 is not known"},
	} {
		lb, r := alb(), handshake("wss://a.example.com/ws")
		if c.body {
			r = body.Clone()
		}
		lb.Desync, lb.WAF = hop.Written(keyDesync, c.mode, lb.Pos), hop.Written("WAF", c.waf, lb.Pos)
		if got := answer(*lb.Serve(r)[0].Hop); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
}

// TestForwardedFor: what the header is behind an ALB in each mode.
func TestForwardedFor(t *testing.T) {
	for mode, want := range map[string]string{"append": "192.0.2.1, 198.51.100.9", "preserve": "192.0.2.1", "remove": ""} {
		lb := alb()
		lb.Forwarded = hop.Written(keyForwarded, mode, lb.Pos)
		h := lb.Serve(handshake("wss://a.example.com/ws", "X-Forwarded-For: 192.0.2.1"))[0].Hop
		lines, why := h.Next.Lines("X-Forwarded-For")
		if got := strings.Join(lines, "|"); got != want || why != "" {
			t.Errorf("%s: got %q %s, want %q", mode, got, why, want)
		}
	}
}

// TestClientAddress: behind a Network Load Balancer the client's address is known only where it is surely kept.
func TestClientAddress(t *testing.T) {
	pos := hop.Pos{File: "g"}
	for _, c := range []struct {
		keep hop.Setting[bool]
		want bool
	}{
		{hop.Written(keyPreserve, true, pos), true}, {hop.Written(keyPreserve, false, pos), false},
		{hop.Unknown[bool](keyPreserve, pos, "not read"), false},
	} {
		g := group("app", func(g *TargetGroup) { g.Protocol, g.PreserveClient = "TCP", c.keep })
		h := nlb(Listener{Protocol: "TCP", Port: 443, Default: forwardTo(g)}, nil).Serve(handshake("wss://a/"))[0].Hop
		if got := h.Next.Client != (netip.AddrPort{}); got != c.want {
			t.Errorf("%s: the address arrives: %t", c.keep, got)
		}
	}
}

// TestAnchors: whether an unanchored expression has to match the whole path is not documented.
func TestAnchors(t *testing.T) {
	for pattern, want := range map[string]match{
		"ws": unsure, "ws$": yes, "^/x": yes, "/x/ws": yes, "^/ws$": no, "wss": no, "^ws": no, "x$": no, "(": unsure,
	} {
		if got := search(pattern, "/x/ws", false); got != want {
			t.Errorf("%s: got %d, want %d", pattern, got, want)
		}
	}
}

// TestHostPort: an ALB takes a port off Host where it is the usual one of HTTP, and adds its own where that is another.
func TestHostPort(t *testing.T) {
	for host, want := range map[string][2]string{
		"a.example": {"a.example", "a.example:8080"}, "a.example:443": {"a.example", "a.example:443"},
		"a.example:80": {"a.example", "a.example:80"}, "a.example:8443": {"a.example:8443", "a.example:8443"},
		"[::1]": {"[::1]", "[::1]:8080"},
	} {
		for i, port := range []int{443, 8080} {
			r := handshake("wss://a.example/")
			set(&r, "Host", host, hop.Pos{})
			lb := alb()
			lb.PreserveHost = hop.Written(keyPreserveHost, false, lb.Pos)
			lb.host(&Listener{Protocol: "HTTPS", Port: port}, &r)
			lines, why := r.Lines("Host")
			if got := strings.Join(lines, "|"); got != want[i] || why != "" {
				t.Errorf("%s at port %d: got %q %s, want %s", host, port, got, why, want[i])
			}
		}
	}
}

// TestListensByName: a load balancer listens on its own ports under its own name, in any case of letters.
func TestListensByName(t *testing.T) {
	for addr, want := range map[string]bool{
		"lb.example.com:443": true, "LB.example.com:80": true, "lb.example.com:8443": false, "other.example.com:443": false,
		"lb.example.com": false, "": false,
	} {
		if got := alb().Listens(hop.Request{Addr: addr}); got != want {
			t.Errorf("%q: %t", addr, got)
		}
	}
}
