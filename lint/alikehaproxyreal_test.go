package lint_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// In what follows, <a|b|c> is a mostly, or one of the others, @ a number of its own and # one that a few share.

// usual are settings of any section, most often of defaults.
var usual = []string{
	"option httplog", "option dontlognull", "option http-server-close", "option httpclose", "option forwardfor",
	"option forwardfor except 127.0.0.0/8", "option http-keep-alive", "option redispatch", "retries 3",
	"maxconn 3000",
	"timeout http-request 10s", "timeout queue 1m", "timeout http-keep-alive 10s", "timeout check 10s",
	"timeout client-fin 30s", "timeout tunnel <1h|20s|0>", "timeout client <1m|50s|2h>",
	"timeout server <1m|40s|2h>",
	"errorloc 503 https://status.example.com/", "option independent-streams", "option splice-auto", "log global",
	`log-format "%ci:%cp [%tr] %ft %b/%s %[capture.req.hdr(0)]"`, "backlog 4096", "no option httpclose",
}

// usualRules are rules of any section.
var usualRules = []string{
	"http-request set-header X-Forwarded-Proto https if { ssl_fc }",
	"http-request set-header X-Forwarded-Port %[dst_port]",
	"http-request del-header Upgrade if { path_beg <.|/>git }",
	"http-request del-header Upgrade if { path_beg /admin } !{ src 10.0.0.0/8 }",
	"http-request set-header X-Forwarded-Host %[req.hdr(Host)]", "http-request set-header X-Site %[req.hdr(host)]",
	"http-request del-header Upgrade if { req.hdr(X-Site) -m beg s<x|1|2> }",
	"http-request del-header Upgrade if { req.hdr(user-agent) -m sub bot }",
	"http-request set-path /<x|ws>%[path] if { path_beg /old }",
	"http-request del-header Upgrade if { path_beg /<no|ws> }",
	"http-request redirect scheme https <unless|if> { ssl_fc }",
	"http-request redirect scheme https code 301 if !{ ssl_fc }",
	"http-request replace-path /app[0-9]+/(.*) /\\1", "http-request set-header Connection <upgrade|close>",
	"acl adm path_beg /<admin|ws|app>\n  http-request del-header Upgrade if adm",
	"acl old path_end <.php|/ws>\n  http-request del-header Upgrade if old",
	"acl net src 10.0.0.0/8 <192.168.0.0/16|127.0.0.0/8>\n  http-request del-header Upgrade if !net",
	"acl adm path_beg /<admin|ws>\n  acl net src 10.0.0.0/8\n  http-request del-header Upgrade if adm !net",
	"acl www hdr_beg(host) -i <www|s1|s2>.\n  http-request del-header Upgrade if www",
	"http-response set-header X-Frame-Options <DENY|SAMEORIGIN>",
	"http-request set-var(txn.h) req.hdr(host),lower\n  http-request del-header Upgrade if { var(txn.h) -m beg s<x|1> }",
	"http-request set-var(txn.p) path\n  http-request del-header Upgrade if { var(txn.p) -m beg /<x|ws|app> }",
	"http-request track-sc0 src table st\n  http-request del-header Upgrade if { sc_http_req_rate(0) gt 100 }",
	"http-request auth realm x if { path_beg /<private|ws> }", "http-request del-header Upgrade if { method POST }",
	"http-request del-header Upgrade if !{ hdr(origin) -m end <.example.com|s1.example.com> }",
	"stats uri /<stats|ws|app1>",
	"monitor-uri /<health|ws>", "http-request lua.auth if { path_beg /<lua|ws> }",
	"http-request set-header Host app.internal",
	"tcp-request inspect-delay 5s\n  tcp-request content accept if { <src 10.0.0.0/8|req.ssl_sni -i s1.example.com> }",
	"http-request return status 200 if { path /<ping|ws> }",
	"http-request set-query a=%[req.hdr(host)] if { path_beg /<q|ws> }",
	"http-request capture req.hdr(Host) len 20", "http-response del-header Server",
}

