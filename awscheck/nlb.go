package awscheck

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// serveNetwork is what an NLB does: it passes the connection on, whatever is spoken on it. When the idle timer fires
// it forgets the flow and says nothing; the next packet is answered with a reset
// (network/network-load-balancers.html, "Connection idle timeout").
func (lb *LoadBalancer) serveNetwork(l *Listener, r hop.Request) hop.Hop {
	idle := hop.Timer{Setting: l.Idle, Restart: hop.Either, Counts: hop.Packets, Expiry: hop.RST, Most: mostTCPIdle}
	at := fmt.Sprintf("%s listener on port %d", l.Protocol, l.Port)
	if !slices.Contains([]string{"TCP", "TLS", "TCP_UDP", "TCP_QUIC"}, l.Protocol) {
		return lb.tunnel(lb.unknown(l.Pos, at, fmt.Sprintf("what a listener for %q does is not known", l.Protocol)), idle)
	}
	var groups []Weighted
	for _, a := range l.Default {
		groups = append(groups, a.Groups...)
	}
	switch {
	case len(groups) == 0:
		return lb.tunnel(lb.unknown(l.Pos, at, "where it passes connections on to was not read"), idle)
	case len(l.Rules) > 0 || l.RulesUnknown != "":
		// Rules by source address exist since July 2026: network/listener-update-rules.html.
		return lb.tunnel(lb.unknown(l.Pos, at, "which of its rules applies is not known"), idle)
	}
	var hops []hop.Hop
	for _, w := range inUse(groups) {
		hops = append(hops, lb.passThrough(l, w, r.Clone(), idle))
	}
	for _, h := range hops[min(1, len(hops)):] {
		if !sameHop(hops[0], h) || h.Next.ProxyProtocol != hops[0].Next.ProxyProtocol {
			return lb.tunnel(
				lb.unknown(l.Pos, at, weights(inUse(groups))+" share the connections by weight, and they treat them differently"),
				idle,
			)
		}
	}
	switch {
	case len(hops) == 0:
		return lb.tunnel(lb.unknown(l.Pos, at, "all its target groups have weight 0"), idle)
	case len(hops) > 1:
		hops[0].Upstream = nil // whether a client stays with its group is not documented
	}
	return hops[0]
}

// passThrough is the connection as a target of the group gets it.
func (lb *LoadBalancer) passThrough(l *Listener, w Weighted, r hop.Request, idle hop.Timer) hop.Hop {
	at := fmt.Sprintf("%s listener on port %d: forward to %s", l.Protocol, l.Port, w.Name)
	g := w.Group
	if g == nil {
		return lb.tunnel(lb.unknown(l.Pos, at, w.missing()), idle)
	}
	if g.Unknown != "" {
		return lb.tunnel(lb.unknown(g.Pos, at, "what kind of target group it is is not known: "+g.Unknown), idle)
	}
	proxy, known := g.ProxyProtocol.Get()
	if !known {
		return lb.tunnel(lb.unknown(g.Pos, at, g.ProxyProtocol.Why()), idle)
	}
	h := lb.answer(l.Pos, at, hop.Answer{Kind: hop.PassedOn})
	if l.Protocol == "TLS" && l.ALPN == "HTTP2Only" {
		// network/create-tls-listener.html: without a protocol in common the load balancer does not use ALPN; browsers then
		// speak HTTP/1.1.
		if g.Protocol == "TLS" {
			return lb.tunnel(
				lb.unknown(
					l.Pos,
					at,
					"its ALPN policy is HTTP2Only: which protocol it asks the target for when a browser wants http/1.1 for a "+
						"WebSocket is not documented",
				),
				idle,
			)
		}
		h.Notes = append(
			h.Notes,
			hop.Note{
				Pos: l.Pos,
				Text: "the ALPN policy HTTP2Only has nothing in common with browsers, which ask for http/1.1 for a WebSocket: " +
					"no ALPN is used, and they speak HTTP/1.1",
			},
		)
	}
	h.Next = r
	if l.Protocol == "TLS" {
		h.Next.TLS = g.Protocol == "TLS"
	}
	if proxy {
		h.Next.Announce(&r)
	}
	h.Next.Addr = address(g.Name, g.Port)
	h.Failing = g.failing(r.Target)
	if keep, sure := g.PreserveClient.Get(); !sure || !keep {
		h.Next.Client = netip.AddrPort{}
	}
	h = lb.tunnel(h, idle)
	if cuts, sure := g.DrainCuts.Get(); sure && cuts {
		h.Life = append(h.Life, drainTimer(g.Drain))
	}
	if g.Type != "alb" {
		h.Upstream = g.upstream(g.Sticky)
	} else {
		h = lb.tunnel(h,
			byteTimer(hop.Unknown[time.Duration](keyIdle, g.Pos, "the ALB behind "+lb.title()+" "+behindALB)))
	}
	return h
}

// behindALB is why the timers behind a target group of type alb are not known.
const behindALB = "has an idle timeout of its own: name both in through"

// Before is what the load balancer did, and the request that leaves it, where the next hop is known: an ALB behind a
// Network Load Balancer has its idle timeout there, and its listener has the port of the target group. kind is the
// catalog's name of a hop that nobody read.
func (lb *LoadBalancer) Before(
	next hop.Source,
	kind string,
	h hop.Hop,
	r hop.Request,
) (hop.Hop, hop.Request) {
	var alb *LoadBalancer
	if b, read := next.(interface{ itself() *LoadBalancer }); read {
		alb = b.itself()
	}
	if kind != "aws-alb" && (alb == nil || alb.Kind != Application) {
		return h, r
	}
	timers := len(h.Idle)
	h.Idle = slices.DeleteFunc(slices.Clone(h.Idle), func(t hop.Timer) bool {
		return strings.HasSuffix(t.Why(), behindALB)
	})
	_, port, err := net.SplitHostPort(r.Addr)
	if err == nil && timers > len(h.Idle) && alb != nil && alb.HasPort(port) {
		r.Addr = net.JoinHostPort(alb.hostName(), port)
	}
	return h, r
}

// itself is lb: what embeds a load balancer is one.
func (lb *LoadBalancer) itself() *LoadBalancer { return lb }
