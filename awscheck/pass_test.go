package awscheck

import (
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
)

func nlb(l Listener, attributes map[string]string) *LoadBalancer {
	lb := &LoadBalancer{Kind: Network, Name: "edge", DNSName: "lb.example.com", Pos: hop.Pos{File: "arn:lb"}}
	l.Apply(Answered(attributes, hop.Pos{File: "arn:listener"}))
	lb.Listeners = []Listener{{Protocol: "UDP", Port: 443}, l}
	return lb
}

func TestNetwork(t *testing.T) {
	tcp := func(g *TargetGroup) { g.Protocol = "TCP" }
	tls := func(g *TargetGroup) { g.Protocol = "TLS" }
	proxy := func(g *TargetGroup) { g.ProxyProtocol = hop.Written(keyProxy, true, g.Pos) }
	for _, tc := range []struct {
		name       string
		l          Listener
		attributes map[string]string
		want       string
		idle       time.Duration
		tls, proxy bool
	}{
		{"tcp", Listener{Protocol: "TCP", Port: 443, Default: forwardTo(group("app", tcp))}, nil,
			"to app:8080, a.example.com/ws", 350 * time.Second, true, false},
		{"tcp raised", Listener{Protocol: "TCP", Port: 443, Default: forwardTo(group("app", tcp))},
			map[string]string{keyTCPIdle: "6000"}, "to app:8080, a.example.com/ws", 6000 * time.Second, true, false},
		{"tls is fixed", Listener{Protocol: "TLS", Port: 443, Default: forwardTo(group("app", tcp))},
			map[string]string{keyTCPIdle: "6000"}, "to app:8080, a.example.com/ws", 350 * time.Second, false, false},
		{"tls to tls", Listener{Protocol: "TLS", Port: 443, ALPN: "HTTP2Preferred", Default: forwardTo(group("app", tls))},
			nil, "to app:8080, a.example.com/ws", 350 * time.Second, true, false},
		{"proxy protocol", Listener{Protocol: "TCP", Port: 443, Default: forwardTo(group("app", tcp, proxy))}, nil,
			"to app:8080, a.example.com/ws", 350 * time.Second, true, true},
		{"proxy protocol for some", Listener{Protocol: "TCP", Port: 443, Default: forwardTo(group("app", tcp, proxy),
			group("b", tcp))}, nil,
			"unknown: target groups app (1) and b (1) share the connections by weight, and they treat them differently",
			350 * time.Second, false, false},
		{"h2 only", Listener{Protocol: "TLS", Port: 443, ALPN: "HTTP2Only", Default: forwardTo(group("app", tcp))}, nil,
			"to app:8080, a.example.com/ws", 350 * time.Second, false, false},
		{"h2 only, tls behind", Listener{Protocol: "TLS", Port: 443, ALPN: "HTTP2Only",
			Default: forwardTo(group("app", tls))}, nil, "unknown: its ALPN policy is HTTP2Only: which protocol it asks the " +
			"target for when a browser wants http/1.1 for a WebSocket is not documented", 350 * time.Second, false, false},
		{"unknown protocol", Listener{Protocol: "SCTP", Port: 443, Default: forwardTo(group("app"))}, nil,
			`unknown: what a listener for "SCTP" does is not known`, 350 * time.Second, false, false},
		{"nothing known", Listener{Protocol: "TCP", Port: 443}, nil,
			"unknown: where it passes connections on to was not read", 350 * time.Second, false, false},
	} {
		h := nlb(tc.l, tc.attributes).Serve(handshake("wss://a.example.com/ws"))[0].Hop
		if got := answer(*h); got != tc.want || h.Next.TLS != tc.tls || h.Next.ProxyProtocol != tc.proxy {
			t.Errorf("%s: got %s, TLS %v, proxy %v; want %s", tc.name, got, h.Next.TLS, h.Next.ProxyProtocol, tc.want)
		}
		if d, _ := h.Idle[0].Get(); d != tc.idle || h.Idle[0].Counts != hop.Packets || h.Idle[0].Expiry != hop.RST {
			t.Errorf("%s: idle timer %+v", tc.name, h.Idle[0])
		}
		if len(h.Life) != 0 {
			t.Errorf("%s: connections end with a drain though connection termination is off", tc.name)
		}
	}
}

func TestNetworkDrain(t *testing.T) {
	g := group("app", func(g *TargetGroup) {
		g.Apply(Answered(map[string]string{KeyDrain: "30", keyDrainCuts: "true"}, hop.Pos{}))
	})
	h := nlb(Listener{Protocol: "TCP", Port: 443, Default: forwardTo(g)}, nil).
		Serve(handshake("wss://a.example.com/"))[0].Hop
	if d, _ := h.Life[0].Get(); d != 30*time.Second {
		t.Errorf("drain timer %+v", h.Life)
	}
}

func TestClassic(t *testing.T) {
	lb := &LoadBalancer{
		Kind:    Classic,
		Name:    "old",
		DNSName: "lb.example.com",
		Idle:    hop.Written("IdleTimeout", 60*time.Second, hop.Pos{}),
		Drain:   hop.Written("ConnectionDraining", 0*time.Second, hop.Pos{}),
	}
	off := hop.Default("ProxyProtocol", false, hop.Pos{})
	lb.Listeners = []Listener{
		{Protocol: "HTTP", Port: 80, InstanceProtocol: "HTTP", InstancePort: 8000, ProxyProtocol: off},
		{
			Protocol:         "SSL",
			Port:             443,
			InstanceProtocol: "TCP",
			InstancePort:     8000,
			ProxyProtocol:    hop.Written("ProxyProtocol", true, hop.Pos{}),
		},
	}
	plain := lb.Serve(handshake("ws://a.example.com/"))[0].Hop
	if ok, sure := plain.Next.IsUpgrade(); ok || !sure || answer(*plain) != "to old:8000, a.example.com/" {
		t.Errorf("an HTTP listener passes on %s, an upgrade: %v, sure: %v", answer(*plain), ok, sure)
	}
	ssl := lb.Serve(handshake("wss://a.example.com/"))[0].Hop
	if answer(*ssl) != "to old:8000, a.example.com/" || ssl.Next.TLS || !ssl.Next.ProxyProtocol {
		t.Errorf("an SSL listener passes on %+v", ssl.Next)
	}
	if d, known := ssl.Life[0].Get(); d != 0 || !known || ssl.Life[0].Starts != hop.Drained {
		t.Errorf("without connection draining: %+v", ssl.Life)
	}
}
