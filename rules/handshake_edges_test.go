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

// TestRequestEdges: what a hop makes of the request.
func TestRequestEdges(t *testing.T) {
	upgrade, connection, lost := rules.UpgradeNotForwarded, rules.ConnectionNotUpgrade, rules.HeaderInheritanceLost
	mapped := func(name string) change {
		return func(p *hop.Path) { p.Last().Mapped = map[string]hop.Note{name: {Pos: at(40), Text: "the map says so"}} }
	}
	empty := func(name string) change {
		return func(p *hop.Path) {
			sends(name)(p)
			p.Last().EmptyHeaders = map[string]hop.Setting[string]{name: editable(written("proxy_set_header "+name, "", 22))}
		}
	}
	opens := func(name string) change {
		return func(p *hop.Path) { p.Last().Next.Header[name] = []hop.Setting[string]{unsure[string](name, 23)} }
	}
	inner := func(p *hop.Path) { // a hop in front of it that loses the header already
		behind("alb")(p)
		delete(p.Hops[0].Next.Header, "Upgrade")
	}
	holdEdges(t, []edge{
		{upgrade, "none is sent", list(sends("Upgrade")), "error 1"},
		{upgrade, "with a fix", list(sends("Upgrade"), passOn), "error 1 forward Upgrade (safe)"},
		{
			upgrade,
			"Connection is lost as well",
			list(sends("Upgrade"), sends("Connection", "close"), passOn),
			"error 1 forward Upgrade and Connection (safe)",
		},
		{
			upgrade,
			"and HTTP/1.0",
			list(sends("Upgrade"), sends("Connection"), proto("1.0"), passOn),
			"error 1 forward Upgrade, Connection and HTTP/1.1 (safe)",
		},
		{upgrade, "another one is written", list(sends("Upgrade", "h2c")), "error 20"},
		{upgrade, "an empty one is written", list(empty("Upgrade")), "error 22"},
		{upgrade, "one of two is right", list(sends("Upgrade", "h2c", "websocket")), ""},
		{upgrade, "it is open", list(opens("Upgrade")), ""},
		{upgrade, "a map", list(sends("Upgrade", "x"), mapped("Upgrade")), ""},
		{upgrade, "an outer line would do", list(sends("Upgrade"), drops("Upgrade", "websocket", 31)), ""},
		{upgrade, "an outer line would not do", list(sends("Upgrade"), drops("Upgrade", "h2c", 31)), "error 1"},
		{upgrade, "the hop in front loses it", list(inner), "error alb"},
		{upgrade, "nothing came", list(sends("Upgrade"), func(p *hop.Path) { delete(p.Request.Header, "Upgrade") }), ""},
		{upgrade, "it is not passed on", list(sends("Upgrade"), answers(hop.Answer{Kind: hop.Answered, Status: 404})), ""},

		{connection, "none is sent", list(sends("Connection")), "error 1"},
		{connection, "close", list(sends("Connection", "close"), passOn), "error 20 forward Connection (safe)"},
		{connection, "an empty one", list(empty("Connection")), "error 22"},
		{connection, "a default close", list(func(p *hop.Path) {
			p.Last().Next.Header["Connection"] = []hop.Setting[string]{unset("Connection", "close", 0)}
		}), "error 1"},
		{connection, "no Upgrade either", list(sends("Connection"), sends("Upgrade")), ""},
		{connection, "an outer line would do", list(sends("Connection"), drops("Connection", "upgrade", 31)), ""},
		{connection, "a map", list(sends("Connection", "close"), mapped("Connection")), ""},
		{connection, "it is open", list(opens("Connection")), ""},

		{
			lost,
			"Upgrade",
			list(sends("Upgrade"), drops("Upgrade", "websocket", 31), passOn),
			"error 30 forward Upgrade (safe)",
		},
		{
			lost,
			"both",
			list(
				sends("Upgrade"),
				sends("Connection"),
				drops("Upgrade", "websocket", 31),
				drops("Connection", "upgrade", 32),
				passOn,
			),
			"error 30 forward Upgrade and Connection (safe)",
		},
		{
			lost,
			"one, and the other was never written",
			list(sends("Upgrade"), sends("Connection"), drops("Upgrade", "websocket", 31), passOn),
			"error 30 forward Upgrade and Connection (safe)",
		},
		{lost, "it would not have helped", list(sends("Upgrade"), drops("Upgrade", "h2c", 31)), ""},
		{
			lost,
			"two hops lose one each",
			list(sends("Connection"), drops("Connection", "upgrade", 32), behind("alb"), atHop(0, func(h *hop.Hop) {
				delete(h.Next.Header, "Upgrade")
				h.NotInherited = []hop.NotInherited{{Header: "Upgrade", Outer: written("Upgrade", "websocket", 31), By: at(29)}}
			}), passOn),
			"error 29",
		},
		{lost, "it is sent all the same", list(drops("Upgrade", "websocket", 31)), ""},

		{rules.MapYieldsWrongValue, "Upgrade", list(sends("Upgrade", "x"), mapped("Upgrade")), "error 40"},
		{rules.MapYieldsWrongValue, "Connection", list(sends("Connection", "close"), mapped("Connection")), "error 40"},
		{rules.MapYieldsWrongValue, "another header's map", list(sends("Connection", "close"), mapped("Upgrade")), ""},
		{rules.MapYieldsWrongValue, "no map", list(sends("Connection", "close")), ""},

		{rules.HTTP10ToBackend, "1.0", list(proto("1.0")), "warning 21 set proxy_http_version to 1.1"},
		{rules.HTTP10ToBackend, "1.1", list(proto("1.1")), ""},
		{
			rules.HTTP10ToBackend,
			"by default",
			list(func(p *hop.Path) { p.Last().Next.Proto = unset("proxy_http_version", "1.0", 21) }, passOn),
			"warning 21 forward HTTP/1.1 (safe)",
		},
		{
			rules.HTTP10ToBackend,
			"the browser sent it so",
			list(proto("1.0"), func(p *hop.Path) { p.Request.Proto = hop.Written("version", "1.0", hop.Pos{}) }),
			"",
		},
		{rules.HTTP10ToBackend, "something worse is wrong", list(proto("1.0"), sends("Upgrade")), ""},
		{rules.HTTP10ToBackend, "the hop in front made it so", list(proto("1.0"), behind("alb"), atHop(0, func(h *hop.Hop) {
			h.Next.Proto = editable(written("version", "1.0", 50))
		})), "warning 50 set version to 1.1"},
		{rules.HTTP2Upstream, "2", list(proto("2")), "error 21 set proxy_http_version to 1.1"},
		{
			rules.HTTP2Upstream,
			"the browser sent it so",
			list(proto("2"), func(p *hop.Path) { p.Request.Proto = hop.Written("version", "2", hop.Pos{}) }),
			"",
		},
		{rules.HTTP2Upstream, "1.1", nil, ""},
		{rules.HTTP2Upstream, "it is answered", list(proto("2"), answers(hop.Answer{Kind: hop.Answered})), ""},

		{rules.HardcodedUpgrade, "a constant", list(onlyHop(func(h *hop.Hop) {
			h.Constant = map[string]hop.Setting[string]{"Upgrade": editable(written("Upgrade", "websocket", 24))}
		})), "warning 24 forward the client's own Upgrade"},
		{rules.HardcodedUpgrade, "of another header", list(onlyHop(func(h *hop.Hop) {
			h.Constant = map[string]hop.Setting[string]{"Connection": editable(written("Connection", "upgrade", 24))}
		})), ""},
		{rules.HardcodedUpgrade, "of a hop that answers", list(onlyHop(func(h *hop.Hop) {
			h.Constant = map[string]hop.Setting[string]{"Upgrade": written("Upgrade", "websocket", 24)}
		}), answers(hop.Answer{Kind: hop.Answered, Status: 404})), ""},

		{
			rules.QueryStringDropped,
			"lost",
			list(onlyHop(func(h *hop.Hop) { h.DropsQuery = at(25) }), passOn),
			"error 25 forward the query string",
		},
		{rules.QueryStringDropped, "kept", list(passOn), ""},
		{
			rules.QueryStringDropped,
			"answered",
			list(onlyHop(func(h *hop.Hop) { h.DropsQuery = at(25) }), answers(hop.Answer{Kind: hop.Answered})),
			"",
		},
	})
}

