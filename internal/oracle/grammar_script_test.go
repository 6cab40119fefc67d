package oracle_test

func (g *grammar) tryFiles() string {
	files := g.one(
		"$uri",
		"$uri $uri/",
		"/none",
		"$uri/index.html",
		"/srv$uri",
		"$uri.html $uri",
		"/a",
		"/d/",
		"$request_uri",
		"/$arg_x",
	)
	return files + " " + g.one(
		"@n1",
		"@n1",
		"/index.html",
		"/app",
		"/app$uri?$args",
		"=404",
		"=403",
		"/ws",
		"=418",
		"$m1",
		"/page",
		"@$m1",
		"=444",
	)
}

func (g *grammar) errorPage() string {
	codes := g.one(
		"403",
		"404",
		"401",
		"403 404",
		"500 502",
		"400",
		"418",
		"301 302",
		"497 400",
		"405",
		"401 403 404 500 502",
	)
	return codes + " " + g.one(
		"",
		"",
		"= ",
		"= ",
		"=200 ",
		"=404 ",
		"=418 ",
	) + g.one(
		"/page",
		"@n1",
		"@n1",
		"/ws",
		"/app",
		"http://e.test/x",
		"/a?x=1",
		"$m1",
		"/none",
		"@none",
	)
}

// script adds one directive of the rewrite module.
func (g *grammar) script(n *node, inLocation, nest bool) {
	switch k := g.r.IntN(100); {
	case k < 25:
		n.add("set $%s %s", g.one("s1", "s2", "s1", "id"), g.one(g.value(), g.value(), "127.0.0.1:3000", "app:3000", "pool"))
	case k < 30:
		n.add("set $args %s", g.one("x=1", `""`, "$args&y=2", "$http_x_a"))
	case k < 58:
		to := g.one(
			"/ws",
			"/app/$1",
			"/$1",
			"/a/$2",
			"/ws/$seg",
			"/b?x=$1",
			"/b?x=1?",
			"/ws$uri?",
			"/$m1",
			"/chat",
			"$1",
			"/a%20b",
			"/$s1",
			"http://o.test/$1",
			"$scheme://o.test$request_uri?",
			"/ws/$arg_x",
			"chat",
			"/ws/é",
		)
		n.add("rewrite %s %s%s", g.regex(), to, g.one("", " last", " last", " break", " break", " redirect", " permanent"))
	case k < 66:
		if inLocation && g.maybe(50) || g.maybe(25) {
			n.add(
				"return %s",
				g.one(
					"200",
					"204",
					"301 /x",
					"302 $uri",
					"403",
					"404",
					"426",
					"444",
					"500",
					"200 x",
					"418",
					"308 http://o.test$request_uri",
					"http://o.test$uri",
					"403 no",
					"400",
					"404 $m1",
					"301 https://$host$request_uri",
					"303 $1",
					"302 x",
				),
			)
		}
	case k < 70:
		n.add("break")
	case nest:
		b := n.addBlock("if (%s)", g.condition())
		g.script(b, inLocation, false)
		g.some(b, 45, func(n *node) { g.script(n, inLocation, false) })
		if inLocation && g.maybe(25) {
			b.add("proxy_pass http://%s", g.one("app:3000", "other:3000", "pool", "$s1", "127.0.0.1:3000$request_uri"))
		}
		if inLocation && g.maybe(15) {
			b.add(
				"%s",
				g.one(
					"add_header X-I 1 always",
					"error_page 403 404 = @n1",
					"root /srv/d",
					"error_page 404 /page",
					"proxy_intercept_errors on",
				),
			)
		}
	}
}

func (g *grammar) condition() string {
	return g.one(
		"$http_upgrade",
		"$http_upgrade",
		"$http_upgrade = websocket",
		"$http_upgrade != websocket",
		"$host = chat.test",
		"$request_method = POST",
		"$request_method != GET",
		"$arg_x",
		`$arg_x ~ "^(a)(b)?"`,
		"$uri ~* ^/(WS)",
		"$http_connection ~* upgrade",
		`$http_connection !~* "keep"`,
		"-f $document_root$uri",
		"!-e $request_filename",
		"-d $request_filename",
		"-f /srv/a",
		"$s1 != x",
		"$s1",
		"$m1",
		"$m2",
		"$m1 = 1",
		"$request_uri !~ a",
		`$host ~ ^(?<seg>\w+)\.`,
		"$args",
		"$http_x_a = $arg_x",
		"$http_origin ~ (chat|a)",
		"$scheme = http",
		"$invalid_referer",
		"$g1",
		"$g2 = 1",
		"$g1 ~ 1",
	)
}
