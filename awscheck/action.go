package awscheck

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
)

// ordered is the actions in the order in which they run.
func ordered(actions []Action) []Action {
	list := slices.Clone(actions)
	slices.SortStableFunc(list, func(a, b Action) int { return cmp.Compare(a.Order, b.Order) })
	return list
}

// missing says why nothing is known of the group.
func (w Weighted) missing() string {
	return cmp.Or(w.Why, "the target group "+w.Name+" was not read")
}

// inUse are the groups that get requests: a weight of 0 gets none, unless there is no other.
func inUse(groups []Weighted) []Weighted {
	if len(groups) < 2 {
		return groups
	}
	return slices.DeleteFunc(slices.Clone(groups), func(w Weighted) bool { return w.Weight == 0 })
}

// weights names groups with their shares: "target groups blue (90) and green (10)".
func weights(groups []Weighted) string {
	names := make([]string, len(groups))
	for i, w := range groups {
		names[i] = fmt.Sprintf("%s (%d)", w.Name, w.Weight)
	}
	return "target groups " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// forward passes on to the groups by their weights: which one a request meets is chance, and matters only if they
// differ.
func (lb *LoadBalancer) forward(pos hop.Pos, at string, a Action, next hop.Request) hop.Hop {
	var hops []hop.Hop
	groups := inUse(a.Groups)
	for _, w := range groups {
		if w.Group == nil {
			hops = append(hops, lb.tunnel(lb.unknown(pos, at+" to "+w.Name, w.missing()), byteTimer(lb.Idle)))
			continue
		}
		hops = append(hops, lb.target(pos, at, w.Group, next.Clone()))
	}
	if len(hops) == 0 {
		return lb.answer(pos, at+" to no target group", hop.Answer{Kind: hop.Answered, Status: 503})
	}
	first := hops[0]
	for _, h := range hops[1:] {
		if !sameHop(first, h) {
			return lb.tunnel(
				lb.unknown(pos, at, weights(groups)+" share the requests by weight, and they treat a handshake differently"),
				byteTimer(lb.Idle),
			)
		}
		if _, port, _ := net.SplitHostPort(h.Next.Addr); !strings.HasSuffix(first.Next.Addr, ":"+port) {
			first.Next.Addr = ""
		}
	}
	if len(groups) > 1 && first.Upstream != nil {
		first.Upstream = shared(groups, a, pos, at)
	}
	return first
}

// sameHop reports whether the same becomes of the handshake at both.
func sameHop(a, b hop.Hop) bool {
	x, knownX := a.Answer.Get()
	y, knownY := b.Answer.Get()
	return knownX == knownY && x == y && a.Next.TLS == b.Next.TLS
}

// target is what the kind of an ALB's target group makes of a handshake.
func (lb *LoadBalancer) target(pos hop.Pos, at string, g *TargetGroup, next hop.Request) hop.Hop {
	at += " to " + g.Name
	refuses := func(status int, what string) hop.Hop {
		kind := hop.Answered
		if status == 0 {
			kind = hop.Closed
		}
		return lb.answer(g.Pos, what, hop.Answer{Kind: kind, Status: status, Cause: hop.CannotTunnel})
	}
	switch {
	case g.Unknown != "":
		return lb.tunnel(
			lb.unknown(g.Pos, at, "what kind of target group it is is not known: "+g.Unknown),
			byteTimer(lb.Idle),
		)
	case g.Type == "lambda":
		// application/lambda-functions.html; the access log says LambdaWebsocketNotSupported.
		return refuses(400, "the Lambda function of target group "+g.Name)
	case g.ControlPort != 0:
		// application/load-balancer-listeners.html: no WebSockets with the target optimizer. Its status is not documented.
		return refuses(0, "the target optimizer (TargetControlPort) of target group "+g.Name)
	case g.Version == "HTTP2" || g.Version == "GRPC":
		// application/load-balancer-troubleshooting.html, HTTP 464: an HTTP/1.1 request meets another protocol version.
		return refuses(464, fmt.Sprintf("the protocol version %s of target group %s", g.Version, g.Name))
	case g.Version != "" && g.Version != "HTTP1":
		return lb.tunnel(
			lb.unknown(g.Pos, at, fmt.Sprintf("what the protocol version %q does to a handshake is not known", g.Version)),
			byteTimer(lb.Idle),
		)
	}
	h := lb.answer(pos, at, hop.Answer{Kind: hop.PassedOn})
	h.Relay = func(status int) hop.Setting[hop.Answer] {
		switch status {
		case hop.Silent:
			return hop.Default(
				at+", 504 for a target that does not answer within the idle timeout",
				hop.Answer{Kind: hop.Answered, Status: 504},
				pos,
			)
		case hop.Closes, hop.Refuses:
			return hop.Default(
				at+", 502 for a target that closes the connection",
				hop.Answer{Kind: hop.Answered, Status: 502},
				pos,
			)
		}
		return hop.Default(at, hop.Answer{Kind: hop.Answered, Status: status}, pos)
	}
	h.Next = next
	h.Next.TLS = g.Protocol == "HTTPS"
	h.Next.Addr = address(g.Name, g.Port)
	h.UpstreamKeepAlive = lb.Idle
	h.Upstream, h.Failing = g.upstream(g.Sticky), g.failing(next.Target)
	// What an ALB does to an open WebSocket when a deregistration delay ends is not documented, so there is no timer for
	// it.
	return lb.tunnel(h, byteTimer(lb.Idle))
}

// location is where a redirect leads; "" when that cannot be said.
func location(d Redirect, l *Listener, r hop.Request) string {
	path, query, _ := strings.Cut(r.Target, "?")
	proto := "http"
	if l.terminatesTLS() {
		proto = "https"
	}
	fill := func(s, own string) string {
		if s == "" {
			return own
		}
		return strings.NewReplacer("#{protocol}", proto, "#{host}", r.Host, "#{port}", strconv.Itoa(l.Port),
			"#{path}", strings.TrimPrefix(path, "/"), "#{query}", query).Replace(s)
	}
	scheme := strings.ToLower(fill(d.Protocol, proto))
	host, port := fill(d.Host, r.Host), fill(d.Port, strconv.Itoa(l.Port))
	path, query = fill(d.Path, path), fill(d.Query, query)
	if host == "" || d.Unknown != "" {
		return ""
	}
	if port != map[string]string{"http": "80", "https": "443"}[scheme] {
		host += ":" + port
	}
	if query != "" {
		path += "?" + query
	}
	return scheme + "://" + host + path
}