// TestMangledRequests: method, target, Host, key, version, subprotocol.
func TestMangledRequests(t *testing.T) {
	mangled := rules.HandshakeRequestMangled
	method := func(m string) change { return func(p *hop.Path) { p.Last().Next.Method = m } }
	target := func(s string) change { return func(p *hop.Path) { p.Last().Next.Target = s } }
	asks := browser("Sec-Websocket-Protocol", "chat")
	noHost := func(p *hop.Path) {
		sends("Host")(p)
		p.Last().EmptyHeaders = map[string]hop.Setting[string]{"Host": written("proxy_set_header Host", "", 22)}
	}
	holdEdges(t, []edge{
		{mangled, "POST", list(method("POST")), "error 1"},
		{mangled, "the browser posts", list(method("POST"), func(p *hop.Path) { p.Request.Method = "POST" }), ""},
		{mangled, "a space", list(target("/a b")), "error 2"},
		{mangled, "a tab", list(target("/a\tb")), "error 2"},
		{mangled, "it came with one", list(target("/a b"), func(p *hop.Path) { p.Request.Target = "/a b" }), ""},
		{mangled, "no Host", list(sends("Host")), "error 1"},
		{mangled, "an empty Host", list(noHost), "error 22"},
		{mangled, "no Host in 1.0", list(sends("Host"), proto("1.0")), ""},
		{mangled, "no Host came", list(sends("Host"), func(p *hop.Path) { delete(p.Request.Header, "Host") }), ""},
		{mangled, "no key", list(sends("Sec-Websocket-Key")), "error 1"},
		{mangled, "another key", list(sends("Sec-Websocket-Key", "x")), "error 20 remove the line (safe)"},
		{mangled, "the same key", list(sends("Sec-Websocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")), ""},
		{mangled, "another version", list(sends("Sec-Websocket-Version", "8")), "error 20 remove the line (safe)"},
		{mangled, "an open version", list(func(p *hop.Path) {
			p.Last().Next.Header["Sec-Websocket-Version"] = []hop.Setting[string]{unsure[string]("x", 23)}
		}), ""},
		{mangled, "the subprotocol is lost", list(asks), "error 1"},
		{mangled, "and Firefox does not mind", list(asks, func(p *hop.Path) { p.Browser = "firefox" }), ""},
		{mangled, "another subprotocol", list(asks, sends("Sec-Websocket-Protocol", "x")), ""},
		{mangled, "only the first fault", list(sends("Sec-Websocket-Key"), sends("Sec-Websocket-Version")), "error 1"},
		{mangled, "it is not passed on", list(sends("Sec-Websocket-Key"), answers(hop.Answer{Kind: hop.Answered})), ""},
		{mangled, "of the hop behind", list(behind("alb"), sends("Sec-Websocket-Key")), "error 1"},
	})
}

