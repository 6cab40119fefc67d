package rules_test

import (
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

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
