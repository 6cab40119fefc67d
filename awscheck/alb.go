package awscheck

import (
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
)

// serveApplication is what an ALB does: the first rule that matches, else the listener's default.
func (lb *LoadBalancer) serveApplication(l *Listener, r hop.Request) hop.Hop {
	if h, done := lb.refuses(r); done {
		return h
	}
	rule, name, why := l.choose(r)
	if why != "" {
		return lb.tunnel(lb.unknown(l.Pos, name, why), byteTimer(lb.Idle))
	}
	dropped := lb.dropped(r)
	next := lb.dress(l, r)
	next, why = rewrite(next, rule.Transforms)
	if why != "" {
		return lb.tunnel(lb.unknown(rule.Pos, name+", transform", why), byteTimer(lb.Idle))
	}
	h := lb.act(l, rule, name, r, next)
	_, waf := lb.WAF.Get()
	if a, known := h.Answer.Get(); known && a.Kind == hop.PassedOn && !waf {
		h.Notes = append(
			h.Notes,
			hop.Note{Pos: lb.Pos, Text: "whether a WAF web ACL looks at the handshake is not known: it could answer 403"},
		)
	}
	for _, name := range dropped {
		h.Notes = append(h.Notes, hop.Note{Pos: lb.DropInvalid.Pos, Text: keyDropInvalid + " removes the header " + name})
	}
	return h
}