// TestAddressEdges: Host and Origin, doubles, path and scheme.
func TestAddressEdges(t *testing.T) {
	app := func(name string) change { return func(p *hop.Path) { p.Application = &hop.App{Name: name} } }
	host, port, origin, twice := rules.HostNotForwarded, rules.HostPortLost, rules.OriginRewritten,
		rules.DuplicateHandshakeHeader
	browserHost := browser("Host", "chat.test:8080")
	holdEdges(t, []edge{
		{host, "another name", list(sends("Host", "backend"), passOn), "warning 20 forward Host"},
		{host, "the same in capitals", list(sends("Host", "CHAT.test")), ""},
		{host, "only the port differs", list(sends("Host", "chat.test:3000")), ""},
		{host, "an application that does not look", list(sends("Host", "backend"), app("socket.io")), ""},
		{host, "one that does", list(sends("Host", "backend"), app("tornado")), "warning 20"},
		{host, "no Origin", list(sends("Host", "backend"), sends("Origin")), ""},
		{host, "nobody declared the path", list(sends("Host", "backend"), confidence(hop.Possible)), ""},
		{host, "but it is one of its own", list(sends("Host", "backend"), confidence(hop.Likely)), "warning 20"},
		{
			host,
			"and the browser's is sent beside it",
			list(sends("Host", "backend"), sends("X-Forwarded-Host", "chat.test"), confidence(hop.Likely)),
			"",
		},
		{
			host,
			"one for everything is not",
			list(sends("Host", "backend"), confidence(hop.Likely), onlyHop(func(h *hop.Hop) { h.CatchAll = true })),
			"",
		},
		{
			host,
			"nobody wrote the name",
			list(func(p *hop.Path) { p.Last().Next.Header["Host"] = []hop.Setting[string]{unset("Host", "backend", 22)} },
				confidence(hop.Likely)),
			"",
		},
		{
			host,
			"but an outer line was lost",
			list(func(p *hop.Path) { p.Last().Next.Header["Host"] = []hop.Setting[string]{unset("Host", "backend", 0)} },
				drops("Host", "$host", 31), confidence(hop.Certain)),
			"warning 30",
		},
		{host, "two Host lines", list(sends("Host", "a", "b")), ""},
		{host, "a handshake that fails", list(sends("Host", "backend"), sends("Upgrade")), ""},
		{host, "the hop in front", list(behind("alb"), atHop(0, func(h *hop.Hop) {
			h.Next.Header["Host"] = []hop.Setting[string]{written("Host", "backend", 60)}
		}), sends("Host", "backend")), "warning 60"},

		{port, "lost", list(browserHost, sends("Host", "chat.test"), passOn), "warning 20 forward Host"},
		{port, "added", list(sends("Host", "chat.test:3000")), "warning 20"},
		{port, "another one", list(browserHost, sends("Host", "chat.test:3000")), ""},
		{port, "another name", list(browserHost, sends("Host", "backend")), ""},
		{port, "nobody declared the path", list(browserHost, sends("Host", "chat.test"), confidence(hop.Certain)), ""},
		{port, "no Origin", list(browserHost, sends("Host", "chat.test"), sends("Origin")), ""},

		{origin, "the browser's own", nil, ""},
		{origin, "the same, written", list(sends("Origin", "http://chat.test")), ""},
		{origin, "no scheme", list(sends("Origin", "chat.test"), passOn), "warning 20 forward Origin (safe)"},
		{origin, "an empty scheme", list(sends("Origin", "://chat.test")), "warning 20"},
		{origin, "a path", list(sends("Origin", "http://chat.test/")), "warning 20"},
		{origin, "another name", list(sends("Origin", "http://other.test")), "warning 20"},
		{origin, "another port", list(sends("Origin", "http://chat.test:3000")), ""},
		{origin, "localhost", list(sends("Origin", "http://localhost")), ""},
		{origin, "an address of this machine", list(sends("Origin", "http://127.0.0.1:3000")), ""},
		{origin, "and in brackets", list(sends("Origin", "http://[::1]:3000")), ""},
		{origin, "another address", list(sends("Origin", "http://10.0.0.1")), "warning 20"},
		{origin, "no Host to compare with", list(sends("Origin", "http://other.test"), func(p *hop.Path) {
			p.Last().Next.Header["Host"] = []hop.Setting[string]{unsure[string]("Host", 22)}
		}), ""},
		{origin, "two lines", list(sends("Origin", "x", "y")), ""},

		{twice, "Host", list(sends("Host", "chat.test", "b")), "warning 21 remove the last line"},
		{twice, "three", list(sends("Host", "chat.test", "b", "c")), "warning 22 remove the last line"},
		{twice, "Upgrade", list(sends("Upgrade", "websocket", "websocket")), "warning 21 remove the last line"},
		{twice, "another header", list(sends("Origin", "a", "b")), ""},
		{twice, "two came", list(sends("Host", "a", "b"), func(p *hop.Path) {
			p.Request.Header["Host"] = append(p.Request.Header["Host"], hop.Written("Host", "b", hop.Pos{}))
		}), ""},
		{twice, "one is open", list(func(p *hop.Path) {
			p.Last().Next.Header["Host"] = []hop.Setting[string]{unsure[string]("Host", 22), written("Host", "a", 23)}
		}), ""},
		{twice, "nobody wrote the last one", list(func(p *hop.Path) {
			p.Last().Next.Header["Host"] = []hop.Setting[string]{written("Host", "a", 22), unset("Host", "b", 23)}
		}), ""},
		{twice, "it is not passed on", list(sends("Host", "a", "b"), answers(hop.Answer{Kind: hop.Answered})), ""},
	})
}

