package lint_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// routes lead to the backends of a random haproxy.cfg; @ is a number of its own, # one that a few share.
var routes = []string{
	"use_backend b@ if { hdr(host) -i s@.example.com }",
	"use_backend b@ if { hdr(host) -i s@.example.com www.s@.example.com }",
	"use_backend b@ if { req.hdr(host),field(1,:) -i s@.example.com } { path_beg /ws }",
	"acl h@ hdr(host) -i s@.example.com\n  acl p@ path_beg /app@/ws\n  use_backend b@ if h@ p@",
	"acl h@ hdr(host) -i s@.example.com\n  use_backend b@ if h@ { hdr(upgrade) -i websocket }\n  use_backend b# if h@",
	"use_backend b# if { hdr(host) -i s@.example.com }",
	"use_backend b@ if { hdr(host) -i s#.example.com }",
	"use_backend b@ if { hdr(host) -i S@.example.com }",
	"use_backend b@ if { hdr(host) s@.EXAMPLE.com }",
	"use_backend b@ if { hdr(host) -i s@.example.com:8080 }",
	"use_backend b@ if { hdr(host) -i s@.example.com } { src 10.0.0.0/8 }",
	"use_backend b@ if { hdr(host) -i s@.example.com } !{ path_beg /ws@ }",
	"use_backend b@ if { ssl_fc_sni -i s@.example.com }",
	"use_backend b@ if { hdr(host) -i s@.example.com } or { path_beg /ws@ }",
}

// strays are routes of which a configuration has few.
var strays = []string{
	"", "", "", "use_backend b3 if { path_beg /ws }", "use_backend b4 if { cookie(canary) -m found }",
	"use_backend b5 if { hdr_end(host) -i 7.example.com }", "use_backend b6 if { nbsrv(b7) lt 1 }",
	"use_backend b7 unless { hdr(host) -m found }", "use_backend b8 if { hdr(host) -i s1.example.com s12.example.com }",
}

// gates are lines of frontends.
var gates = []string{
	"", "", "", "http-request deny if { hdr(host) -i s7.example.com }",
	"http-request set-header X-Forwarded-Host %[req.hdr(host)]", "http-request redirect scheme https if !{ ssl_fc }",
	"acl bad hdr(host) -i s5.example.com\n  http-request deny if bad",
	"http-request deny if !{ hdr(origin) -m end 5.example.com }",
	"http-request redirect location https://s4.example.com/ws if { path_beg /ws3 }", "default_backend b0",
	"http-request set-path /x if { path_beg /app3/ }",
	"http-request set-var(txn.h) hdr(host)\n  http-request deny if { var(txn.h) -m str s8.example.com }",
	"http-request set-header Host s9.example.com", "http-request deny if { fe_name web2 }", "timeout client 20s",
	"http-request set-header Upgrade websocket\n  http-request set-header Connection upgrade",
}

// backs are what the backends of a random haproxy.cfg are made of; REM begins a comment.
var backs = []string{
	"balance roundrobin\n  server a 10.0.0.@:80 check\n  server b 10.0.1.@:80 check",
	"timeout tunnel 1h\n  server a 10.0.0.@:80",
	"timeout tunnel 20s\n  server a 127.0.0.1:80",
	"timeout tunnel 1h\n  cookie SRV insert\n  server a 10.0.0.@:80 cookie a\n  server b 10.0.0.@:80 cookie b",
	"http-request deny if { hdr(host) -i s6.example.com }\n  timeout tunnel 1h\n  server a 10.0.0.@:80",
	"http-request del-header Upgrade\n  timeout tunnel 1h\n  server a 10.0.0.@:80",
	"timeout tunnel 1h\n  server s@ 10.0.0.@:80\n  use-server s@ if { path_beg /ws }",
	"timeout tunnel 1h\n  server a 10.0.0.@:80 maxconn @",
	"timeout tunnel 1h\n  server a 10.0.0.@:443 ssl verify none sni req.hdr(host)",
	"http-request replace-path /app([0-9]+)/(.*) /\\2\n  timeout tunnel 1h\n  server a 10.0.0.@:80",
	"http-request set-header Host s1.example.com\n  timeout tunnel 1h\n  server a 10.0.0.@:80",
	"option forwardfor\n  server a 10.0.0.@:80",
	"disabled\n  server a 10.0.0.@:80",
	"server a 127.0.0.1:8081",
	"timeout tunnel 20s\n  server s@ 10.0.0.@:80 maxconn 5\n  server t@ 10.0.1.@:80 maxconn 5",
	"timeout tunnel 20s REM of b@\n  server a 10.0.0.@:80",
	"timeout server 20s\n\n  REM one\n  http-request set-header Connection close\n  server a 10.0.0.@:80",
	"http-request set-header Host b@.example.com\n  timeout tunnel 20s\n  server a 10.0.0.@:80",
}

