package oracle_test

import (
	"math/rand/v2"
	"slices"
)

// A grammar makes configurations up.
type grammar struct {
	r      *rand.Rand
	chain  bool // a second server, on 8080, is there
	tls    bool
	stream bool // a stream server, on 8082, is in front
	proxy  bool // the listener expects a PROXY header
	timers bool // tunnels are watched
	gates  bool // conditions that nothing in the configuration decides are there

	streamProxy bool // the stream server expects a PROXY header
}

func (g *grammar) one(of ...string) string { return of[g.r.IntN(len(of))] }

// maybe is true in percent cases of a hundred.
func (g *grammar) maybe(percent int) bool { return g.r.IntN(100) < percent }

// staticFiles are what lies below the roots of generated configurations.
var staticFiles = map[string]string{
	"/srv/index.html": "x", "/srv/ws/index.html": "x", "/srv/a": "x", "/srv/b/x": "x", "/srv/page": "x",
	"/srv/alias/a": "x", "/srv/alias/chat": "x", "/srv/d/e": "x",
}

// configuration makes up one, as the main file.
func (g *grammar) configuration() *node {
	top := &node{open: true}
	top.addBlock("events").fixed = true
	http := top.addBlock("http")
	http.fixed = true
	g.chain, g.tls = g.maybe(25), g.maybe(8)
	g.stream, g.proxy, g.timers = g.maybe(10), g.maybe(5), g.maybe(6)
	if g.stream {
		g.streamBlock(top)
	}
	g.maps(http)
	if g.gates {
		g.gateTables(http)
	}
	if g.maybe(20) {
		g.headers(http)
	}
	g.some(http, 8, g.setting)
	if g.maybe(8) {
		http.add("error_page %s", g.errorPage())
	}
	up := http.addBlock("upstream pool")
	up.add("server app:3000")
	for range 1 + g.r.IntN(3) {
		s := http.addBlock("server")
		g.listen(s)
		g.server(s)
	}
	if g.chain {
		s := http.addBlock("server")
		s.add("listen 8080")
		g.chain = false // or it would pass on to itself
		g.server(s)
	}
	// Variables that are set somewhere may be used everywhere.
	s := http.addBlock("server")
	s.add("listen 81")
	for _, v := range []string{"s1", "s2", "seg", "rest", "id"} {
		s.add("set $%s x", v)
	}
	return top
}

func (g *grammar) streamBlock(top *node) {
	st := top.addBlock("stream")
	st.add("proxy_timeout %s", g.one("10m", "2s", "1m"))
	st.addBlock("upstream sp").add("server app:3000")
	s := st.addBlock("server")
	if g.streamProxy = g.maybe(25); g.streamProxy {
		s.add("listen 8082 proxy_protocol")
	} else {
		s.add("listen 8082")
	}
	s.add("proxy_pass %s", g.one("127.0.0.1:80", "127.0.0.1:80", "127.0.0.1:80", "app:3000", "sp"))
	if g.maybe(20) || g.proxy && g.maybe(60) {
		s.add("proxy_protocol on")
	}
}

func (g *grammar) listen(s *node) {
	more := ""
	if g.proxy {
		more = " proxy_protocol"
	}
	if g.maybe(15) {
		more += " default_server"
	}
	if g.tls {
		s.add("listen 443 ssl")
	}
	s.add("listen 80%s", more)
	if g.maybe(60) {
		s.add(
			"server_name %s",
			g.one(
				"chat.test",
				"*.chat.test",
				".chat.test",
				"chat.*",
				"a.test",
				"~^(?<seg>\\w+)\\.chat\\.test$",
				"~^(chat|a)\\.test$",
				"\"\"",
				"_",
				"CHAT.test b.test",
				"www.chat.* *.test",
			),
		)
	}
}

// some adds a few directives by chance: each draw with the given percentage.
func (g *grammar) some(n *node, percent int, draw func(*node)) {
	for g.maybe(percent) {
		draw(n)
	}
}

// headers adds what is sent to the application; the usual lines most of the time.
func (g *grammar) headers(n *node) {
	if g.maybe(80) {
		if g.maybe(90) {
			n.add("proxy_http_version 1.1")
		}
		n.add("proxy_set_header Upgrade %s", g.one("$http_upgrade", "$http_upgrade", "$http_upgrade", "websocket", "$m1"))
		n.add(
			"proxy_set_header Connection %s",
			g.one(`"upgrade"`, `"upgrade"`, "$http_connection", "$m1", `"Upgrade"`, "$m2", `"keep-alive, upgrade"`),
		)
		if g.maybe(40) {
			n.add("proxy_set_header Host %s", g.one("$host", "$http_host", "$proxy_host", "x.test", "$host:$server_port"))
		}
	}
	g.some(n, 35, func(n *node) {
		if g.maybe(6) {
			n.add(
				"proxy_set_header Sec-WebSocket-Protocol %s",
				g.one("p1", "p2", `""`, "$http_sec_websocket_protocol", "$http_x_a"),
			)
			return
		}
		n.add(
			"proxy_set_header %s %s",
			g.one(
				"X-A",
				"X-B",
				"X-C",
				"X-Real-IP",
				"X-Forwarded-For",
				"X-Forwarded-Proto",
				"Origin",
				"Connection",
				"X_Y",
				"Upgrade",
				"Host",
				"TE",
				"Cookie",
			),
			g.value(),
		)
	})
}