// TestJoinEdges: what is put in the place of a part of the path.
func TestJoinEdges(t *testing.T) {
	join := func(prefix, by, got, sent string) []change {
		return list(func(p *hop.Path) {
			p.Request.Target, p.Hops[0].Next.Target = got, sent
			p.Hops[0].Join = hop.Join{Setting: written("proxy_pass", by, 26), Prefix: prefix}
		})
	}
	rule := rules.PathJoin
	holdEdges(t, []edge{
		{rule, "as it should be", join("/ws/", "/", "/ws/chat", "/chat"), ""},
		{rule, "two slashes", join("/ws", "/", "/ws/chat", "//chat"), "warning 26"},
		{rule, "they came", join("/ws", "/", "/ws//chat", "//chat"), ""},
		{rule, "two names", join("/ws/", "/app", "/ws/chat", "/appchat"), "warning 26"},
		{rule, "nothing behind it", join("/ws/", "/app", "/ws/", "/app"), ""},
		{rule, "a slash behind it", join("/ws/", "/app", "/ws//chat", "/app/chat"), ""},
		{rule, "another path", join("/ws/", "/app", "/other", "/app/other"), ""},
		{rule, "all of it, with a slash", join("", "/ws/", "/ws", "/ws/"), "warning 26"},
		{rule, "all of it, something else", join("", "/app/", "/ws", "/app/"), ""},
		{rule, "the query does not count", join("/ws/", "/?a=//", "/ws/chat?b=//", "/chat?a=//"), ""},
		{rule, "nothing is joined", list(), ""},
		{rule, "it is not known by what", list(func(p *hop.Path) {
			p.Hops[0].Next.Target = "//"
			p.Hops[0].Join = hop.Join{Setting: unsure[string]("proxy_pass", 26), Prefix: "/ws"}
		}), ""},
	})
}