// dropped are the headers that do not pass because their names have other characters than letters, digits and hyphens.
func (lb *LoadBalancer) dropped(r hop.Request) (names []string) {
	if !hop.Is(lb.DropInvalid, true) {
		return nil
	}
	for name := range r.Header {
		if strings.Trim(name, "-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// refuses is what an ALB answers before it looks at its rules.
func (lb *LoadBalancer) refuses(r hop.Request) (hop.Hop, bool) {
	if waf, known := lb.WAF.Get(); known && waf {
		return lb.tunnel(
			lb.unknown(lb.WAF.Pos, "WAF", "a WAF web ACL looks at the handshake: whether it answers 403 is not known"),
			byteTimer(lb.Idle),
		), true
	}
	// application/edit-load-balancer-attributes.html: a GET with a body is ambiguous, and strictest blocks what is
	// ambiguous.
	if mode, known := lb.Desync.Get(); known && mode == "strictest" && r.HasBody {
		return lb.answer(
			lb.Desync.Pos,
			keyDesync+" strictest blocks a GET with a body",
			hop.Answer{Kind: hop.Answered, Status: 400},
		), true
	}
	return hop.Hop{}, false
}

// choose finds the rule that serves r. why says that it cannot be known.
func (l *Listener) choose(r hop.Request) (rule Rule, name, why string) {
	fallback := Rule{Pos: l.Pos, Actions: l.Default}
	var perhaps *Rule
	because := l.RulesUnknown
	for i := range l.Rules {
		c := &l.Rules[i]
		switch m, reason := c.matches(r); {
		case m == no:
			continue
		case m == unsure:
			if perhaps == nil {
				perhaps, because = c, "whether "+ruleName(*c)+" applies is not known: "+reason
			} else if !sameOutcome(*perhaps, *c) {
				return *c, ruleName(*c), because
			}
			continue
		default:
			fallback = *c
		}
		break
	}
	name = ruleName(fallback)
	switch {
	case l.RulesUnknown != "":
		return fallback, "rules", "its rules are not known: " + l.RulesUnknown
	case perhaps != nil && !sameOutcome(*perhaps, fallback):
		return fallback, name, because
	}
	return fallback, name, ""
}

func ruleName(r Rule) string {
	if r.Priority == "" {
		return "default action"
	}
	return "rule " + r.Priority
}

// sameOutcome spares the question which of two rules applies.
func sameOutcome(a, b Rule) bool {
	return reflect.DeepEqual(a.Actions, b.Actions) && reflect.DeepEqual(a.Transforms, b.Transforms)
}

// dress is the request as an ALB passes it on over HTTP/1.1: with the headers that tell of the client.
func (lb *LoadBalancer) dress(l *Listener, r hop.Request) hop.Request {
	r.Addr, r.TLS, r.ProxyProtocol = "", false, false
	r.Proto = hop.Written("the ALB's HTTP version", "1.1", l.Pos)
	proto := "http"
	if l.terminatesTLS() {
		proto = "https"
	}
	lb.host(l, &r)
	for _, name := range lb.dropped(r) {
		delete(r.Header, name)
	}
	lb.forwarded(&r)
	set(&r, "X-Forwarded-Proto", proto, l.Pos)
	set(&r, "X-Forwarded-Port", strconv.Itoa(l.Port), l.Pos)
	if _, sent := r.Header["X-Amzn-Trace-Id"]; !sent {
		r.Header["X-Amzn-Trace-Id"] = []hop.Setting[string]{
			hop.Unknown[string]("X-Amzn-Trace-Id", l.Pos, "the ALB makes it up for each request"),
		}
	}
	r.Client = netip.AddrPort{}
	return r
}

// host adds the listener's port to the Host header where it is not the usual one and removes it where it is, unless
// the header is to be preserved (application/edit-load-balancer-attributes.html, "Host header preservation").
func (lb *LoadBalancer) host(l *Listener, r *hop.Request) {
	lines, why := r.Lines("Host")
	preserve, known := lb.PreserveHost.Get()
	if why != "" || len(lines) != 1 || known && preserve {
		return
	}
	host, port, err := net.SplitHostPort(lines[0])
	want := lines[0]
	switch usual := l.Port == 80 || l.Port == 443; {
	case usual && err == nil && (port == "80" || port == "443"):
		want = host
	case !usual && err != nil:
		want = net.JoinHostPort(strings.Trim(lines[0], "[]"), strconv.Itoa(l.Port))
	}
	switch {
	case want == lines[0]:
	case !known:
		r.Header["Host"] = []hop.Setting[string]{hop.Unknown[string]("Host", l.Pos, lb.PreserveHost.Why())}
	default:
		set(r, "Host", want, l.Pos)
	}
}

// forwarded adds the client to X-Forwarded-For, as far as it is known.
func (lb *LoadBalancer) forwarded(r *hop.Request) {
	const name = "X-Forwarded-For"
	mode, known := lb.Forwarded.Get()
	switch {
	case known && mode == "preserve":
		return
	case known && mode == "remove":
		delete(r.Header, name)
		return
	}
	before, why := r.Lines(name)
	if !known || why != "" || !r.Client.IsValid() {
		r.Header[name] = []hop.Setting[string]{hop.Unknown[string](name, lb.Pos, "the client's address is not known")}
		return
	}
	set(r, name, strings.Join(append(before, r.Client.Addr().String()), ", "), lb.Pos)
}

// act follows the actions of a rule: all but the last one let the request pass or answer it.
func (lb *LoadBalancer) act(l *Listener, rule Rule, name string, r, next hop.Request) hop.Hop {
	idle := byteTimer(lb.Idle)
	for _, a := range ordered(rule.Actions) {
		at := name + ": " + a.Type
		if a.Unknown != "" {
			return lb.tunnel(lb.unknown(rule.Pos, name, "what it does is not known: "+a.Unknown), idle)
		}
		switch a.Type {
		case "forward":
			return lb.forward(rule.Pos, at, a, next)
		case "redirect":
			if a.Redirect.Status == 0 {
				return lb.unknown(rule.Pos, at, "the status of the redirect is not known")
			}
			return lb.answer(
				rule.Pos,
				at,
				hop.Answer{Kind: hop.Answered, Status: a.Redirect.Status, Location: location(a.Redirect, l, r)},
			)
		case "fixed-response":
			if a.Status == 0 {
				return lb.unknown(rule.Pos, at, "the status of the fixed response is not known")
			}
			return lb.answer(rule.Pos, at, hop.Answer{Kind: hop.Answered, Status: a.Status, Cause: hop.FromReturn})
		case "authenticate-oidc", "authenticate-cognito":
			if h, done := lb.authenticate(rule.Pos, at, a, r); done {
				return h
			}
		case "jwt-validation":
			// Without a bearer token the answer is 401, and no browser can add one to a handshake.
			if lines, why := r.Lines("Authorization"); why == "" && len(lines) == 0 {
				return lb.answer(rule.Pos, at, hop.Answer{Kind: hop.Answered, Status: 401, Cause: hop.Credentials})
			}
			return lb.tunnel(lb.unknown(rule.Pos, at, "whether the token in Authorization is valid is not known"), idle)
		default:
			return lb.tunnel(lb.unknown(rule.Pos, at, fmt.Sprintf("what the action %q does is not known", a.Type)), idle)
		}
	}
	return lb.unknown(rule.Pos, name, "the rule has no action that answers")
}

// authenticate is a log-in before the handshake; done is false when the request passes
// (application/listener-authenticate-users.html).
func (lb *LoadBalancer) authenticate(pos hop.Pos, at string, a Action, r hop.Request) (h hop.Hop, done bool) {
	cookies, why := r.Lines("Cookie")
	loggedIn := strings.Contains(strings.Join(cookies, ";"), "AWSELBAuthSessionCookie")
	instead := map[string]string{"": "a redirect (302) to the identity provider",
		"authenticate": "a redirect (302) to the identity provider", "deny": "401"}[a.OnUnauthenticated]
	switch {
	case a.OnUnauthenticated == "allow" || why == "" && loggedIn:
		return h, false
	case instead == "":
		instead = "something else"
	}
	return lb.tunnel(
		lb.unknown(
			pos,
			at,
			fmt.Sprintf("it passes only with the AWSELBAuthSessionCookie of a log-in and gets %s without", instead),
		),
		byteTimer(lb.Idle),
	), true
}
