package awscheck

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// Listens reports whether r arrives at one of the load balancer's ports under its own DNS name.
func (lb *LoadBalancer) Listens(r hop.Request) bool {
	host, port, err := net.SplitHostPort(r.Addr)
	return err == nil && strings.EqualFold(host, lb.hostName()) && lb.HasPort(port)
}

// hostName is its DNS name; where a file leaves that out its own name stands for it.
func (lb *LoadBalancer) hostName() string { return cmp.Or(lb.DNSName, lb.Name) }

// HasPort reports whether one of its listeners for TCP has that port.
func (lb *LoadBalancer) HasPort(port string) bool {
	number := portNumber(port)
	return slices.ContainsFunc(lb.Listeners, func(l Listener) bool { return l.overTCP() && l.Port == number })
}

// portNumber is a port as a number; -1 for what is none, as no listener has it.
func portNumber(port string) int {
	n, err := strconv.Atoi(port)
	if err != nil || strconv.Itoa(n) != port {
		return -1
	}
	return n
}

// overTCP reports whether a browser's handshake can arrive at the listener. Protocols that are not known are taken to
// be some kind of TCP.
func (l *Listener) overTCP() bool {
	return l.Protocol != "UDP" && l.Protocol != "QUIC" && l.Protocol != "GENEVE"
}

// webPort reports whether a port is one where browsers usually find applications, and whether these then speak TLS.
func webPort(port int) (web, tls bool) {
	switch port {
	case 443, 4443, 8443, 9443:
		return true, true
	case 80, 3000, 5000, 8000, 8008, 8080, 8081, 8888:
		return true, false
	}
	return false, false
}

// speaksHTTP reports whether the listener takes requests.
func (l *Listener) speaksHTTP() bool { return l.Protocol == "HTTP" || l.Protocol == "HTTPS" }

// web reports whether the connections of browsers are likely to arrive at the listener: it takes HTTP, or passes
// bytes on from a port that is usually the web's. This one rule holds wherever load balancers come from: an account,
// a snapshot or a file of code.
func (l *Listener) web() bool {
	usual, _ := webPort(l.Port)
	return l.speaksHTTP() || l.overTCP() && usual
}

// terminatesTLS reports whether clients have to speak TLS to the listener itself.
func (l *Listener) terminatesTLS() bool {
	return l.Protocol == "HTTPS" || l.Protocol == "TLS" || l.Protocol == "SSL"
}

// passesTLS reports whether the listener passes bytes on, whatever they are.
func (l *Listener) passesTLS() bool {
	return l.Protocol == "TCP" || l.Protocol == "TCP_UDP" || l.Protocol == "TCP_QUIC"
}

// Serve says what becomes of a handshake that arrives at the port of r.Addr; without an address, at the listener that
// fits it.
func (lb *LoadBalancer) Serve(r hop.Request) []hop.Case { return hop.Only(lb.serveOne(r)) }

func (lb *LoadBalancer) serveOne(r hop.Request) hop.Hop {
	fit := lb.fitting(r)
	_, port, _ := net.SplitHostPort(r.Addr)
	switch {
	case lb.Kind == Gateway:
		return lb.unknown(lb.Pos, "type gateway", "no client connects to a Gateway Load Balancer: it only inspects packets")
	case len(fit) == 0 && lb.ListenersUnknown != "":
		return lb.assume(r)
	case len(fit) == 0 && r.Addr != "":
		return lb.answer(lb.Pos, "no listener on port "+port, hop.Answer{Kind: hop.Closed})
	case len(fit) == 0:
		return lb.answer(lb.Pos, "no listener for this handshake", hop.Answer{Kind: hop.Closed})
	}
	hops := make([]hop.Hop, len(fit))
	for i, l := range fit {
		hops[i] = lb.serve(l, r.Clone())
		hops[i].Misfits = append(hops[i].Misfits, l.allMisfits()...)
		if l.ClientCerts == "verify" {
			hops[i].Notes = append(
				hops[i].Notes,
				hop.Note{
					Pos: l.Pos,
					Text: "mutual TLS: a client without a certificate that is trusted gets no connection, and its browser " +
						"reports 1006",
				},
			)
		}
	}
	first, sure := hops[0].Answer.Get()
	for _, h := range hops[1:] {
		if a, ok := h.Answer.Get(); sure && (!ok || a.Kind != first.Kind || a.Status != first.Status) {
			return lb.unknown(
				lb.Pos,
				"listeners",
				fmt.Sprintf("%d listeners may be meant, and they answer differently", len(fit)),
			)
		}
	}
	return hops[0]
}

// fitting are the listeners that r may arrive at: that of its port, else all that take it. Of those that take anything,
// the ones on a port where others speak what r does not are meant only where there is nothing else.
func (lb *LoadBalancer) fitting(r hop.Request) (fit []*Listener) {
	_, port, _ := net.SplitHostPort(r.Addr)
	number := portNumber(port)
	var odd []*Listener
	for i := range lb.Listeners {
		l := &lb.Listeners[i]
		if !l.overTCP() || l.Port != number && (r.Addr != "" || !l.passesTLS() && l.terminatesTLS() != r.TLS) {
			continue
		}
		if web, tls := webPort(l.Port); r.Addr == "" && l.passesTLS() && web && tls != r.TLS {
			odd = append(odd, l)
			continue
		}
		fit = append(fit, l)
	}
	if len(fit) == 0 {
		return odd
	}
	return fit
}