// TestSchemeEdges: TLS where plain text is expected, and the other way round.
func TestSchemeEdges(t *testing.T) {
	to := func(addr string, tls bool) change {
		return func(p *hop.Path) { p.Last().Next.Addr, p.Last().Next.TLS = addr, tls }
	}
	wrong := answers(hop.Answer{Kind: hop.Answered, Status: 400, Cause: hop.WrongScheme})
	scheme, sni := rules.WrongSchemeToUpstream, rules.HTTPSUpstreamWithoutSNI
	named := func(host string, s hop.Setting[bool]) change {
		return func(p *hop.Path) { p.Last().Next.Host, p.Last().SNI = host, s }
	}
	off := editable(written("proxy_ssl_server_name", false, 27))
	holdEdges(t, []edge{
		{scheme, "plain to 443", list(to("app:443", false)), "warning 2"},
		{scheme, "plain to 8443", list(to("app:8443", false)), "warning 2"},
		{scheme, "plain to 9443", list(to("app:9443", false)), "warning 2"},
		{scheme, "plain to 3000", list(to("app:3000", false)), ""},
		{scheme, "TLS to 443", list(to("app:443", true)), ""},
		{scheme, "TLS to 80", list(to("app:80", true)), "warning 2"},
		{scheme, "plain to 80", list(to("app:80", false)), ""},
		{scheme, "a socket", list(to("unix:/run/443", false)), ""},
		{scheme, "nobody declared the path", list(to("app:443", false), confidence(hop.Certain)), ""},
		{scheme, "at the first hop", list(wrong), "warning 3"},
		{scheme, "at the first hop of a guess", list(wrong, confidence(hop.Certain)), ""},
		{scheme, "at the second hop", list(behind("alb"), wrong), "warning alb"},
		{scheme, "also of a guess", list(behind("alb"), wrong, confidence(hop.Certain)), "warning alb"},

		{sni, "off", list(named("app.test", off)), "info 27 switch proxy_ssl_server_name on"},
		{sni, "on", list(named("app.test", written("proxy_ssl_server_name", true, 27))), ""},
		{sni, "no TLS", list(named("app.test", hop.Setting[bool]{})), ""},
		{sni, "one label", list(named("app", off)), ""},
		{
			sni,
			"a group of servers",
			list(named("app", off), onlyHop(func(h *hop.Hop) { h.Upstream = &hop.Upstream{Name: "u"} })),
			"info 27 switch proxy_ssl_server_name on",
		},
		{sni, "it is not passed on", list(named("app.test", off), answers(hop.Answer{Kind: hop.Answered})), ""},
	})
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
		hop.Denied:     rules.AccessRuleBlocksHandshake,
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
