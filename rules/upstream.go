package rules

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
)

// HTTP2Upstream is found where a handshake is passed on in HTTP/2, which has no Upgrade. Measured: law P2.
var HTTP2Upstream = &Rule{
	Name:     "http2-upstream",
	Summary:  "the handshake is passed on in HTTP/2, which has no Upgrade",
	Severity: Error,
	Check: func(p *hop.Path, report func(Finding)) {
		for i, h := range p.Hops {
			if !hop.Is(h.Answer, hop.Answer{}) {
				return
			}
			if !hop.Is(h.Next.Proto, "2") || hop.Is(p.Got(i).Proto, "2") {
				continue
			}
			f := Finding{
				Pos:     h.Next.Proto.Pos,
				Message: fmt.Sprintf("%s passes the handshake on in HTTP/2 by %s, which has no Upgrade: the application answers an error and the browser reports 1006", h.Name, h.Next.Proto.Name),
			}
			if h.Next.Proto.Set != nil {
				f.Fix = &Fix{Title: "set " + h.Next.Proto.Name + " to 1.1", Edits: h.Next.Proto.Set("1.1")}
			}
			report(f)
			return
		}
	},
}

// HTTPSUpstreamWithoutSNI is found where TLS to a named server does not say the name. Whether the server needs it cannot be seen.
// Measured: law P3.
var HTTPSUpstreamWithoutSNI = &Rule{
	Name:     "https-upstream-without-sni",
	Summary:  "TLS to the next server does not say which server is meant",
	Severity: Info,
	Check: func(p *hop.Path, report func(Finding)) {
		if !toApplication(p) {
			return
		}
		h := p.Last()
		if !hop.Is(h.SNI, false) || h.SNI.Name == "" || !strings.Contains(h.Next.Host, ".") && h.Upstream == nil {
			return // one label is a container or a machine of the same network
		}
		f := Finding{
			Pos:     h.SNI.Pos,
			Message: fmt.Sprintf("%s connects with TLS and does not send the server's name: a server that has several certificates refuses that, and the handshake is answered 502", h.Name),
		}
		if h.SNI.Set != nil {
			f.Fix = &Fix{Title: "switch " + h.SNI.Name + " on", Edits: h.SNI.Set("on")}
		}
		report(f)
	},
}

// WrongSchemeToUpstream is found where plain HTTP goes to a port that speaks TLS, or the other way round. Measured: law P1.
var WrongSchemeToUpstream = &Rule{
	Name:     "wrong-scheme-to-upstream",
	Summary:  "plain HTTP goes to a TLS port, or TLS to a plain one",
	Severity: Warning,
	Check: func(p *hop.Path, report func(Finding)) {
		if h, a := answerer(p); h != nil && a.Cause == hop.WrongScheme && len(p.Hops) > 1 {
			from := p.Hops[len(p.Hops)-2]
			report(Finding{
				Pos:     from.Answer.Pos,
				Message: fmt.Sprintf("%s passes the handshake on to %s, which %s because of %s: the browser reports 1006", from.Name, h.Name, whatHappens(a), h.Answer.Name),
				Notes:   []hop.Note{{Pos: h.Answer.Pos, Text: "it arrives here"}},
			})
			return
		}
		if !toApplication(p) {
			return
		}
		h := p.Last()
		port := h.Next.Addr[strings.LastIndexByte(h.Next.Addr, ':')+1:]
		overTLS := port == "443" || port == "8443" || port == "9443"
		switch {
		case strings.HasPrefix(h.Next.Addr, "unix:"):
		case !h.Next.TLS && overTLS && h.Next.Addr != "":
			report(Finding{
				Pos:     h.Answer.Pos,
				Message: fmt.Sprintf("%s passes the handshake on in plain HTTP to port %s, where servers expect TLS: they answer 400 or close, and the browser reports 1006", h.Name, port),
			})
		case h.Next.TLS && port == "80":
			report(Finding{
				Pos:     h.Answer.Pos,
				Message: fmt.Sprintf("%s passes the handshake on in TLS to port 80, where servers expect plain HTTP: nginx answers 502 and the browser reports 1006", h.Name),
			})
		}
	},
}

// NoSessionAffinity is found where the requests of one session go to several servers that do not know each other's sessions.
var NoSessionAffinity = &Rule{
	Name:     "no-session-affinity",
	Summary:  "a session of several requests is spread over several servers",
	Severity: Warning,
	Check: func(p *hop.Path, report func(Finding)) {
		if u := sessions(p); u != nil && u.Sticky == "" && len(u.Peers) > 1 {
			report(Finding{
				Pos: u.Pos,
				Message: fmt.Sprintf("upstream %s spreads the requests of one session over %d servers: the one that gets the handshake does not know the session and answers 400, unless clients use WebSockets from the first request",
					u.Name, len(u.Peers)),
			})
		}
	},
}

