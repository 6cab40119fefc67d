package oracle_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/oracle"
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
	r     *rand.Rand
	chain bool // a second server, on 8080, is there
	tls   bool
}

func (g *grammar) one(of ...string) string { return of[g.r.IntN(len(of))] }

// maybe is true in percent cases of a hundred.
func (g *grammar) maybe(percent int) bool { return g.r.IntN(100) < percent }

// staticFiles are what lies below the roots of generated configurations.
var staticFiles = map[string]string{
	"/srv/index.html": "x", "/srv/ws/index.html": "x", "/srv/a": "x", "/srv/b/x": "x", "/srv/page": "x", "/srv/alias/a": "x", "/srv/alias/chat": "x", "/srv/d/e": "x",
}

// configuration makes up one, as the main file.
func (g *grammar) configuration() *node {
	top := &node{open: true}
	top.addBlock("events").fixed = true
	http := top.addBlock("http")
	http.fixed = true
	g.chain, g.tls = g.maybe(25), g.maybe(8)
	g.maps(http)
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

func (g *grammar) listen(s *node) {
	more := ""
	if g.maybe(15) {
		more = " default_server"
	}
	if g.tls {
		s.add("listen 443 ssl")
	}
	s.add("listen 80%s", more)
	if g.maybe(60) {
		s.add("server_name %s", g.one("chat.test", "*.chat.test", ".chat.test", "chat.*", "a.test", "~^(?<seg>\\w+)\\.chat\\.test$", "~^(chat|a)\\.test$", "\"\"", "_", "CHAT.test b.test", "www.chat.* *.test"))
	}
}

// some adds a few directives by chance: each draw with the given percentage.
func (g *grammar) some(n *node, percent int, draw func(*node)) {
	for g.maybe(percent) {
		draw(n)
	}
}

func (g *grammar) maps(http *node) {
	for i := 1; i <= 3; i++ {
		source := g.one("$http_upgrade", "$http_connection", "$uri", "$request_uri", "$host", "$arg_x", "$http_origin", "$request_method", "$scheme$host", "$http_x_a", "$s1")
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
		keys := []string{`""`, "websocket", "Upgrade", "/ws", "chat.test", "GET", "a", "1", `~^/ws(?<rest>.*)$`, `~*^(UP)`, `"~^(.*)/(\w+)$"`, "~ws", "~*chat", `~\.`, "httpchat.test"}
		if names {
			keys = append(keys, "*.test", ".chat.test", "chat.*", "*.chat.test", "a.*")
		}
		g.r.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		for _, k := range keys[:1+g.r.IntN(4)] {
			m.add("%s %s", k, g.mapValue())
		}
	}
	if g.maybe(5) {
		m := http.addBlock("map $arg_y $m1")
		m.add("default %s", g.mapValue())
	}
}

func (g *grammar) mapValue() string {
	return g.one("upgrade", "close", `""`, "0", "1", "websocket", "$http_upgrade", "$http_connection", "x$1", "$rest", `"keep-alive, upgrade"`, "$uri", "/ws", "app")
}

// value is a string with variables.
func (g *grammar) value() string {
	v := []string{"$uri", "$request_uri", "$args", "$arg_x", "$host", "$http_host", "$http_upgrade", "$http_connection", "$http_origin", "$http_x_a", "$scheme",
		"$server_name", "$server_port", "$remote_addr", "$1", "$2", "$seg", "$rest", "$id", "$m1", "$m2", "$m3", "$s1", "$s2", "$request_method", "$is_args", "$document_uri",
		"$http_cookie", "$cookie_a", "$https", "$query_string", "$server_protocol", "$proxy_add_x_forwarded_for", "$proxy_host", "$document_root", "$request_filename",
		"$http_sec_websocket_key", "$http_none", "$arg_none", "$request", "$realpath_root", "$content_type", "$http_x_forwarded_for", "$arg_X"}
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

// headers adds what is sent to the application; the usual lines most of the time.
func (g *grammar) headers(n *node) {
	if g.maybe(80) {
		if g.maybe(90) {
			n.add("proxy_http_version 1.1")
		}
		n.add("proxy_set_header Upgrade %s", g.one("$http_upgrade", "$http_upgrade", "$http_upgrade", "websocket", "$m1"))
		n.add("proxy_set_header Connection %s", g.one(`"upgrade"`, `"upgrade"`, "$http_connection", "$m1", `"Upgrade"`, "$m2", `"keep-alive, upgrade"`))
		if g.maybe(40) {
			n.add("proxy_set_header Host %s", g.one("$host", "$http_host", "$proxy_host", "x.test", "$host:$server_port"))
		}
	}
	g.some(n, 35, func(n *node) {
		n.add("proxy_set_header %s %s", g.one("X-A", "X-B", "X-C", "X-Real-IP", "X-Forwarded-For", "X-Forwarded-Proto", "Origin", "Connection", "X_Y", "Sec-WebSocket-Protocol", "Upgrade", "Host", "TE", "Cookie"), g.value())
	})
}

// setting adds one directive that any level may have.
func (g *grammar) setting(n *node) {
	n.add("%s", g.one(
		"proxy_hide_header X-Foo", "proxy_hide_header Upgrade", "proxy_pass_header Upgrade", "proxy_hide_header Sec-WebSocket-Protocol", "proxy_pass_header X-Foo",
		"add_header X-Z "+g.value(), "add_header X-Z "+g.value()+" always", "add_header Upgrade websocket always", "add_header Sec-WebSocket-Protocol p1 always",
		"allow 127.0.0.1", "deny 127.0.0.1", "deny 10.0.0.0/8", "deny all", "allow all", "satisfy any", "allow 127.0.0.0/8",
		"auth_basic x", "auth_basic off", "auth_basic $m1", "auth_basic_user_file /etc/users",
		"auth_request /auth", "auth_request /auth?x=1", "auth_request off", "proxy_intercept_errors on", "recursive_error_pages on",
		"root /srv", "root /srv/d", "root /nowhere", "root /srv/$host", "root /srv/", "index index.html page", "index $arg_x a", "autoindex on",
		"proxy_pass_request_headers off", "proxy_method POST", "proxy_set_body b", "absolute_redirect off", "port_in_redirect off", "server_name_in_redirect on",
		"proxy_http_version 1.0", "proxy_http_version 1.1", "proxy_read_timeout 30s", "proxy_connect_timeout 5s", "proxy_redirect off", "gzip on",
		"set_real_ip_from 127.0.0.1", "real_ip_header X-Forwarded-For", "real_ip_header X-A", "real_ip_recursive on", "limit_rate 10k",
		"uwsgi_read_timeout 20s", "error_page "+g.errorPage(), "error_page "+g.errorPage(), "log_not_found off", "proxy_ignore_client_abort on", "expires 1h", "default_type text/html", "send_timeout 5s",
	))
}

func (g *grammar) server(s *node) {
	if g.maybe(35) {
		g.headers(s)
	}
	g.some(s, 14, g.setting)
	g.some(s, 10, func(n *node) {
		n.add("%s", g.one("merge_slashes off", "underscores_in_headers on", "ignore_invalid_headers off", "large_client_header_buffers 4 2k", "try_files $uri =404", "try_files $uri $uri/ /index.html", "client_header_buffer_size 2k"))
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
	return g.one("^/ws", "^/ws/(.*)$", "^/(a|b)/?", `"^/(?<seg>[^/]+)/(?<rest>.*)$"`, "/a$", `\.php$`, "ws", `"^/a/(\w+)(/\w+)?$"`, "^(/ws)(/.*)?$", "^/(?!ws)", "[A-Z]", `"^/(\w{2,4})$"`, "^(.*)$", "^/ws/(?<id>[a-z]+)", "//", "^/a")
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
		return g.one("http://unix:/run/x.sock", "http://unix:/run/x.sock") + map[bool]string{true: "", false: g.one("", ":/y/")}[noURI]
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

func (g *grammar) tryFiles() string {
	files := g.one("$uri", "$uri $uri/", "/none", "$uri/index.html", "/srv$uri", "$uri.html $uri", "/a", "/d/", "$request_uri", "/$arg_x")
	return files + " " + g.one("@n1", "@n1", "/index.html", "/app", "/app$uri?$args", "=404", "=403", "/ws", "=418", "$m1", "/page", "@$m1", "=444")
}

func (g *grammar) errorPage() string {
	codes := g.one("403", "404", "401", "403 404", "500 502", "400", "418", "301 302", "497 400", "405", "401 403 404 500 502")
	return codes + " " + g.one("", "", "= ", "= ", "=200 ", "=404 ", "=418 ") + g.one("/page", "@n1", "@n1", "/ws", "/app", "http://e.test/x", "/a?x=1", "$m1", "/none", "@none")
}

// script adds one directive of the rewrite module.
func (g *grammar) script(n *node, inLocation, nest bool) {
	switch k := g.r.IntN(100); {
	case k < 25:
		n.add("set $%s %s", g.one("s1", "s2", "s1", "id"), g.one(g.value(), g.value(), "127.0.0.1:3000", "app:3000", "pool"))
	case k < 30:
		n.add("set $args %s", g.one("x=1", `""`, "$args&y=2", "$http_x_a"))
	case k < 58:
		to := g.one("/ws", "/app/$1", "/$1", "/a/$2", "/ws/$seg", "/b?x=$1", "/b?x=1?", "/ws$uri?", "/$m1", "/chat", "$1", "/a%20b", "/$s1", "http://o.test/$1", "$scheme://o.test$request_uri?", "/ws/$arg_x", "chat", "/ws/é")
		n.add("rewrite %s %s%s", g.regex(), to, g.one("", " last", " last", " break", " break", " redirect", " permanent"))
	case k < 66:
		if inLocation && g.maybe(50) || g.maybe(25) {
			n.add("return %s", g.one("200", "204", "301 /x", "302 $uri", "403", "404", "426", "444", "500", "200 x", "418", "308 http://o.test$request_uri", "http://o.test$uri", "403 no", "400", "404 $m1", "301 https://$host$request_uri", "303 $1", "302 x"))
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
			b.add("%s", g.one("add_header X-I 1 always", "error_page 403 404 = @n1", "root /srv/d", "error_page 404 /page", "proxy_intercept_errors on"))
		}
	}
}

func (g *grammar) condition() string {
	return g.one("$http_upgrade", "$http_upgrade", "$http_upgrade = websocket", "$http_upgrade != websocket", "$host = chat.test", "$request_method = POST", "$request_method != GET",
		"$arg_x", `$arg_x ~ "^(a)(b)?"`, "$uri ~* ^/(WS)", "$http_connection ~* upgrade", `$http_connection !~* "keep"`, "-f $document_root$uri", "!-e $request_filename", "-d $request_filename", "-f /srv/a",
		"$s1 != x", "$s1", "$m1", "$m2", "$m1 = 1", "$request_uri !~ a", `$host ~ ^(?<seg>\w+)\.`, "$args", "$http_x_a = $arg_x", "$http_origin ~ (chat|a)", "$scheme = http", "$invalid_referer")
}

// probes makes up requests for a generated configuration.
func (g *grammar) probes(n int) (list []oracle.Probe) {
	for range n {
		p := oracle.Probe{Header: map[string][]string{}}
		scheme := "ws"
		if g.tls && g.maybe(60) {
			scheme = "wss"
		}
		p.URL = scheme + "://" + g.one("chat.test", "chat.test", "chat.test", "a.test", "www.chat.test", "b.c.chat.test", "other.test", "CHAT.test") + g.target()
		if g.maybe(3) {
			p.URL = strings.Replace(p.URL, ".test", ".test:81", 1)
		}
		p.Browser = g.one("chrome", "firefox")
		if g.maybe(10) {
			p.Protocols = [][]string{{"p1"}, {"p1", "p2"}, {"p2"}}[g.r.IntN(3)]
		}
		if g.maybe(3) {
			p.Method = g.one("POST", "HEAD", "PUT")
		}
		if g.maybe(3) {
			p.Proto = "1.0"
		}
		g.probeHeaders(p.Header)
		list = append(list, p)
	}
	return list
}

func (g *grammar) probeHeaders(h map[string][]string) {
	for g.maybe(25) {
		name := g.one("X-A", "Cookie", "X-Forwarded-For", "X_Y", "Origin", "Upgrade", "Connection", "X-B", "Referer", "Host", "TE", "Authorization-X", "X.Z")
		h[name] = [][]string{{"1"}, {"a"}, {""}, {"/ws"}, {"a=1; b=2"}, {"10.0.0.1, 10.0.0.2"}, {"127.0.0.1"}, {"1", "2"}, {"websocket"}, {"upgrade"}, nil, {"chat.test"}, {strings.Repeat("y", 2500)}}[g.r.IntN(13)]
	}
}

func (g *grammar) target() string {
	t := g.one("/ws", "/ws", "/ws/", "/ws/a", "/ws/chat", "/a", "/a/b", "/a/", "/", "/app", "/WS", "/chat", "/b/x", "/wsx", "/none", "/auth", "/page", "/a/bb/cc", "/ws/chat/room", "/index.html")
	if g.maybe(25) {
		t += g.one("/", "//", "/%2F", "%20x", "/../a", "/./", "/%2e%2e/ws", "+y", "%3Fz", "/b%41", ".php", "%2541", "/..", "%C3%A9", "/;v=1", "%00", "//../x", "/...", "a%23b", "#frag", "&x")
		if g.maybe(20) {
			t = "/" + t
		}
	}
	if g.maybe(40) {
		t += "?" + g.one("x=1", "x=ab", "x=", "y=2&x=a", "x=%20", "", "x=/ws", "a?b", "x", "X=1", "x=a+b")
	}
	return t
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