// fronts are sections for one backend, or without any.
var fronts = []string{
	"frontend f@\n  bind :#@\n  default_backend b@\n",
	"frontend f@\n  bind :#@\n  timeout client 20s\n  use_backend b@ if { hdr(host) -i s@.example.com }\n",
	"frontend f@\n  bind :#@\n  use_backend b0 if { path_beg /ws }\n  default_backend b@\n",
	"frontend f@\n  bind :#@\n  maxconn 10\n  acl ws hdr(upgrade) -i websocket\n  use_backend b@ if ws\n" +
		"  default_backend b0\n",
	"listen b@\n  bind :#@\n  server a 10.0.0.@:80\n",
	"listen b@\n  bind :#@\n  timeout tunnel 20s\n  use_backend b0 if { path_beg /x }\n  server a 10.0.0.@:80\n",
	"listen b@\n  bind 127.0.0.1:#@\n  mode tcp\n  server a 10.0.0.@:80\n",
	"listen b@\n  bind :#@\n  http-request redirect location http://localhost:10070/ if { path /old }\n" +
		"  server a 10.0.0.@:80\n",
}

// frontBinds are the listeners of frontends.
var frontBinds = []string{
	"bind :80", "bind :@", "bind 127.0.0.1:@", "bind :443 ssl crt /etc/x.pem", "bind :8080 accept-proxy",
	"bind :80\n  bind :443 ssl crt /etc/x.pem alpn h2,http/1.1",
}

// randomFronts is a haproxy.cfg of many frontends of a few kinds.
func randomFronts(r *rand.Rand) string {
	kinds := []string{fronts[r.IntN(len(fronts))], fronts[r.IntN(len(fronts))]}
	body := backs[r.IntN(len(backs))]
	var b strings.Builder
	for i := range 70 + r.IntN(60) {
		front := kinds[r.IntN(2)]
		if i == 0 || r.IntN(20) == 0 {
			front = fronts[r.IntN(4)]
		}
		if r.IntN(10) == 0 {
			body = backs[r.IntN(len(backs))]
		}
		front = strings.ReplaceAll(front, "#@", fmt.Sprint(10000+i))
		if strings.HasPrefix(front, "frontend") {
			front += "backend b@\n  " + body + "\n"
		}
		b.WriteString(strings.ReplaceAll(front, "@", fmt.Sprint(i)))
	}
	return head("") + b.String()
}

// head begins a random haproxy.cfg.
func head(tunnel string) string {
	return "global\n  maxconn 1000\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n" +
		"  timeout server 60s\n  " + tunnel + "\n"
}

// randomHAProxy is a haproxy.cfg of many ways of a few kinds, in which a few are laid out otherwise.
func randomHAProxy(r *rand.Rand) string {
	text := randomBackends(r)
	if r.IntN(3) == 0 {
		text = randomFronts(r)
	}
	var b strings.Builder
	end, odd := []string{"\n", "\n", "\r\n"}[r.IntN(3)], r.IntN(3) == 0
	for line := range strings.Lines(text) {
		line = strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "REM", "#")
		switch {
		case odd && r.IntN(25) == 0:
			line += "  # one"
		case odd && r.IntN(25) == 0:
			line = strings.Replace(line, "  ", "\t", 1)
		case odd && r.IntN(25) == 0:
			b.WriteString(end)
		}
		b.WriteString(line + end)
	}
	return b.String()
}

// randomBackends is one whose backends are chosen by the host.
func randomBackends(r *rand.Rand) string {
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	tunnel := pick([]string{"timeout tunnel 1h\n  ", "", "timeout tunnel 30s\n  "})
	var front, back strings.Builder
	kinds := []string{routes[r.IntN(4)], routes[r.IntN(4)], pick(routes)}
	bodies := []string{backs[r.IntN(3)], pick(backs)}
	n := 70 + r.IntN(60)
	fronts := 1
	if r.IntN(3) == 0 {
		fronts = 2 + r.IntN(20)
	}
	bind, gate := pick(frontBinds), pick(gates)
	for i := range n {
		if i*fronts/n != (i-1)*fronts/n || i == 0 {
			fmt.Fprintf(&front, "frontend web%d\n  %s\n", i, strings.ReplaceAll(bind, "@", fmt.Sprint(10000+i)))
			if r.IntN(6) == 0 {
				bind, gate = pick(frontBinds), pick(gates)
			}
			fmt.Fprintf(&front, "  %s\n  %s\n", gate, pick(strays))
		}
		kind := kinds[r.IntN(len(kinds))]
		if r.IntN(30) == 0 {
			kind = pick(routes)
		}
		body := bodies[r.IntN(len(bodies))]
		if r.IntN(10) == 0 {
			body = pick(backs)
		}
		numbers := strings.NewReplacer("@", fmt.Sprint(i), "#", fmt.Sprint(r.IntN(9)))
		fmt.Fprintf(&front, "  %s\n", numbers.Replace(kind))
		fmt.Fprintf(&back, "backend b%d\n  %s\n", i, numbers.Replace(body))
	}
	return head(tunnel) + front.String() + back.String()
}

// TestAlikeBackends is TestAlike for ways to backends.
func TestAlikeBackends(t *testing.T) {
	holdAlike(t, "haproxy.cfg", randomHAProxy)
}