// realRoutes lead to backends.
var realRoutes = []string{
	"use_backend b@ if { hdr(host) -i s@.example.com }",
	"acl h@ hdr(host) -i s@.example.com <|www.s@.example.com>\n  use_backend b@ if h@",
	"acl h@ hdr(host) -i s@.example.com\n  acl p@ path_beg /<ws|app@/ws|api/v@/websocket|socket.io/>\n  " +
		"use_backend b@ if h@ p@",
	"acl h@ hdr(host) -i s@.example.com\n  acl w@ hdr(upgrade) -i websocket\n  use_backend b@ if <h@ w@|w@ h@|h@ !w@>",
	"acl h@ hdr_dom(host) -i s@.example.com\n  use_backend b@ if h@",
	"acl p@ path_beg /app@<|/ws>\n  use_backend b@ if p@",
	"use_backend b@ if { path_beg /api/v#/websocket } { hdr(host) -i s@.example.com }",
	"use_backend b@ if { ssl_fc_sni s@.example.com }",
	"use_backend b@ if { req.hdr(host),lower,field(1,:) s@.example.com } <|{ path /ws }|{ path_beg /w } { path_end s }>",
	"acl h@ hdr(host) -i s@.example.com\n  use_backend b@ if h@ <{ path_beg /ws }|{ path_beg /x }>\n  " +
		"use_backend b# if h@",
	"acl h@ hdr(host) -i s@.example.com\n  use_backend b# if h@ { cook(canary) -m found }\n  use_backend b@ if h@",
	"use_backend b@ if { hdr(host) -i s@.example.com:8080 s@.example.com }",
	"use_backend b@ if { hdr(host) -i s@.example.com } <|or { hdr(host) -i t@.example.com }>",
}

// realServers are servers of backends.
var realServers = []string{
	"server s1 10.0.0.@:8080 check",
	"server s1 10.0.0.@:8080 check <inter 2s|inter 5s>\n  server s2 10.0.1.@:8080 check <|backup>",
	"server s1 10.0.0.@:8443 ssl verify none <|sni req.hdr(host)|alpn h2|check>",
	"server s1 10.0.0.@:8080 <|send-proxy|send-proxy-v2>", "server app@ app@.internal:8080 check resolvers dns",
	"server s1 10.0.0.<@|1|2>:8080 maxconn <100|1|@>", "server-template s 3 app@.internal:8080 check resolvers dns",
	"default-server inter 3s <|maxconn 10|ssl verify none>\n  server s1 10.0.0.@:80",
	"server s@ 10.0.0.@:80 <|disabled>\n  server t@ 10.0.1.@:80",
	"cookie SRV insert indirect nocache\n  server s1 10.0.0.@:80 cookie s1\n  server s2 10.0.1.@:80 <cookie s2|>",
	"balance <roundrobin|source|leastconn|uri|hdr(host)>\n  server s1 10.0.0.@:80\n  server s2 10.0.1.@:80",
	"stick-table type ip size 1m expire 30m\n  stick on <src|req.hdr(x-user)>\n  " +
		"server s1 10.0.0.@:80\n  server s2 10.0.1.@:80",
	"option httpchk GET /health\n  http-check expect status <200|204>\n  server s1 10.0.0.@:80 check",
	"server s1 127.0.0.1:<90|8080|81> check", "server s1 10.0.0.@:80\n  use-server s1 if { path_beg /<x|ws> }",
	"server s@ 10.0.0.@:80\n  use-server s@ if { path_beg /<x|ws> }",
}

var realBinds = []string{
	"bind :80", "bind *:8080", "bind :443 ssl crt /etc/x.pem", "bind :443 ssl crt /etc/x.pem alpn h2,http/1.1",
	"bind :80\n  bind :443 ssl crt /etc/x.pem", "bind 127.0.0.1:8081 accept-proxy",
	"bind :80 name http\n  bind :8443 ssl crt /etc/",
	"bind :443 ssl crt /etc/x.pem verify <optional|required> ca-file /etc/ca.pem",
}

var alternatives = regexp.MustCompile(`<([^<>]*)>`)

// A realConfig makes up one that has what those of people have.
type realConfig struct {
	*rand.Rand
	rare int // one in so many differs from most
}

