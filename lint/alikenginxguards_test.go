package lint_test

import (
	"fmt"
	"strings"
	"testing"
)

// A guardedServer is one of many that are alike, of which one is not: what is found at the others must not be carried
// over to it. In its texts @ is the number of each server.
type guardedServer struct {
	name   string
	around string
	most   string
	other  string // "" for that of the others
	files  string
}

func (g guardedServer) text() string {
	var b strings.Builder
	b.WriteString("events {}\nhttp {\n" + g.around + "\n")
	for i := range 75 {
		text := g.most
		if i == odd && g.other != "" {
			text = g.other
		}
		if !strings.Contains(text, "server_name") {
			text = "server_name s@.example.com;\n" + text
		}
		if !strings.Contains(text, "listen") {
			text = "listen 80;\n" + text
		}
		text = "upstream p@ {\nserver 10.1.0.@:80;\n}\nserver {\n" + text + "\n}\n"
		b.WriteString(strings.ReplaceAll(strings.ReplaceAll(text, "@app", "\x00"), "@", fmt.Sprint(i)))
	}
	return strings.ReplaceAll(b.String(), "\x00", "@app") + "}\n" + g.files
}

// TestNginxGuards is TestGuards for servers of nginx.
func TestNginxGuards(t *testing.T) {
	const (
		up     = "proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection upgrade;\nproxy_http_version 1.1;\n"
		long   = "proxy_read_timeout 1h;\n"
		clean  = "location /ws {\nproxy_pass http://p@;\n" + up + long + "}"
		short  = "location /ws {\nproxy_pass http://p@;\n" + up + "}"
		tls    = "listen 443 ssl;\nssl_certificate /x.pem;\nssl_certificate_key /x.key;\n"
		dirty  = "location /ws {\nproxy_pass http://p@;\n" + long + "}"
		listen = "listen 80;\n"
	)
	to := func(pass string) string { return strings.Replace(clean, "http://p@", pass, 1) }
	with := func(lines string) string { return strings.Replace(clean, "{\n", "{\n"+lines+"\n", 1) }
	for _, g := range []guardedServer{
		{"the host of a map", "map $host $c { default upgrade; s9.example.com close; }",
			strings.Replace(clean, "Connection upgrade", "Connection $c", 1), "", ""},
		{"the host of an if", "", "if ($host = s9.example.com) { return 403; }\n" + clean, "", ""},
		{"the host in a variable", "map $http_x $y { default $host; }\nmap $y $c { default upgrade; ~^s9 close; }",
			strings.Replace(clean, "Connection upgrade", "Connection $c", 1), "", ""},
		{"the host of a variable of the server", "", "set $to $host;\nif ($to ~ ^s9) { return 403; }\n" + clean, "", ""},
		{"a host around", "proxy_set_header Host s9.example.com;\n" + up, dirtyPass("http://p@"), "", ""},
		{"room for a name", "connection_pool_size 256;\nlarge_client_header_buffers 4 256;\n" +
			"client_header_buffer_size 128;", clean,
			"server_name " + strings.Repeat("long-name-of-a-site.", 12) + "example.com;\n" + clean, ""},
		{"a name of two", "", short, "server_name s3.example.com;\n" + short, ""},
		{"a name of two with a dot", "", short, "server_name .s3.example.com;\n" + short, ""},
		{"a name that matches", "", short, `server_name ~^s(3|9)\.example\.com$;` + "\n" + short, ""},
		{"no name", "", short, "server_name _;\n" + short, ""},
		{"an empty name", "", clean, "server_name \"\";\n" + clean, ""},
		{"the default server", "", clean, "listen 80 default_server;\n" + clean, ""},
		{"TLS", "", short, tls + short, ""},
		{"TLS for a name", "", tls + "if ($ssl_server_name = s9.example.com) { return 403; }\n" + clean, "", ""},
		{"the PROXY protocol", "", clean, "listen 81 proxy_protocol;\n" + clean, ""},
		{"a certificate by name", "", tls + "ssl_protocols TLSv1.2;\n" + clean, "", ""},
		{"the version to the upstream", "", clean, strings.Replace(clean, "1.1", "1.0", 1), ""},
		{"a header", "", clean, strings.Replace(clean, "Connection upgrade", "Connection close", 1), ""},
		{"a header for the application", "", with("proxy_set_header X-Forwarded-Proto http;"),
			with("proxy_set_header X-Forwarded-Proto ws;"), ""},
		{"no value of a header", "", with("proxy_set_header X-Site a;"), with(`proxy_set_header X-Site "";`), ""},
		{"the name of a directive", "", with("proxy_hide_header Via;"), with("proxy_pass_header Via;"), ""},
		{"a header that is hidden", "", with("proxy_hide_header Via;"), with("proxy_hide_header Upgrade;"), ""},
		{"the path of a rewrite", "", "rewrite ^/old@/(.*)$ /new/$1 last;\n" + clean,
			"rewrite ^/ws(.*)$ /new/$1 permanent;\n" + clean, ""},
		{"the path of a rewrite for all paths", "", "rewrite ^/old@/(.*)$ /new/$1 last;\n" + strings.Replace(clean, "/ws",
			"/", 1),
			"rewrite ^/x(.*)$ /new/$1 permanent;\n" + strings.Replace(clean, "/ws", "/", 1), ""},
		{"a rewrite for a regex", "", "rewrite ^/old@/(.*)$ /new permanent;\n" + strings.Replace(clean, "/ws",
			"~ ^/old[0-9]/", 1),
			"", ""},
		{"the path of a rewrite after another", "", "rewrite ^/ws$ /old9/x;\nrewrite ^/old@/(.*)$ /new permanent;\n" +
			clean +
			"\n" + strings.Replace(clean, "/ws", "/old", 1), "", ""},
		{"a rewrite within an if", "", "if ($http_x) { rewrite ^/old@ /x; }\n" + clean,
			"if ($http_x) { rewrite ^/ws /x; }\n" +
				clean, ""},
		{"a page of errors", "", "error_page 403 /e@;\ndeny all;\n" + clean, "error_page 403 /ws;\ndeny all;\n" + clean,
			""},
		{"a page of errors by a regex", "", "error_page 403 /e@;\n" + with("deny all;") + "\nlocation ~ 9 {\nproxy_pass " +
			"http://10.1.1.1;\n" + up + "}", "", ""},
		{"a page that looks at the path", "", "error_page 403 /e@;\nlocation / {\nif ($uri = /e9) { return 301 /x; }\n" +
			"proxy_pass http://p@;\n}\n" + with("deny all;"), "", ""},
		{"the root of two", "", "root /srv/@;\nlocation /ws {\ntry_files /x$uri @app;\n}\nlocation @app {\n" +
			"proxy_pass http://p@;\n" +
			up + long + "}\nlocation /a {\nroot /srv/@;\n}", "", ""},
		{"a root of devices", "", "root /srv;\nlocation / {\ntry_files $uri @app;\n}\nlocation @app {\n" +
			"proxy_pass http://p@;\n" +
			up + long + "}", "root /dev;\nlocation / {\ntry_files /null @app;\n}\nlocation @app {\nproxy_pass http://p@;\n" +
			up + long + "}", ""},
		{"a time in milliseconds", "", with("proxy_send_timeout 900s;"), with("proxy_send_timeout 3600ms;"), ""},
		{"a time of nothing", "", clean, strings.Replace(clean, "1h", "0", 1), ""},
		{"a short time", "", clean, strings.Replace(clean, "1h", "20s", 1), ""},
		{"the target of two locations", "", clean + "\nlocation /x {\nproxy_pass http://10.2.0.@;\n}",
			clean + "\nlocation /x {\nproxy_pass http://p@;\n}", ""},
		{"back to nginx", "", to("http://127.0.0.1:3@"), to("http://127.0.0.1:80"), ""},
		{"back to nginx by a name", "", to("http://10.0.0.@"), to("http://localhost:80"), ""},
		{"back to nginx by an upstream", "upstream q9 { server 127.0.0.1:80; }", to("http://p@"), to("http://q9"), ""},
		{"the own name of a header", "", with("proxy_set_header Host app.example.org;"),
			with("proxy_set_header Host s@.example.com;"), ""},
		{"the Origin", "", with("proxy_set_header Origin https://app.example.org;"),
			with("proxy_set_header Origin https://s9.example.com;"), ""},
		{"the Origin for a domain", "", "server_name s@.example.com;\n" +
			with("proxy_set_header Origin http://s9.example.com;"),
			"server_name s9.example.com;\n" + with("proxy_set_header Origin http://s9.example.com;"), ""},
		{"referers", "", with("valid_referers none *.example.com;\nif ($invalid_referer) { return 403; }"),
			"server_name s9.example.org;\n" + with("valid_referers none *.example.com;\n"+
				"if ($invalid_referer) { return 403; }"), ""},
		{"an upstream that names a WebSocket", "upstream ws9 { server 10.4.0.1:80; }",
			strings.Replace(to("http://p@"), "/ws", "/live", 1), strings.Replace(to("http://ws9"), "/ws", "/live", 1), ""},
		{"the scheme of an upstream", "", to("http://p@"), to("https://p@"), ""},
		{"the path behind an upstream", "", to("http://p@/ws"), to("http://p@/x"), ""},
		{"the scheme of an address", "", to("http://10.0.0.@"), to("https://10.0.0.@"), ""},
		{"the path behind an address", "", to("http://10.0.0.@/ws"), to("http://10.0.0.@/x/"), ""},
		{"what an upstream hashes", "upstream q9 { hash $host; server 10.4.0.1:80; server 10.4.0.2:80; }", to("http://p@"),
			to("http://q9"), ""},
		{"servers of an upstream", "upstream q9 { server 10.4.0.1:80; server 10.4.0.2:80; }", to("http://p@"),
			to("http://q9"), ""},
		{"keepalive of an upstream", "upstream q9 { server 10.4.0.1:80; keepalive 4; }",
			strings.Replace(to("http://p@"), up, "", 1), strings.Replace(to("http://q9"), up, "", 1), ""},
		{"an address of a name", "", to("http://10.0.0.@"), to("http://app.internal"), ""},
		{"a location that all include", "", "include s.conf;\n" + strings.Replace(clean, "/ws", "/x", 1), "",
			"-- s.conf --\n" + strings.ReplaceAll(clean, "p@", "p1")},
		{"a location that all include, beside one of which something is to be said", "", "include s.conf;\n" + dirty, "",
			"-- s.conf --\n" + strings.ReplaceAll(strings.ReplaceAll(clean, "p@", "p1"), "/ws", "/wss")},
		{"many locations that two include", "", "return 404;",
			"include m.conf;\n}\nserver {\nlisten 80;\nserver_name x.example.com;\n" +
				"include m.conf;", "-- m.conf --\n" + many(strings.ReplaceAll(clean, "p@", "10.1.1.1"))},
		{"what only one includes", "", "include s.conf;\n" + clean, "include t.conf;\n" + clean,
			"-- s.conf --\nadd_header X-A a;\n-- t.conf --\nrewrite ^/ws /x permanent;\n"},
	} {
		t.Run(g.name, func(t *testing.T) { holdText(t, "nginx.conf", g.text()) })
	}
}

// dirtyPass is a location of which something is to be said.
func dirtyPass(to string) string { return "location /ws {\nproxy_pass " + to + ";\n}" }

// many is a location as often as it pays to look for those that are alike.
func many(location string) (text string) {
	for i := range 70 {
		text += strings.Replace(location, "/ws", fmt.Sprintf("/app%d/ws", i), 1) + "\n"
	}
	return text
}
