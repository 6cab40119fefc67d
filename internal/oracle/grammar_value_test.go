package oracle_test

import "strings"

func (g *grammar) maps(http *node) {
	for i := 1; i <= 3; i++ {
		source := g.one(
			"$http_upgrade",
			"$http_connection",
			"$uri",
			"$request_uri",
			"$host",
			"$arg_x",
			"$http_origin",
			"$request_method",
			"$scheme$host",
			"$http_x_a",
			"$s1",
		)
		if i > 1 && g.maybe(20) {
			source = "$m1"
		}
		m := http.addBlock("map %s $m%d", source, i)
		names := strings.Contains(source, "host") && g.maybe(50)
		if names {
			m.add("hostnames")
		}
		if g.maybe(10) {
			m.add("volatile")
		}
		if g.maybe(70) {
			m.add("default %s", g.mapValue())
		}
		keys := []string{
			`""`,
			"websocket",
			"Upgrade",
			"/ws",
			"chat.test",
			"GET",
			"a",
			"1",
			`~^/ws(?<rest>.*)$`,
			`~*^(UP)`,
			`"~^(.*)/(\w+)$"`,
			"~ws",
			"~*chat",
			`~\.`,
			"httpchat.test",
		}
		if names {
			keys = append(keys, "*.test", ".chat.test", "chat.*", "*.chat.test", "a.*")
		}
		g.r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		for _, k := range keys[:1+g.r.IntN(4)] {
			m.add("%s %s", k, g.mapValue())
		}
	}
	geo := http.addBlock("geo %s", g.one("$g1", "$g1", "$arg_x $g1", "$http_x_forwarded_for $g1"))
	geo.add("default %s", g.one("0", "x"))
	geo.add("127.0.0.0/8 %s", g.one("1", `""`, "upgrade"))
	geo.add("10.0.0.0/8 2")
	split := http.addBlock(
		"split_clients %s $g2",
		g.one("$uri", `"$remote_addr$args"`, "$http_user_agent", "$request_uri"),
	)
	split.add("%s 1", g.one("50%", "33.3%", "0.5%", "10%"))
	split.add("%s 0", g.one("50%", "20%", "12.34%"))
	if g.maybe(50) {
		split.add("* %s", g.one("a", "upgrade"))
	}
	if g.maybe(5) {
		m := http.addBlock("map $arg_y $m1")
		m.add("default %s", g.mapValue())
	}
}

func (g *grammar) mapValue() string {
	return g.one(
		"upgrade",
		"close",
		`""`,
		"0",
		"1",
		"websocket",
		"$http_upgrade",
		"$http_connection",
		"x$1",
		"$rest",
		`"keep-alive, upgrade"`,
		"$uri",
		"/ws",
		"app",
	)
}

// value is a string with variables.
func (g *grammar) value() string {
	v := []string{
		"$uri",
		"$request_uri",
		"$args",
		"$arg_x",
		"$host",
		"$http_host",
		"$http_upgrade",
		"$http_connection",
		"$http_origin",
		"$http_x_a",
		"$scheme",
		"$server_name",
		"$server_port",
		"$remote_addr",
		"$1",
		"$2",
		"$seg",
		"$rest",
		"$id",
		"$m1",
		"$m2",
		"$m3",
		"$s1",
		"$s2",
		"$request_method",
		"$is_args",
		"$document_uri",
		"$http_cookie",
		"$cookie_a",
		"$https",
		"$query_string",
		"$server_protocol",
		"$proxy_add_x_forwarded_for",
		"$proxy_host",
		"$document_root",
		"$request_filename",
		"$http_sec_websocket_key",
		"$http_none",
		"$arg_none",
		"$request",
		"$realpath_root",
		"$content_type",
		"$http_x_forwarded_for",
		"$arg_X",
		"$g1",
		"$g2",
		"$proxy_protocol_addr",
		"$server_addr",
		"$realip_remote_addr",
		"$ssl_server_name",
		"$http2",
		"$host:$server_port",
		"$uri$is_args$args",
		"$http_referer",
		"$sent_http_x",
		"$upstream_status",
		"$limit_rate",
		"$request_completion",
		"$proxy_port",
	}
	switch g.r.IntN(6) {
	case 0:
		return g.one("1", "x", "upgrade", `""`, "websocket", "close", "0")
	case 1:
		return `"` + g.one(v...) + "-" + g.one(v...) + `"`
	case 2:
		return `"<` + g.one(v...) + `>"`
	}
	return g.one(v...)
}
