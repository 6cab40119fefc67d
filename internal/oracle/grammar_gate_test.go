package oracle_test

// gateAuth adds the services that auth_request asks, and the location that asks them.
func (g *grammar) gateAuth(s *node) {
	for _, name := range []string{"gate1", "gate2"} {
		l := s.addBlock("location = /%s", name)
		l.fixed = true
		l.add("internal")
		l.add("proxy_pass http://%s:80", name)
		if g.maybe(70) {
			l.add(`proxy_set_header Upgrade ""`)
		}
	}
}

// gate adds one condition that nothing in the configuration decides: most of them only turn clients away.
func (g *grammar) gate(n *node, inLocation bool) {
	switch g.r.IntN(9) {
	case 0:
		n.add("auth_request %s", g.one("/gate1", "/gate1", "/gate2", "/gate2"))
	case 1:
		for g.maybe(60) {
			n.add("%s 127.0.0.%s", g.one("allow", "allow", "deny"), g.one("2", "3", "0/30", "1"))
		}
		n.add("%s all", g.one("deny", "deny", "allow"))
	case 2:
		n.add("auth_basic closed")
		n.add("auth_basic_user_file /etc/users")
	case 3:
		n.add("satisfy any")
	case 4:
		n.add("error_page %s", g.one("401 = @n1", "403 = @n1", "401 /page", "401 403 =200 /a", "403 404 = @n1", "503 @n1"))
	default:
		g.gateIf(n, inLocation)
	}
}

// gateIf adds an if about what a client sends, where it comes from or what is on the disk.
func (g *grammar) gateIf(n *node, inLocation bool) {
	b := n.addBlock("if (%s)", g.one(
		`$cookie_sid = ""`,
		`$cookie_sid != ""`,
		"$cookie_sid",
		"$cookie_sid = a",
		"$cookie_sid != a",
		`$cookie_sid ~ "^(a|b)"`,
		`$cookie_sid !~ "^x"`,
		"$cookie_beta",
		`$arg_token = ""`,
		"$arg_token != a",
		"$arg_token",
		`$arg_token ~ "^(?<id>.)"`,
		"$arg_token = $cookie_sid",
		`$http_origin !~ "^http://chat"`,
		"$http_origin = http://chat.test",
		`$http_origin ~ "^https?://(\w+)"`,
		`$http_referer = ""`,
		"$http_referer ~ x",
		"$invalid_referer",
		"$http_sec_websocket_protocol = v1",
		`$http_sec_websocket_protocol !~ "v1"`,
		`$http_sec_websocket_protocol = ""`,
		"$remote_addr = 127.0.0.2",
		`$remote_addr !~ "^127\.0\.0\.[12]$"`,
		"$near",
		"$near = 1",
		"$door = a",
		"$door",
		"$side != 1",
		"-f $document_root/maintenance.html",
		"!-f $document_root/on",
		"-e $document_root/closed",
		"-d $document_root/dir",
	))
	switch k := g.r.IntN(10); {
	case k < 5:
		b.add("return %s", g.one("401", "403", "503", "404", "444", "302 /login", "301 https://$host$request_uri"))
	case k < 7:
		b.add("set $%s %s", g.one("s1", "s2"), g.one("1", "x", "$cookie_sid", "$arg_token", "$1", "$door"))
	case k < 8 && inLocation:
		b.add("proxy_pass http://%s", g.one("app:3000", "other:3000"))
	case k < 9:
		b.add("rewrite ^ %s %s", g.one("/a", "/ws/x", "/app", "/b/$cookie_sid"), g.one("last", "break"))
	default:
		b.add("break")
	}
}

// gateTables adds variables that hang on what a client sends.
func (g *grammar) gateTables(http *node) {
	m := http.addBlock("map %s $door", g.one("$cookie_sid", "$arg_token", "$http_origin", "$http_sec_websocket_protocol"))
	m.add("default %s", g.one("x", `""`, "a"))
	m.add("a %s", g.one("a", "1", `""`))
	m.add("b %s", g.one("a", "b"))
	m.add(`~^(\w)\w %s`, g.one("a", "$1", "0"))
	side := http.addBlock("map $door $side")
	side.add("default 0")
	side.add("a 1")
	near := http.addBlock("geo $near")
	near.add("default 0")
	near.add("127.0.0.2 1")
	near.add("127.0.0.8/29 %s", g.one("1", "2"))
}
