package oracle_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A node is one directive of a generated configuration.
type node struct {
	text  string // name and arguments
	block []*node
	open  bool // it has a block
	fixed bool // minimising leaves it alone
}

func (n *node) write(b *strings.Builder, indent string) {
	b.WriteString(indent + n.text)
	if !n.open {
		b.WriteString(";\n")
		return
	}
	b.WriteString(" {\n")
	for _, inner := range n.block {
		inner.write(b, indent+"    ")
	}
	b.WriteString(indent + "}\n")
}

func (n *node) String() string {
	var b strings.Builder
	for _, inner := range n.block {
		inner.write(&b, "")
	}
	return b.String()
}

func (n *node) add(format string, args ...any) *node {
	d := &node{text: fmt.Sprintf(format, args...)}
	n.block = append(n.block, d)
	return d
}

func (n *node) addBlock(format string, args ...any) *node {
	d := n.add(format, args...)
	d.open = true
	return d
}

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
		s.add("listen unix:/run/chain.sock%s", g.one("", "", "", " proxy_protocol"))
		if g.maybe(20) {
			s.add("%s", g.one("allow 127.0.0.1", "allow unix:", "deny unix:", "set_real_ip_from unix:"))
			s.add("deny %s", g.one("all", "10.0.0.0/8"))
		}
		g.chain = g.maybe(8) // then it may pass on to itself
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
	to := []string{"127.0.0.1:80", "127.0.0.1:80", "127.0.0.1:80", "app:3000", "sp"}
	if g.chain {
		to = append(to, "unix:/run/chain.sock", "unix:/run/chain.sock")
	}
	if g.maybe(30) {
		m := st.addBlock("map %s $to", g.one("$ssl_preread_server_name", "$ssl_preread_protocol", "$remote_addr",
			"$ssl_preread_alpn_protocols", "$server_port", "$protocol"))
		m.add("default %s", g.one("sp", "sq", `""`))
		m.add("%s sq", g.one(`""`, "chat.test", "127.0.0.1", "TCP", "~1"))
		st.addBlock("upstream sq").add("server other:3000")
		to = []string{"$to"}
	}
	if g.maybe(40) {
		s.add("ssl_preread on")
	}
	if g.maybe(20) {
		s.add("%s", g.one("allow 127.0.0.0/8", "deny 127.0.0.1", "deny 10.0.0.0/8"))
		s.add("deny %s", g.one("all", "192.168.0.0/16"))
	}
	s.add("proxy_pass %s", g.one(to...))
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

func (g *grammar) path() string {
	return g.one("/", "/ws", "/ws/", "/ws/a", "/a", "/a/", "/a/b", "/app", "/wsx", "/WS", "/b/", "/chat", "/ws/chat/")
}

func (g *grammar) regex() string {
	return g.one(
		"^/ws",
		"^/ws/(.*)$",
		"^/(a|b)/?",
		`"^/(?<seg>[^/]+)/(?<rest>.*)$"`,
		"/a$",
		`\.php$`,
		"ws",
		`"^/a/(\w+)(/\w+)?$"`,
		"^(/ws)(/.*)?$",
		"^/(?!ws)",
		"[A-Z]",
		`"^/(\w{2,4})$"`,
		"^(.*)$",
		"^/ws/(?<id>[a-z]+)",
		"//",
		"^/a",
	)
}

func (g *grammar) location(parent *node, depth int) {
	prefix := ""
	if depth > 0 {
		prefix, _, _ = strings.Cut(strings.TrimPrefix(parent.text, "location "), " ")
	}
	var name string
	regex := false
	switch g.r.IntN(10) {
	case 0:
		name = "= " + g.path()
	case 1:
		name = "^~ " + g.path()
	case 2, 3:
		name, regex = g.one("~ ", "~* ")+g.regex(), true
	default:
		name = g.path()
	}
	if depth > 0 && !regex && strings.HasPrefix(prefix, "/") && g.maybe(90) {
		// nginx refuses a nested location that lies outside.
		name = prefix + g.one("a", "/", "/a", "/chat/", "b/")
		if g.maybe(20) {
			name = g.one("= ", "^~ ") + name
		}
	}
	for _, d := range parent.block {
		if d.text == "location "+name {
			return
		}
	}
	l := parent.addBlock("location %s", name)
	g.locationBody(l, regex, depth)
}