// setting adds one directive that any level may have.
func (g *grammar) setting(n *node) {
	n.add("%s", g.one(
		"proxy_hide_header X-Foo",
		"proxy_hide_header Upgrade",
		"proxy_pass_header Upgrade",
		"proxy_hide_header Sec-WebSocket-Protocol",
		"proxy_pass_header X-Foo",
		"add_header X-Z "+g.value(),
		"add_header X-Z "+g.value()+" always",
		"add_header Upgrade websocket always",
		"add_header Sec-WebSocket-Protocol p1 always",
		"allow 127.0.0.1",
		"deny 127.0.0.1",
		"deny 10.0.0.0/8",
		"deny all",
		"allow all",
		"satisfy any",
		"allow 127.0.0.0/8",
		"auth_basic x",
		"auth_basic off",
		"auth_basic $m1",
		"auth_basic_user_file /etc/users",
		"auth_request /auth",
		"auth_request /auth?x=1",
		"auth_request off",
		"proxy_intercept_errors on",
		"recursive_error_pages on",
		"root /srv",
		"root /srv/d",
		"root /nowhere",
		"root /srv/$host",
		"root /srv/",
		"index index.html page",
		"index $arg_x a",
		"autoindex on",
		"proxy_pass_request_headers off",
		"proxy_method POST",
		"proxy_set_body b",
		"absolute_redirect off",
		"port_in_redirect off",
		"server_name_in_redirect on",
		"proxy_http_version 1.0",
		"proxy_http_version 1.1",
		"proxy_read_timeout 30s",
		"proxy_connect_timeout 5s",
		"proxy_redirect off",
		"gzip on",
		"set_real_ip_from 127.0.0.1",
		"real_ip_header X-Forwarded-For",
		"real_ip_header X-A",
		"real_ip_recursive on",
		"limit_rate 10k",
		"uwsgi_read_timeout 20s",
		"mirror /auth",
		"mirror off",
		"ssi on",
		"valid_referers none",
		"valid_referers *.test",
		"proxy_pass_request_body off",
		"limit_rate_after 1k",
		"real_ip_header proxy_protocol",
		"proxy_ssl_server_name on",
		"uwsgi_param HTTP_X_A $host",
		"scgi_param HTTP_UPGRADE websocket",
		"uwsgi_intercept_errors on",
		"client_max_body_size 1k",
		"etag off",
		"if_modified_since off",
		"types_hash_max_size 512",
		"tcp_nodelay off",
		"error_page "+g.errorPage(),
		"error_page "+g.errorPage(),
		"log_not_found off",
		"proxy_ignore_client_abort on",
		"expires 1h",
		"default_type text/html",
		"send_timeout 5s",
	))
}

// timer adds a short timer where tunnels are watched.
func (g *grammar) timer(n *node) {
	if g.timers && g.maybe(50) {
		n.add("proxy_read_timeout %s", g.one("1s", "1500ms", "2", "1s500ms", "300ms"))
	}
	if g.timers && g.maybe(15) {
		n.add(
			"%s",
			g.one(
				"proxy_send_timeout 1s",
				"send_timeout 1s",
				"uwsgi_read_timeout 1s",
				"scgi_read_timeout 1500ms",
				"keepalive_timeout 1s",
				"client_body_timeout 1s",
			),
		)
	}
}

func (g *grammar) server(s *node) {
	if g.maybe(35) {
		g.headers(s)
	}
	g.some(s, 14, g.setting)
	if g.gates {
		g.gateAuth(s)
		g.some(s, 45, func(n *node) { g.gate(n, false) })
		if g.maybe(60) {
			s.add("root /open")
		}
	}
	g.timer(s)
	g.some(s, 10, func(n *node) {
		n.add(
			"%s",
			g.one(
				"merge_slashes off",
				"underscores_in_headers on",
				"ignore_invalid_headers off",
				"large_client_header_buffers 4 2k",
				"try_files $uri =404",
				"try_files $uri $uri/ /index.html",
				"client_header_buffer_size 2k",
			),
		)
	})
	g.some(s, 14, func(n *node) { g.script(n, false, true) })
	for range 2 + g.r.IntN(5) {
		g.location(s, 0)
	}
	if root := "location /"; g.maybe(60) && !slices.ContainsFunc(s.block, func(d *node) bool { return d.text == root }) {
		l := s.addBlock("%s", root)
		g.headers(l)
		l.add("proxy_pass %s", g.pass(false))
	}
	if g.maybe(70) {
		s.addBlock("location @n1")
		g.locationBody(s.block[len(s.block)-1], true, 1)
	}
	if g.maybe(60) {
		auth := s.addBlock("location %s", g.one("/auth", "= /auth", "^~ /auth"))
		if g.maybe(30) {
			auth.add("internal")
		}
		switch {
		case g.maybe(80):
			auth.add("return %s", g.one("200", "204", "401", "403", "404", "302 /login", "200 x", "500"))
		case g.maybe(70):
			g.locationBody(auth, false, 2)
		}
	}
}
