package awscheck

import (
	"fmt"
	"net"
	"net/netip"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
)

// Endpoints lists the web listeners that pass something on. A load balancer does not say what it is for: that a web
// listener carries WebSockets is likely, and possible where it cannot, as in HTTP through a Classic ELB. What listens
// elsewhere is left to those who declare it: nobody wants to hear of the timeouts of a database.
func (lb *LoadBalancer) Endpoints() []hop.Endpoint { return lb.endpoints((*Listener).web) }

// Tuned reports whether somebody gave one of its idle timers another length than AWS's default: who does that has
// connections in mind that stay open. A written default is what modules have for theirs.
func (lb *LoadBalancer) Tuned() bool {
	if d, known := lb.Idle.Get(); known && lb.Idle.IsWritten() && d != defaultIdle {
		return true
	}
	return slices.ContainsFunc(lb.Listeners, func(l Listener) bool {
		d, known := l.Idle.Get()
		return known && l.Idle.IsWritten() && d != defaultTCPIdle
	})
}

// Everywhere lists all listeners that pass connections on, whatever they are for.
func (lb *LoadBalancer) Everywhere() []hop.Endpoint { return lb.endpoints((*Listener).overTCP) }

func (lb *LoadBalancer) endpoints(such func(*Listener) bool) []hop.Endpoint {
	if len(lb.Listeners) == 0 && lb.ListenersUnknown != "" {
		return lb.unseen()
	}
	var list []hop.Endpoint
	for i := range lb.Listeners {
		l := &lb.Listeners[i]
		requests := lb.requests(l)
		if !such(l) || len(requests) == 0 {
			continue
		}
		e := hop.Endpoint{
			Name: fmt.Sprintf("%s, port %d", lb.title(), l.Port), Pos: lb.Pos, Requests: requests,
			Why: "it passes something on",
		}
		if l.web() && !(lb.Kind == Classic && l.speaksHTTP()) {
			e.Confidence, e.Why = hop.Likely, "it is a web listener"
		}
		list = append(append(list, e), lb.misled(l)...)
	}
	return list
}

// misled are the paths of a listener that are called like those of WebSockets and lead to targets that take none. Of
// other paths nobody knows that they are meant to.
func (lb *LoadBalancer) misled(l *Listener) (list []hop.Endpoint) {
	for _, rule := range l.Rules {
		if lb.Kind != Application || !rule.Named || !passesOn(rule.Actions) || !takesNone(rule.Actions) {
			continue
		}
		request := sample(hop.Request{
			Host: lb.hostName(), Target: "/", TLS: l.terminatesTLS(), Client: someClient,
			Addr: net.JoinHostPort(lb.hostName(), strconv.Itoa(l.Port)),
		}, rule)
		list = append(list, hop.Endpoint{
			Name: fmt.Sprintf("%s, port %d, %s", lb.title(), l.Port, request.Target), Pos: rule.Pos,
			Requests: []hop.Request{request}, Confidence: hop.Certain, Why: "its path is named like a WebSocket",
		})
	}
	return list
}

// takesNone reports whether all targets of some actions speak a protocol that has no WebSockets.
func takesNone(actions []Action) bool {
	last := ordered(actions)[len(actions)-1]
	return len(last.Groups) > 0 && !slices.ContainsFunc(last.Groups, func(w Weighted) bool {
		return w.Group == nil || w.Group.Version != "GRPC" && w.Group.Version != "HTTP2"
	})
}

// someClient is some client on the internet: 203.0.113.0/24 is for documentation.
var someClient = netip.AddrPortFrom(netip.AddrFrom4([4]byte{203, 0, 113, 7}), 50000)

// unseen is the endpoint of a load balancer whose listeners are not known. Those of an ALB can be no others than web
// listeners.
func (lb *LoadBalancer) unseen() []hop.Endpoint {
	e := hop.Endpoint{
		Name: lb.title(), Pos: lb.Pos, Requests: []hop.Request{{Host: lb.hostName(), Target: "/", TLS: true}},
		Why: "its listeners are not known",
	}
	if lb.Kind == Application {
		e.Confidence = hop.Likely
	}
	return []hop.Endpoint{e}
}

// requests are handshakes that reach the actions of a listener that pass something on: one for each rule, and one for
// the default.
func (lb *LoadBalancer) requests(l *Listener) []hop.Request {
	base := hop.Request{
		Host: lb.hostName(), Target: "/", TLS: l.terminatesTLS(), Addr: net.JoinHostPort(lb.hostName(), strconv.Itoa(l.Port)),
		Client: someClient,
	}
	switch {
	case lb.Kind == Application:
	case l.passesTLS():
		// Whether what passes is TLS the port makes likely, and only the client knows.
		other := base.Clone()
		_, base.TLS = webPort(l.Port)
		other.TLS = !base.TLS
		return []hop.Request{base, other}
	default:
		return []hop.Request{base}
	}
	var list []hop.Request
	for _, rule := range l.Rules {
		if passesOn(rule.Actions) {
			list = append(list, sample(base, rule))
		}
	}
	if passesOn(l.Default) || l.RulesUnknown != "" {
		list = append(list, logIn(base, l.Default))
	}
	return list
}

// passesOn reports whether the last of some actions is not surely an answer.
func passesOn(actions []Action) bool {
	list := ordered(actions)
	return len(list) > 0 && list[len(list)-1].Type != "redirect" && list[len(list)-1].Type != "fixed-response"
}

// sample is a request that meets the conditions of a rule, as far as they can be met.
func sample(r hop.Request, rule Rule) hop.Request {
	r = r.Clone()
	fill := strings.NewReplacer("*", "x", "?", "x")
	for _, c := range rule.Conditions {
		if len(c.Values) == 0 && len(c.Query) == 0 {
			continue
		}
		switch c.Field {
		case "host-header":
			r.Host = fill.Replace(c.Values[0])
			set(&r, "Host", r.Host, rule.Pos)
		case "path-pattern":
			path := fill.Replace(c.Values[0])
			_, query, _ := strings.Cut(r.Target, "?")
			if r.Target = path; query != "" {
				r.Target += "?" + query
			}
		case "http-header":
			set(&r, textproto.CanonicalMIMEHeaderKey(c.Header), fill.Replace(c.Values[0]), rule.Pos)
		case "query-string":
			key := c.Query[0].Key
			if key == "" {
				key = "x"
			}
			r.Target += "?" + fill.Replace(key) + "=" + fill.Replace(c.Query[0].Value)
		case "source-ip":
			if block, err := netip.ParsePrefix(c.Values[0]); err == nil {
				r.Client = netip.AddrPortFrom(block.Addr(), r.Client.Port())
			}
		}
	}
	return logIn(r, rule.Actions)
}

// logIn adds the cookie of somebody who has logged in, where that is asked for.
func logIn(r hop.Request, actions []Action) hop.Request {
	for _, a := range actions {
		if strings.HasPrefix(a.Type, "authenticate-") {
			r = r.Clone()
			set(&r, "Cookie", "AWSELBAuthSessionCookie-0=x", hop.Pos{})
		}
	}
	return r
}
