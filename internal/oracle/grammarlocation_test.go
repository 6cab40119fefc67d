package oracle_test

import "strings"

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