// AffinityLostOnPeerFailure is found where one failed request moves all its sessions to servers that do not know them.
var AffinityLostOnPeerFailure = &Rule{
	Name:     "affinity-lost-on-peer-failure",
	Summary:  "one failed request sends the sessions of a server to others, which do not know them",
	Severity: Info,
	Check: func(p *hop.Path, report func(Finding)) {
		u := sessions(p)
		if u == nil || u.Sticky == "" || len(u.Peers) < 2 {
			return
		}
		for _, peer := range u.Peers {
			if peer.MaxFails == 1 {
				report(Finding{
					Pos:     peer.Pos,
					Message: fmt.Sprintf("one failed request takes this server out of upstream %s for 10s: %s then sends its clients to servers that answer 400 to their sessions", u.Name, u.Sticky),
				})
				return
			}
		}
	},
}

// sessions is the group of servers behind p, if p belongs to a session that begins with other requests; nil if it does not or if
// the group is not known as a whole.
func sessions(p *hop.Path) *hop.Upstream {
	if !tunnels(p) {
		return nil
	}
	path, _, _ := strings.Cut(p.Request.Target, "?")
	known := p.Application != nil && p.Application.Sticky != "" ||
		strings.Contains(path, "/socket.io") || strings.Contains(path, "/sockjs") || strings.Contains(path, "/engine.io")
	if u := p.Last().Upstream; known && u != nil && !u.Open {
		return u
	}
	return nil
}

// HandshakeAnsweredFromCache is found where a cache may hand an answer to an earlier request out to a handshake.
var HandshakeAnsweredFromCache = &Rule{
	Name:     "handshake-answered-from-cache",
	Summary:  "a cached answer may be given to the handshake",
	Severity: Warning,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		for _, h := range p.Hops {
			if h.Cache.Name == "" {
				continue
			}
			f := Finding{
				Pos:     h.Cache.Pos,
				Message: fmt.Sprintf("%s looks for the handshake in the cache first: an earlier answer to the same address, an error page too, is given to it, and the browser reports 1006", h.Name),
			}
			if h.Cache.Set != nil {
				f.Fix = &Fix{Title: "switch " + h.Cache.Name + " off for this place", Edits: h.Cache.Set("off")}
			}
			report(f)
		}
	},
}

// SSISwallows101 is found where server-side includes act on the 101. Measured: law R4.
var SSISwallows101 = &Rule{
	Name:     "ssi-swallows-101",
	Summary:  "server-side includes for every type keep the 101 back",
	Severity: Error,
	Check: func(p *hop.Path, report func(Finding)) {
		for _, h := range p.Hops {
			if !hop.Is(h.Answer, hop.Answer{}) {
				return
			}
			for _, instead := range h.Reply.Instead {
				if a, known := instead.Get(); known && a.Cause == hop.Swallowed {
					report(Finding{
						Pos:     instead.Pos,
						Message: fmt.Sprintf("%s: by %s the 101 is never sent, so the handshake hangs until the browser gives up", h.Name, instead.Name),
					})
				}
			}
		}
	},
}

// AuthSubrequestUpgrade is found where the service that is asked about a handshake gets the handshake's own Upgrade. If it answers 101,
// nginx drops the client. Measured: law A1.
var AuthSubrequestUpgrade = &Rule{
	Name:     "auth-subrequest-upgrade",
	Summary:  "a subrequest carries the handshake's Upgrade, and a 101 to it drops the client",
	Severity: Warning,
	Check: func(p *hop.Path, report func(Finding)) {
		for i, h := range p.Hops {
			if a, known := h.Answer.Get(); known && a.Kind != hop.PassedOn || !has(p.Got(i), "Upgrade", "websocket") {
				return
			}
			for _, ask := range h.Asks {
				if !has(ask.Next, "Upgrade", "websocket") || !has(ask.Next, "Connection", "upgrade") {
					continue
				}
				f := Finding{
					Pos:     ask.Pos,
					Message: fmt.Sprintf("the subrequest of %s is sent with the handshake's Upgrade: if it is answered 101, nginx drops the client, and other refusals end in 500: the browser reports 1006", ask.By.Name),
					Notes:   []hop.Note{{Pos: ask.By.Pos, Text: "it is made for every handshake here"}},
				}
				if ask.Clear != nil {
					if edits := ask.Clear(); len(edits) > 0 {
						f.Fix = &Fix{Title: "send it without Upgrade and Connection", Edits: edits}
					}
				}
				report(f)
			}
		}
	},
}
