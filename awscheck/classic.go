package awscheck

import (
	"cmp"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/wslint/wslint/hop"
)

// serveClassic is what a Classic ELB does. Its HTTP and HTTPS listeners do not pass Upgrade on: every public report
// says so, no page of AWS does. TCP and SSL listeners pass the connection on.
func (lb *LoadBalancer) serveClassic(l *Listener, r hop.Request) hop.Hop {
	at := fmt.Sprintf(
		"%s listener on port %d: %s to instances on port %d",
		l.Protocol,
		l.Port,
		l.InstanceProtocol,
		l.InstancePort,
	)
	idle := byteTimer(lb.Idle)
	switch l.Protocol {
	case "HTTP", "HTTPS":
		h := lb.answer(l.Pos, at, hop.Answer{Kind: hop.PassedOn})
		h.Relay = func(status int) hop.Setting[hop.Answer] {
			if status <= 0 {
				return hop.Unknown[hop.Answer](
					at,
					l.Pos,
					"a Classic ELB answers 502 or 504 for an instance that closes the connection",
				)
			}
			return hop.Default(at, hop.Answer{Kind: hop.Answered, Status: status}, l.Pos)
		}
		h.Next = lb.plainHTTP(l, r)
		h.Notes = append(
			h.Notes,
			hop.Note{
				Pos: l.Pos,
				Text: l.Protocol + " listeners of a Classic ELB do not pass Upgrade on: TCP and SSL listeners do, and so " +
					"does an ALB",
			},
		)
		return lb.tunnel(h, idle, lb.drains()...)
	case "TCP", "SSL":
	default:
		return lb.tunnel(lb.unknown(l.Pos, at, fmt.Sprintf("what a listener for %q does is not known", l.Protocol)), idle)
	}
	proxy, known := l.ProxyProtocol.Get()
	if !known {
		return lb.tunnel(lb.unknown(l.Pos, at, l.ProxyProtocol.Why()), idle)
	}
	h := lb.answer(l.Pos, at, hop.Answer{Kind: hop.PassedOn})
	h.Next = r
	if proxy {
		h.Next.Announce(&r)
	}
	h.Next.Client = netip.AddrPort{}
	h.Next.Addr = cmp.Or(l.Behind, address(lb.Name, l.InstancePort))
	if l.Protocol == "SSL" {
		h.Next.TLS = l.InstanceProtocol == "SSL"
	}
	if lb.Instances > 0 {
		// Stickiness is for HTTP and HTTPS listeners (classic/elb-sticky-sessions.html): here each connection has its turn.
		h.Upstream = &hop.Upstream{Name: lb.title(), Pos: lb.Pos, Peers: make([]hop.Peer, lb.Instances)}
	}
	return lb.tunnel(h, idle, lb.drains()...)
}

// plainHTTP is a request as HTTP listeners pass it on: without what belongs to one connection.
func (lb *LoadBalancer) plainHTTP(l *Listener, r hop.Request) hop.Request {
	r.ProxyProtocol = false
	delete(r.Header, "Upgrade")
	r.TLS = l.InstanceProtocol == "HTTPS"
	r.Addr = cmp.Or(l.Behind, address(lb.Name, l.InstancePort))
	r.Proto = hop.Written("the Classic ELB's HTTP version", "1.1", lb.Pos)
	proto := "http"
	if l.terminatesTLS() {
		proto = "https"
	}
	set(&r, "X-Forwarded-Proto", proto, lb.Pos)
	set(&r, "X-Forwarded-Port", strconv.Itoa(l.Port), lb.Pos)
	r.Header["X-Forwarded-For"] = []hop.Setting[string]{
		hop.Unknown[string]("X-Forwarded-For", lb.Pos, "the client's address is not known"),
	}
	r.Client = netip.AddrPort{}
	return r
}

// drains is what ends the connections of an instance that is taken out; nothing where none is, as nobody knows when.
func (lb *LoadBalancer) drains() []hop.Timer {
	if lb.Drain.Name == "" {
		return nil
	}
	return []hop.Timer{drainTimer(lb.Drain)}
}
