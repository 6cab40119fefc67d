package awscheck

import (
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// healthy makes a group of the given targets; sticky is its attribute, "" for one that was not read.
func healthy(sticky string, states ...string) func(*TargetGroup) {
	return func(g *TargetGroup) {
		g.Apply(Answered(map[string]string{KeySticky: sticky}, g.Pos))
		if sticky == "" {
			g.Apply(Attributes{Unknown: "no permission", Pos: g.Pos})
		}
		for _, s := range states {
			g.Health = append(g.Health, Health{State: s})
		}
	}
}

// spread is what a session meets, in a word.
func spread(u *hop.Upstream) string {
	switch {
	case u == nil:
		return "nothing known"
	case u.Open:
		return "open: " + u.Why
	case u.Sticky != "":
		return u.Sticky
	}
	return strings.Repeat("|", len(u.Peers)) + u.Are
}

// TestPreserves: whose address targets see by default, by what they are and what they speak.
func TestPreserves(t *testing.T) {
	for kind, protocols := range map[string]map[string]bool{
		"instance": {"TCP": true, "TLS": true, "UDP": true, "TCP_UDP": true},
		"ip":       {"TCP": false, "TLS": false, "UDP": true, "TCP_UDP": true, "QUIC": true, "TCP_QUIC": true},
		"alb":      {"TCP": false},
	} {
		for protocol, want := range protocols {
			g := TargetGroup{Type: kind, Protocol: protocol}
			if g.Apply(Answered(map[string]string{}, g.Pos)); !hop.Is(g.PreserveClient, want) {
				t.Errorf("%s targets over %s: %v, want %v", kind, protocol, g.PreserveClient, want)
			}
		}
	}
}

func TestSessions(t *testing.T) {
	two := []string{"healthy", "healthy", "draining", "unhealthy", "initial"}
	forward := func(sticky bool, groups ...Weighted) *LoadBalancer {
		return alb(atPath("/ws", Action{Type: "forward", Sticky: sticky, Groups: groups}))
	}
	tcp := func(g *TargetGroup) { g.Protocol = "TCP" }
	toALB := func(g *TargetGroup) { g.Type = "alb" }
	listener := Listener{Protocol: "TCP", Port: 443}
	network := func(groups ...Weighted) *LoadBalancer {
		l := listener
		l.Default = forwardTo(groups...)
		return nlb(l, nil)
	}
	classic := &LoadBalancer{Kind: Classic, Name: "old", DNSName: "lb.example.com", Instances: 3, Listeners: []Listener{
		{
			Protocol:         "SSL",
			Port:             443,
			InstanceProtocol: "TCP",
			InstancePort:     8000,
			ProxyProtocol:    hop.Default("ProxyProtocol", false, hop.Pos{}),
		}}}
	for name, tc := range map[string]struct {
		lb   *LoadBalancer
		want string
	}{
		"two":    {forward(false, group("a", healthy("false", two...))), "||"},
		"one":    {forward(false, group("a", healthy("false", "healthy", "draining"))), "|"},
		"sticky": {forward(false, group("a", healthy("true", two...))), "stickiness.enabled"},
		"attributes not read": {forward(false, group("a", healthy("", two...))),
			"open: stickiness.enabled is not known: no permission"},
		"targets not read": {forward(false,
			group("a", healthy("false"), func(g *TargetGroup) { g.HealthUnknown = "no permission" })),
			"open: how many targets the target group a has is not known: no permission"},
		"weights": {forward(false, group("a", healthy("true")), group("b", healthy("true"))), "||target groups"},
		"sticky weights": {forward(true, group("a", healthy("true")), group("b", healthy("true"))),
			"TargetGroupStickinessConfig"},
		"sticky weights over": {forward(true, group("a", healthy("true")), group("b", healthy("false", two...))), "||"},
		"weight of 0":         {forward(false, group("a", healthy("false", two...)), Weighted{Name: "b"}), "||"},
		"nlb":                 {network(group("a", tcp, healthy("false", two...))), "||"},
		"nlb to alb":          {network(group("a", tcp, toALB, healthy("false", two...))), "nothing known"},
		"nlb weights": {network(group("a", tcp, healthy("false", two...)),
			group("b", tcp, healthy("false", two...))), "nothing known"},
		"classic": {classic, "|||"},
	} {
		if got := spread(tc.lb.Serve(handshake("wss://a.example.com/ws"))[0].Hop.Upstream); got != tc.want {
			t.Errorf("%s: got %s, want %s", name, got, tc.want)
		}
	}
}

// TestWeightsThatMatterToTheNextHop: groups on different ports lead nobody knows to which listener.
func TestWeightsThatMatterToTheNextHop(t *testing.T) {
	lb := alb(atPath("/ws", forwardTo(group("a"), group("b", func(g *TargetGroup) { g.Port = 9090 }))...))
	if got := lb.Serve(handshake("wss://a.example.com/ws"))[0].Hop.Next.Addr; got != "" {
		t.Errorf("passed on to %s", got)
	}
}

func TestFailingHealthCheck(t *testing.T) {
	refused := Health{"unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [426]"}
	for name, tc := range map[string]struct {
		path   string
		health []Health
		want   int
	}{
		"refused":      {"/ws", []Health{refused, refused, {State: "draining"}}, 2},
		"some":         {"/ws", []Health{refused, {State: "healthy"}}, 1},
		"another path": {"/health", []Health{refused}, 0},
		"no path":      {"", []Health{refused}, 0},
		"healthy":      {"/ws", []Health{{State: "healthy"}}, 0},
		"not read":     {"/ws", nil, 0},
		"another status": {"/ws",
			[]Health{{"unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]"}}, 0},
		"several statuses": {"/ws",
			[]Health{{"unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [426,503]"}}, 0},
		"no answer": {"/ws", []Health{{"unhealthy", "Target.Timeout", "Request timed out"}}, 0},
	} {
		lb := alb(
			atPath("/ws", forwardTo(group("a", func(g *TargetGroup) { g.HealthPath, g.Health = tc.path, tc.health }))...),
		)
		c := lb.Serve(handshake("wss://a.example.com/ws?token=1"))[0].Hop.Failing
		switch {
		case c == nil && tc.want != 0, c != nil && c.Failed != tc.want:
			t.Errorf("%s: got %+v", name, c)
		case c != nil && (c.Got != "426" || c.Wants != "200" || c.Servers != 2):
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// TestNotes: what nobody can decide from the configuration is said all the same.
func TestNotes(t *testing.T) {
	lb := alb()
	lb.Listeners[1].ClientCerts = "verify"
	lb.Apply(Answered(map[string]string{keyDropInvalid: "true"}, hop.Pos{}))
	h := lb.Serve(handshake("wss://a.example.com/ws", "X_Auth: 1"))[0].Hop
	var text string
	for _, n := range h.Notes {
		text += n.Text + "\n"
	}
	for _, want := range []string{"mutual TLS: a client without a certificate",
		"routing.http.drop_invalid_header_fields.enabled removes the header X_Auth", "whether a WAF web ACL"} {
		if !strings.Contains(text, want) {
			t.Errorf("no note says %q:\n%s", want, text)
		}
	}
}
