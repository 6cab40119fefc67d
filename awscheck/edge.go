package awscheck

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
)

// An Edge is what stands in front of load balancers and has no timers to set: an API of API Gateway, or an accelerator.
// What its timers are is in the catalog.
type Edge struct {
	Name, Label string
	Pos         hop.Pos
	// Known is its name in the catalog.
	Known string
	// HTTP says that it is an HTTP API, which carries no WebSockets; unknown when that is not known.
	HTTP hop.Setting[bool]
	// Ports are those that an accelerator listens on for TCP; none of an API, which has 443.
	Ports []PortRange
}

// A PortRange is ports from the first to the last.
type PortRange struct{ From, To int }

// station is what the catalog knows of it.
func station(known, label string, pos hop.Pos) catalog.Station {
	h, _ := catalog.FindHop(known)
	return catalog.Station{Hop: h, Said: label, Pos: pos}
}

// has reports whether it listens on a port.
func (e *Edge) has(port int) bool {
	if len(e.Ports) == 0 {
		return port == 443
	}
	return slices.ContainsFunc(e.Ports, func(p PortRange) bool { return p.From <= port && port <= p.To })
}

// Serve passes the handshake on, as the catalog has it. An HTTP API carries no WebSocket.
func (e *Edge) Serve(r hop.Request) []hop.Case {
	http, known := e.HTTP.Get()
	if known && http {
		return station("aws-apigateway-http", e.Label, e.HTTP.Pos).Serve(r)
	}
	h := *station(e.Known, e.Label, e.Pos).Serve(r)[0].Hop
	h.Assumes = "" // what is known of it, nobody can set
	if !known {
		h.Answer = hop.Unknown[hop.Answer]("protocol type", e.HTTP.Pos, e.HTTP.Why())
	}
	return hop.Only(h)
}

// Listens reports whether r arrives at it under its own name.
func (e *Edge) Listens(r hop.Request) bool { return listensAs(e.Label, r, e.has) }

// At is addr with its own name for the host, if it listens on the port.
func (e *Edge) At(addr string) string { return namedAt(e.Label, addr, e.has) }

// Endpoints lists an API for WebSockets, which is made for nothing else, and the web ports of an accelerator, of which
// nobody knows what passes there.
func (e *Edge) Endpoints() []hop.Endpoint {
	at := func(port int, tls bool, c hop.Confidence, why string) hop.Endpoint {
		return hop.Endpoint{
			Name: fmt.Sprintf("%s, port %d", e.Label, port), Pos: e.Pos, Confidence: c, Why: why, Alike: true,
			Requests: []hop.Request{{Host: e.Label, Target: "/", TLS: tls, Addr: net.JoinHostPort(e.Label, strconv.Itoa(port))}},
		}
	}
	if http, known := e.HTTP.Get(); !known || http {
		return nil
	}
	if len(e.Ports) == 0 {
		return []hop.Endpoint{at(443, true, hop.Certain, "it is an API for WebSockets")}
	}
	for _, port := range []int{443, 80} {
		if e.has(port) {
			return []hop.Endpoint{at(port, port == 443, hop.Possible, "it takes connections on a port of the web")}
		}
	}
	return nil
}

// listensAs reports whether r is for a name, at a port that there is.
func listensAs(name string, r hop.Request, has func(port int) bool) bool {
	host, port, err := net.SplitHostPort(r.Addr)
	n, _ := strconv.Atoi(port)
	return err == nil && strings.EqualFold(host, name) && has(n)
}

// namedAt is an address with another name for its host, if its port is one that there is.
func namedAt(name, addr string, has func(port int) bool) string {
	_, port, err := net.SplitHostPort(addr)
	if n, _ := strconv.Atoi(port); err != nil || !has(n) {
		return addr
	}
	return net.JoinHostPort(name, port)
}