func (g realConfig) pick(list []string) string { return list[g.IntN(len(list))] }

// some are a few lines of a list, each once.
func (g realConfig) some(most int, list []string) (some []string) {
	for range g.IntN(most + 1) {
		some = append(some, g.pick(list))
	}
	return some
}

// fill fills one of many alike.
func (g realConfig) fill(text string, i int) string {
	text = alternatives.ReplaceAllStringFunc(text, func(s string) string {
		of := strings.Split(s[1:len(s)-1], "|")
		if len(of) == 1 {
			return s
		}
		if g.IntN(g.rare) > 0 {
			return of[0]
		}
		return of[1+g.IntN(len(of)-1)]
	})
	return strings.NewReplacer("@", fmt.Sprint(i), "#", fmt.Sprint(g.IntN(5))).Replace(text)
}

// body is what many sections are made of.
func (g realConfig) body(text ...string) string {
	lines := append(append(g.some(2, usual), g.some(1, usualRules)...), text...)
	return "  " + strings.Join(lines, "\n  ") + "\n"
}

// defaults writes sections of defaults, and gives what the heads of other sections name of them.
func (g realConfig) defaults(b *strings.Builder) (from []string) {
	from = []string{""}
	for i := range 1 + g.IntN(3) {
		name, lines := "", g.some(4, usual)
		if g.IntN(2) == 0 {
			name = fmt.Sprintf(" base%d", i)
			from, lines = append(from, " from"+name), append(lines, g.some(2, usualRules)...)
		}
		fmt.Fprintf(b, "defaults%s\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n  %s\n",
			name, g.fill(strings.Join(lines, "\n  "), 0))
	}
	return from
}

// randomReal is a haproxy.cfg as people have them.
func randomReal(r *rand.Rand) string {
	g := realConfig{r, 10 + r.IntN(40)}
	var all, front, back strings.Builder
	all.WriteString("global\n  maxconn 4000\n  lua-load /etc/auth.lua\nresolvers dns\n  nameserver a 127.0.0.1:53\n" +
		"backend st\n  stick-table type ip size 1m expire 30m store http_req_rate(10s)\n")
	named := g.defaults(&all)
	from := func() string {
		if g.IntN(g.rare) > 0 {
			return named[len(named)-1]
		}
		return g.pick(named)
	}
	n, fronts, site := 70+r.IntN(60), 1+r.IntN(3), g.body()
	if r.IntN(3) == 0 {
		fronts = n
	}
	bodies := []string{g.body(g.pick(realServers)), g.body(g.pick(realServers))}
	routes := []string{g.pick(realRoutes), g.pick(realRoutes[:4])}
	for i := range n {
		switch {
		case fronts == n:
			fmt.Fprintf(&front, "frontend f%d%s\n  bind :%d%s\n%s", i, from(), 10000+i, g.fill("<| accept-proxy>", i),
				g.fill(site, i))
		case i == 0 || i*fronts/n != (i-1)*fronts/n:
			fmt.Fprintf(&front, "frontend f%d%s\n  %s\n%s", i, from(), g.fill(g.pick(realBinds), i), g.fill(g.body(), i))
		}
		front.WriteString("  " + g.fill(routes[g.IntN(len(routes))], i) + "\n")
		if g.IntN(g.rare*4) == 0 {
			front.WriteString("  " + g.fill(g.pick(realRoutes), 1000+i) + "\n")
			fmt.Fprintf(&back, "backend b%d\n  server s 10.9.9.9:80\n", 1000+i)
		}
		body := bodies[g.IntN(2)]
		if g.IntN(g.rare) == 0 {
			body = g.body(g.pick(realServers))
		}
		if g.IntN(g.rare) == 0 {
			body = strings.Replace(body, "\n", "\n  "+g.pick(usual)+"\n", 1)
		}
		fmt.Fprintf(&back, "backend b%d%s\n%s", i, from(), g.fill(body, i))
	}
	return all.String() + front.String() + back.String()
}

// TestAlikeReal is TestAlike for what people have.
func TestAlikeReal(t *testing.T) {
	holdAlike(t, "haproxy.cfg", randomReal)
}