// assume is what a load balancer does whose listeners are not known: that it is meant to carry the handshake is
// assumed, and that it comes through; what it adds to the headers is unknown. Its timers are known all the same.
func (lb *LoadBalancer) assume(r hop.Request) hop.Hop {
	why := "its listeners are not known: " + lb.ListenersUnknown
	if lb.Kind == Network {
		return lb.unknown(lb.Pos, "listeners", why)
	}
	h := lb.blank()
	h.Answer = hop.Default("forward", hop.Answer{}, lb.Pos)
	h.Notes = []hop.Note{{Pos: lb.Pos, Text: why}}
	h.Upstream = &hop.Upstream{Name: lb.title(), Pos: lb.Pos, Open: true, Why: why}
	h.Next = r.Clone()
	h.Next.Addr, h.Next.Rest, h.Next.Client = "", why, netip.AddrPort{}
	for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port"} {
		h.Next.Header[name] = []hop.Setting[string]{hop.Unknown[string](name, lb.Pos, why)}
	}
	return lb.tunnel(h, byteTimer(lb.Idle))
}

// serve is Serve at one listener.
func (lb *LoadBalancer) serve(l *Listener, r hop.Request) hop.Hop {
	at := fmt.Sprintf("%s listener on port %d", l.Protocol, l.Port)
	switch {
	case l.terminatesTLS() && !r.TLS:
		return lb.answer(l.Pos, at+" wants TLS, and ws: comes without", hop.Answer{Kind: hop.Closed})
	case l.Protocol == "HTTP" && r.TLS:
		return lb.answer(l.Pos, at+" speaks no TLS, and wss: comes with it", hop.Answer{Kind: hop.Closed})
	}
	switch lb.Kind {
	case Application:
		return lb.serveApplication(l, r)
	case Network:
		return lb.serveNetwork(l, r)
	case Classic:
		return lb.serveClassic(l, r)
	}
	return lb.unknown(
		lb.Pos,
		"type "+string(lb.Kind),
		fmt.Sprintf("what a load balancer of type %q does is not known", lb.Kind),
	)
}

// blank is a hop with what all answers have in common.
func (lb *LoadBalancer) blank() hop.Hop {
	return hop.Hop{Name: lb.title(), Pos: lb.Pos, Misfits: slices.Clone(lb.misfits), Ineffective: lb.ineffective}
}

func (lb *LoadBalancer) answer(pos hop.Pos, name string, a hop.Answer) hop.Hop {
	h := lb.blank()
	h.Answer = hop.Written(name, a, pos)
	return h
}

func (lb *LoadBalancer) unknown(pos hop.Pos, name, why string) hop.Hop {
	h := lb.blank()
	h.Answer = hop.Unknown[hop.Answer](name, pos, why)
	return h
}

// tunnel adds what ends open connections: the load balancer is then on their way even if its answer is not known.
func (lb *LoadBalancer) tunnel(h hop.Hop, idle hop.Timer, life ...hop.Timer) hop.Hop {
	h.Idle = append(h.Idle, idle)
	h.Life = append(h.Life, life...)
	return h
}

// byteTimer is the idle timer of an ALB or a Classic ELB: only bytes count, TCP keepalives and HTTP/2 pings do not
// (application/edit-load-balancer-attributes.html, classic/config-idle-timeout.html).
func byteTimer(s hop.Setting[time.Duration]) hop.Timer {
	return hop.Timer{Setting: s, Restart: hop.Either, Counts: hop.Bytes, Expiry: hop.FIN, Most: mostIdle}
}

// drainTimer runs from the deregistration of a target.
func drainTimer(s hop.Setting[time.Duration]) hop.Timer {
	return hop.Timer{Setting: s, Restart: hop.Either, Starts: hop.Drained, Expiry: hop.FIN}
}

// At is addr with the load balancer's own DNS name for the host, if it listens on the port; else addr. A path that
// names a load balancer begins there, and its URL rarely has that name.
func (lb *LoadBalancer) At(addr string) string {
	_, port, err := net.SplitHostPort(addr)
	if err != nil || !lb.HasPort(port) {
		return addr
	}
	return net.JoinHostPort(lb.hostName(), port)
}

// set puts one header line in the place of all lines of that name.
func set(r *hop.Request, name, value string, pos hop.Pos) {
	r.Header[name] = []hop.Setting[string]{hop.Written(hop.Spelling(name), value, pos)}
}

// address is where a request goes on to, as far as the load balancer knows: the group's name stands for its targets.
func address(name string, port int) string {
	if port == 0 {
		return ""
	}
	return net.JoinHostPort(name, strconv.Itoa(port))
}