// locationBody fills a location; noURI says that its proxy_pass may have no URI.
func (g *grammar) locationBody(l *node, noURI bool, depth int) {
	named := strings.Contains(l.text, "@")
	if g.maybe(60) {
		g.headers(l)
	}
	g.some(l, 16, g.setting)
	if g.gates {
		g.some(l, 50, func(n *node) { g.gate(n, true) })
	}
	g.timer(l)
	g.some(l, 20, func(n *node) { g.script(n, true, true) })
	if g.maybe(8) {
		l.add("try_files %s", g.tryFiles())
	}
	if g.maybe(6) && !named {
		l.add("internal")
	}
	if g.maybe(6) && !named {
		l.add("alias %s", g.one("/srv/alias/", "/srv/$1", "/srv/alias/a", "/srv/d/"))
	}
	if g.maybe(6) {
		limit := l.addBlock("limit_except %s", g.one("GET", "POST", "POST PUT", "HEAD"))
		limit.add("%s", g.one("deny all", "allow all", "allow 127.0.0.1", "auth_basic x", "proxy_pass http://other:3000"))
	}
	switch k := g.r.IntN(100); {
	case k < 70:
		l.add("proxy_pass %s", g.pass(noURI))
	case k < 76:
		kind := g.one("uwsgi", "scgi")
		l.add("%s_pass app:3000", kind)
		l.add("include %s_params", kind)
	case k < 78:
		l.add("%s", g.one("empty_gif", "stub_status"))
	}
	if depth < 2 && !named && !strings.Contains(l.text, "= ") {
		g.some(l, 14, func(n *node) { g.location(n, depth+1) })
	}
}

// pass is an address for proxy_pass.
func (g *grammar) pass(noURI bool) string {
	k := g.r.IntN(20)
	switch {
	case g.chain && k < 4:
		if g.maybe(40) {
			return "http://unix:/run/chain.sock" + map[bool]string{true: "", false: g.one("", ":/y/")}[noURI]
		}
		return "http://127.0.0.1:8080" + g.uri(noURI)
	case k < 12:
		return "http://" + g.one("app:3000", "app:3000", "pool", "other:3000", "127.0.0.1:3000") + g.uri(noURI)
	case k == 12:
		return "http://127.0.0.1:3000$request_uri"
	case k == 13:
		return "http://127.0.0.1:3000/" + g.one("$1", "$rest", "x$uri", "$seg?$args", "$m1", "x$is_args$args")
	case k == 14:
		return "http://127.0.0.1:3000$uri" + g.one("", "$is_args$args")
	case k == 15:
		return g.one(
			"http://unix:/run/x.sock",
			"http://unix:/run/x.sock",
		) + map[bool]string{true: "", false: g.one("", ":/y/")}[noURI]
	case k == 16 && g.maybe(40):
		return "https://app" + g.uri(noURI)
	case k == 17:
		return "http://$s1"
	}
	return "http://app:3000" + g.uri(noURI)
}

func (g *grammar) uri(none bool) string {
	if none || g.maybe(60) {
		return ""
	}
	return g.one("/", "/x", "/x/", "/?q=1", "/x/?q=1", "/%20y/", "/ws")
}

// without returns the configuration without one node; nil when i is beyond the last.
func without(top *node, i int) *node {
	count := -1
	var cut func(n *node) *node
	cut = func(n *node) *node {
		c := *n
		c.block = nil
		for _, inner := range n.block {
			if !inner.fixed {
				count++
				if count == i {
					continue
				}
			}
			c.block = append(c.block, cut(inner))
		}
		return &c
	}
	smaller := cut(top)
	if i > count {
		return nil
	}
	return smaller
}
