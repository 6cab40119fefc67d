package awscheck

import (
	"fmt"
	"net"
	"net/netip"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
)

// Endpoints lists the listeners that pass something on. A load balancer does not say what it is for, so each is merely possible:
// whoever audits it for WebSockets declares more.
func (lb *LoadBalancer) Endpoints() []hop.Endpoint {
	var list []hop.Endpoint
	if len(lb.Listeners) == 0 && lb.Unread != "" {
		r := hop.Request{Host: lb.hostName(), Target: "/", TLS: true}
		return []hop.Endpoint{{Name: lb.title(), Pos: lb.Pos, Requests: []hop.Request{r}, Why: "its listeners are not known"}}
	}
	for i := range lb.Listeners {
		l := &lb.Listeners[i]
		if !l.overTCP() {
			continue
		}
		requests := lb.requests(l)
		if len(requests) == 0 {
			continue
		}
		list = append(list, hop.Endpoint{
			Name: fmt.Sprintf("%s, port %d", lb.title(), l.Port), Pos: lb.Pos, Requests: requests,
			Why: "it passes something on",
		})
	}
	return list
}

// requests are handshakes that reach the actions of a listener that pass something on: one for each rule, and one for the default.
func (lb *LoadBalancer) requests(l *Listener) []hop.Request {
	base := hop.Request{
		Host: lb.hostName(), Target: "/", TLS: l.terminatesTLS(), Addr: net.JoinHostPort(lb.hostName(), strconv.Itoa(l.Port)),
		// Some client on the internet: 203.0.113.0/24 is for documentation.
		Client: netip.AddrPortFrom(netip.AddrFrom4([4]byte{203, 0, 113, 7}), 50000),
	}
	if lb.Kind != Application {
		return []hop.Request{base}
	}
	var list []hop.Request
	for _, rule := range l.Rules {
		if passesOn(rule.Actions) {
			list = append(list, sample(base, rule))
		}
	}
	if passesOn(l.Default) || l.Unread != "" {
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
