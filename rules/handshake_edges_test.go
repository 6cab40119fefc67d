package rules_test

import (
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// passOn gives the last hop an editor.
func passOn(p *hop.Path) {
	p.Last().PassOn = func(names ...string) ([]hop.Edit, bool) {
		return []hop.Edit{{File: "nginx.conf"}}, names[0] != "Host"
	}
}

func proto(v string) change {
	return func(p *hop.Path) { p.Last().Next.Proto = editable(written("proxy_http_version", v, 21)) }
}

// drops lets an outer line for a header be discarded on line 30.
func drops(header, value string, line int) change {
	return func(p *hop.Path) {
		h := p.Last()
		h.NotInherited = append(
			h.NotInherited,
			hop.NotInherited{Header: header, Outer: written(header, value, line), By: at(30)},
		)
	}
}

// TestReplyEdges: what a hop makes of the 101.
func TestReplyEdges(t *testing.T) {
	reply := func(r hop.Reply) change { return onlyHop(func(h *hop.Hop) { h.Reply = r }) }
	hidden := func(name string, added ...hop.Setting[string]) change {
		return reply(
			hop.Reply{
				Hidden: []hop.Setting[string]{written("proxy_hide_header", name, 28)},
				Added:  map[string][]hop.Setting[string]{name: added},
			},
		)
	}
	adds := func(name, value string) change {
		return reply(hop.Reply{Added: map[string][]hop.Setting[string]{name: {written("add_header", value, 29)}}})
	}
	instead := func(a hop.Answer) change {
		return reply(hop.Reply{Instead: []hop.Setting[hop.Answer]{written("instead", a, 32)}})
	}
	line := func(v string) hop.Setting[string] { return written("add_header", v, 29) }
	asks := browser("Sec-Websocket-Protocol", "chat")
	hides, replaced, twice := rules.HandshakeHeaderHidden, rules.HandshakeReplyReplaced, rules.DuplicateHandshakeHeader
	holdEdges(t, []edge{
		{hides, "Upgrade", list(hidden("Upgrade")), "error 28"},
		{hides, "Connection", list(hidden("Connection")), "error 28"},
		{hides, "accept", list(hidden("Sec-Websocket-Accept")), "error 28"},
		{hides, "another", list(hidden("Server")), ""},
		{hides, "a subprotocol that nobody asked for", list(hidden("Sec-Websocket-Protocol")), ""},
		{hides, "and one that was", list(hidden("Sec-Websocket-Protocol"), asks), "error 28"},
		{hides, "replaced well", list(hidden("Upgrade", line("WebSocket"))), ""},
		{hides, "replaced badly", list(hidden("Upgrade", line("h2c"))), "error 28"},
		{hides, "replaced twice", list(hidden("Upgrade", line("websocket"), line("websocket"))), "error 28"},
		{hides, "replaced by something open", list(hidden("Upgrade", unsure[string]("x", 29))), ""},
		{hides, "Connection replaced well", list(hidden("Connection", line("a, Upgrade"))), ""},
		{hides, "Connection replaced badly", list(hidden("Connection", line("close"))), "error 28"},
		{hides, "an accept cannot be replaced", list(hidden("Sec-Websocket-Accept", line("x"))), "error 28"},
		{hides, "the subprotocol replaced well", list(hidden("Sec-Websocket-Protocol", line("Chat")), asks), ""},
		{hides, "the subprotocol replaced badly", list(hidden("Sec-Websocket-Protocol", line("x")), asks), "error 28"},
		{hides, "an open name", list(reply(hop.Reply{Hidden: []hop.Setting[string]{unsure[string]("x", 28)}})), ""},
		{
			hides,
			"let through again",
			list(reply(hop.Reply{Hidden: []hop.Setting[string]{written("proxy_hide_header", "Upgrade", 28)},
				Reveal: func(string) []hop.Edit { return []hop.Edit{{}} }})),
			"error 28 let Upgrade through here",
		},
		{
			hides,
			"which cannot be edited",
			list(reply(hop.Reply{Hidden: []hop.Setting[string]{written("proxy_hide_header", "Upgrade", 28)},
				Reveal: func(string) []hop.Edit { return nil }})),
			"error 28",
		},
		{hides, "it is not passed on", list(hidden("Upgrade"), answers(hop.Answer{Kind: hop.Answered})), ""},

		{twice, "a second Upgrade in the 101", list(adds("Upgrade", "websocket")), "warning 29"},
		{twice, "a second accept", list(adds("Sec-Websocket-Accept", "x")), "warning 29"},
		{twice, "an empty one", list(adds("Upgrade", "")), ""},
		{twice, "another header", list(adds("Server", "x")), ""},
		{twice, "in the place of a hidden one", list(hidden("Upgrade", line("websocket"))), ""},
		{
			twice,
			"two in the place of a hidden one",
			list(hidden("Upgrade", line("websocket"), line("websocket"))),
			"warning 29",
		},

		{replaced, "502", list(instead(hop.Answer{Kind: hop.Answered, Status: 502})), "error 32"},
		{
			replaced,
			"something open",
			list(reply(hop.Reply{Instead: []hop.Setting[hop.Answer]{unsure[hop.Answer]("x", 32)}})),
			"",
		},
		{replaced, "only the first", list(reply(hop.Reply{Instead: []hop.Setting[hop.Answer]{
			written("a", hop.Answer{Kind: hop.Closed}, 32), written("b", hop.Answer{Kind: hop.Hangs}, 33)}})), "error 32"},
		{replaced, "denied", list(instead(hop.Answer{Kind: hop.Answered, Status: 403, Cause: hop.Denied})), "error 32"},
		{
			replaced,
			"denied on a guess",
			list(instead(hop.Answer{Kind: hop.Answered, Status: 403, Cause: hop.Denied}), confidence(hop.Certain)),
			"",
		},
		{replaced, "a rule of its own", list(instead(hop.Answer{Kind: hop.Hangs, Cause: hop.Swallowed})), ""},
		{
			replaced,
			"nobody asked for an upgrade",
			list(
				instead(hop.Answer{Kind: hop.Answered, Status: 502}),
				func(p *hop.Path) { delete(p.Request.Header, "Upgrade") },
			),
			"",
		},
		{rules.SSISwallows101, "swallowed", list(instead(hop.Answer{Kind: hop.Hangs, Cause: hop.Swallowed})), "error 32"},
		{rules.SSISwallows101, "another cause", list(instead(hop.Answer{Kind: hop.Hangs})), ""},
		{
			rules.HandlerCannotUpgrade,
			"no tunnel",
			list(instead(hop.Answer{Kind: hop.Answered, Status: 502, Cause: hop.CannotTunnel})),
			"error 32",
		},
		{rules.HandlerCannotUpgrade, "another cause", list(instead(hop.Answer{Kind: hop.Answered, Status: 502})), ""},
	})
}

// TestAnswerEdges: answers of a hop's own.
func TestAnswerEdges(t *testing.T) {
	answer := func(status int, cause hop.Cause) change {
		return answers(hop.Answer{Kind: hop.Answered, Status: status, Cause: cause})
	}
	cannot, redirect, zero := rules.HandlerCannotUpgrade, rules.RedirectOnWebSocketPath, rules.ZeroTimeout
	to := func(status int, location string) change {
		return answers(hop.Answer{Kind: hop.Answered, Status: status, Location: location})
	}
	tls := func(p *hop.Path) { p.Request.TLS = true }
	shadowed := func(pattern bool) change {
		return onlyHop(func(h *hop.Hop) {
			h.Shadowed = []hop.ShadowedPlace{{Name: "location /ws", Pos: at(33), Pattern: pattern}}
		})
	}
	limit := func(name string, kind hop.AnswerKind) []change {
		return list(
			onlyHop(func(h *hop.Hop) { h.Zero = []hop.Setting[time.Duration]{editable(written(name, time.Duration(0), 34))} }),
			answers(hop.Answer{Kind: kind, Status: 504}),
		)
	}
	guess := confidence(hop.Certain)
	edges := []edge{
		{cannot, "files", list(answer(404, hop.FromFiles)), "error 3"},
		{cannot, "files of a guess", list(answer(404, hop.FromFiles), guess), ""},
		{
			cannot,
			"files of the very place made for it",
			list(answer(404, hop.FromFiles), confidence(hop.Likely), func(p *hop.Path) { p.Pos = at(1) }),
			"error 3",
		},
		{
			cannot,
			"a place that is only possible",
			list(answer(404, hop.FromFiles), confidence(hop.Possible), func(p *hop.Path) { p.Pos = at(1) }),
			"",
		},
		{
			cannot,
			"a fixed answer keeps it from that place",
			list(answer(200, hop.FromReturn), confidence(hop.Likely), func(p *hop.Path) {
				p.Pos, p.Request.Addr = at(9), "a:80"
			}),
			"error 3",
		},
		{
			cannot,
			"perhaps another server's",
			list(answer(200, hop.FromReturn), confidence(hop.Likely), func(p *hop.Path) { p.Pos = at(9) }),
			"",
		},
		{
			cannot,
			"a fixed answer of the place itself",
			list(answer(200, hop.FromReturn), confidence(hop.Likely), func(p *hop.Path) {
				p.Pos, p.Request.Addr = at(1), "a:80"
			}),
			"error 3",
		},
		{cannot, "files that shadow something", list(answer(404, hop.FromFiles), shadowed(false)), ""},
		{cannot, "a fixed answer", list(answer(200, hop.FromReturn)), "error 3"},
		{cannot, "a fixed redirect", list(answer(301, hop.FromReturn)), ""},
		{cannot, "the first and the last redirect", list(answer(300, hop.FromReturn)), ""},
		{cannot, "and behind them", list(answer(400, hop.FromReturn)), "error 3"},
		{cannot, "no tunnel", list(answer(502, hop.CannotTunnel)), "error 3"},
		{cannot, "no server", list(answer(503, hop.NoServer)), "error 3"},
		{cannot, "for no known cause", list(answer(400, hop.NoCause)), "error 3"},
		{cannot, "for no known cause, below 400", list(answer(399, hop.NoCause)), ""},
		{cannot, "closed", list(answers(hop.Answer{Kind: hop.Closed})), "error 3"},
		{cannot, "a cause with a rule of its own", list(answer(403, hop.Denied)), ""},

		{rules.WebSocketRouteShadowed, "shadowed", list(answer(404, hop.FromFiles), shadowed(false)), "error 1"},
		{rules.WebSocketRouteShadowed, "nothing is", list(answer(404, hop.FromFiles)), ""},
		{rules.WebSocketRouteShadowed, "a pattern", list(answer(404, hop.FromFiles), shadowed(true)), "error 1"},
		{rules.WebSocketRouteShadowed, "a pattern, on a guess", list(answer(404, hop.FromFiles), shadowed(true), guess), ""},
		{rules.WebSocketRouteShadowed, "by something that passes it on", list(shadowed(false)), ""},

		{redirect, "301", list(to(301, "/a")), "error 3"},
		{redirect, "300", list(to(300, "/a")), "error 3"},
		{redirect, "399", list(to(399, "/a")), "error 3"},
		{redirect, "304 is none", list(to(304, "")), ""},
		{redirect, "200 is none", list(to(200, "")), ""},
		{redirect, "400 is none", list(to(400, "")), ""},
		{redirect, "to https, on a guess", list(to(301, "https://chat.test/ws"), guess), ""},
		{redirect, "to nobody knows where, on a guess", list(to(301, ""), guess), ""},
		{redirect, "to http, on a guess", list(to(301, "http://x/ws"), guess), "error 3"},
		{redirect, "from TLS, on a guess", list(to(301, "https://x/ws"), guess, tls), "error 3"},
		{redirect, "a slash", list(answers(hop.Answer{Kind: hop.Answered, Status: 301, Cause: hop.AddsSlash})), ""},
		{redirect, "a login page", list(answers(hop.Answer{Kind: hop.Answered, Status: 302, Cause: hop.Credentials})), ""},
		{
			rules.TrailingSlashRedirect,
			"a slash",
			list(answers(hop.Answer{Kind: hop.Answered, Status: 301, Cause: hop.AddsSlash})),
			"error 1",
		},
		{
			rules.TrailingSlashRedirect,
			"of another status",
			list(answers(hop.Answer{Kind: hop.Answered, Status: 200, Cause: hop.AddsSlash})),
			"",
		},

		{zero, "read", limit("proxy_read_timeout", hop.Answered), "error 34 set proxy_read_timeout to 1h (safe)"},
		{zero, "connect", limit("proxy_connect_timeout", hop.Answered), "error 34 set proxy_connect_timeout to 60s (safe)"},
		{zero, "none", nil, ""},
	}
	for cause, rule := range map[hop.Cause]*rules.Rule{
		hop.FromIf: rules.IfDisablesTryFiles, hop.Credentials: rules.BrowserCannotAuthenticate,
		hop.Denied: rules.AccessRuleBlocksHandshake, hop.DeniedToAll: rules.AccessRuleBlocksHandshake,
		hop.NoResolver: rules.ResolverMissing, hop.PROXYHeader: rules.ProxyProtocolMismatch,
		hop.HTTP2Only: rules.CleartextHTTP2Port,
	} {
		severity := "error 3"
		if rule == rules.BrowserCannotAuthenticate {
			severity = "warning 3"
		}
		edges = append(
			edges,
			edge{rule, "its cause", list(answer(403, cause)), severity},
			edge{rule, "another cause", list(answer(403, hop.FromReturn)), ""},
			edge{
				rule,
				"it is passed on",
				nil,
				"",
			},
			edge{rule, "nobody knows", list(func(p *hop.Path) { p.Last().Answer = unsure[hop.Answer]("x", 3) }), ""},
		)
	}
	edges = append(edges, edge{rules.AccessRuleBlocksHandshake, "of a guess", list(answer(403, hop.Denied), guess), ""})
	holdEdges(t, edges)
}
