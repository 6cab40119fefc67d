package lint_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
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
		old    = "rewrite ^/old@/ /y permanent;\n"
		tries  = "location /ws {\ntry_files /null =404;\nproxy_pass http://p@;\n" + up + long + "}"
		files  = "location / {\ntry_files /null @app;\n}\nlocation @app {\nproxy_pass http://10.3.3.3;\n" + up + long + "}\n"
	)
	const no = "\nlocation @app {\nreturn 403;\n}\n"
	falls := strings.Replace(clean, "{\n", "{\ntry_files /$x @app;\n", 1) + no
	to := func(pass string) string { return strings.Replace(clean, "http://p@", pass, 1) }
	at := func(path string) string { return strings.Replace(clean, "/ws", path, 1) }
	app := func(pass string) string { return strings.Replace(to(pass), "/ws", "/app", 1) }
	polling := func(pass string) string { return strings.Replace(to(pass), "/ws", "/socket.io/", 1) }
	page := func(words string) string { // of a location that lets nobody in
		return "error_page " + words + ";\n" + strings.Replace(to("http://10.3.3.3"), "{\n", "{\ndeny all;\n", 1) + "\n"
	}
	unless := func(file string) string { return "if (!-f " + file + ") {\nreturn 403;\n}\n" }
	with := func(lines string) string { return strings.Replace(clean, "{\n", "{\n"+lines+"\n", 1) }
	inRoot := func(root string) string {
		return with(root + "\nif (-f $document_root/x) {\nreturn 404;\n}")
	}
	const redirected = "server_name s@.example.com;\nreturn 301 https://$host$request_uri;\n}\nserver {\nlisten 443;\n" +
		"server_name s@.example.com;\n"
	local := "server {\nlisten 127.0.0.1:80 default_server;\n" + strings.Replace(clean, "p@", "10.1.1.1", 1)
	gone := func(listen string) string { return "listen " + listen + ";\nserver_name s13.example.com;\nreturn 404;" }
	behind := func(pass, listen string) string { // of a server that passes requests on to another one of its name
		return "listen 80;\nserver_name s@.example.com;\nlocation / {\nproxy_pass " + pass + ";\n" +
			"proxy_set_header Host $host;\n" + up + long + "}\n}\nserver {\nlisten " + listen +
			";\nserver_name s@.example.com;\n"
	}
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
		{"the target of two locations", "", to("http://10.2.0.@") + "\nlocation /x {\nproxy_pass http://10.2.1.@;\n}",
			to("http://10.2.0.@") + "\nlocation /x {\nproxy_pass http://10.2.0.@;\n}", ""},
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
		{"the first of a name of two", "", clean, "server_name s13.example.com;\n" + dirty, ""},
		{"the first of a name of two with a dot", "", clean, "server_name .s13.example.com;\n" + dirty, ""},
		{"the name at another address", local + "}", clean, gone("127.0.0.1:80"), ""},
		{"a pattern of names at another address", local + "}\nserver {\nlisten 127.0.0.1:80;\nserver_name ~^s13;\n" +
			"return 404;\n}", clean, "", ""},
		{"the second of a name of three", "", redirected + clean, gone("81") + "\n}\nserver {\n" + gone("443"), ""},
		{"one of the servers with a name", "", redirected + clean, redirected + dirty, ""},
		{"one of the servers with a name, which redirects", "", redirected + dirty, dirty, ""},
		{"the name of another port, asked for", "", redirected + to("http://10.0.0.@"),
			redirected + to("http://s13.example.com"), ""},
		{"the name behind another port", "", behind("http://127.0.0.1:8080", "8080") + clean,
			behind("http://127.0.0.1:8080", "8080") + dirty, ""},
		{"the name behind a unix socket", "", behind("http://unix:/run/in.sock", "unix:/run/in.sock") + clean,
			behind("http://unix:/run/in.sock", "unix:/run/in.sock") + dirty, ""},
		{"the name behind a unix socket in an upstream", "upstream in { server unix:/var/run/in.sock; }",
			behind("http://in", "unix:/run/in.sock") + clean, behind("http://in", "unix:/run/in.sock") + dirty, ""},
		{"a unix socket that names a WebSocket", "", up + clean + dirtyIn("/x", "http://unix:/run/a@.sock"),
			up + clean + dirtyIn("/x", "http://unix:/run/ws.sock"), ""},
		{"the path behind a unix socket", "", to("http://unix:/run/a@.sock:/ws"), to("http://unix:/run/a@.sock:/x/"), ""},
		{"the scheme of a unix socket", "", to("http://unix:/run/a@.sock"), to("https://unix:/run/a@.sock"), ""},
		{"the unix socket of two locations", "", to("http://unix:/run/a@.sock") + "\nlocation /x {\n" +
			"proxy_pass http://unix:/run/b@.sock;\n}", to("http://unix:/run/a@.sock") + "\nlocation /x {\n" +
			"proxy_pass http://unix:/run/a@.sock;\n}", ""},
		{"the own name in Host", "", with("proxy_set_header Host s@.example.com;"),
			with("proxy_set_header Host s1.example.com;"), ""},
		{"one of the own names in Host", "", "server_name s@.example.com w@.example.com;\n" +
			with("proxy_set_header Host s@.example.com;"), "server_name s@.example.com w@.example.com;\n" +
			with("proxy_set_header Host w@.example.com;"), ""},
		{"no passwords", "", with("auth_basic @;\nauth_basic_user_file /srv/@;"),
			with("auth_basic off;\nauth_basic_user_file /srv/@;"), ""},
		{"passwords of a request", "", with("auth_basic @;\nauth_basic_user_file /srv/@;"),
			with("auth_basic @;\nauth_basic_user_file /srv/$cookie_x;"), ""},
		{"an alias in the root", "", unless("$document_root/x") + "root /srv/@;\n" +
			at("/ws/")[:len(at("/ws/"))-1] + "alias /home/@/;\nif (-f $document_root/x) {\nreturn 404;\n}\n}",
			unless("$document_root/x") + "root /srv/9;\n" + at("/ws/")[:len(at("/ws/"))-1] +
				"alias /srv/9;\nif (-f $document_root/x) {\nreturn 404;\n}\n}", ""},
		{"a FastCGI of all and none", "", clean + "\nlocation / {\nfastcgi_pass unix:/run/@;\n}",
			strings.Replace(clean, "proxy_pass http://p@", "fastcgi_pass unix:/run/@", 1) +
				"\nlocation / {\nfastcgi_pass unix:/run/@;\n}", ""},
		{"a name that is an upstream", "upstream a9 { hash $host; server 10.4.0.1:80 down; }", to("http://a@"), "", ""},
		{"a name that names a WebSocket", "", up + clean + dirtyIn("/x", "http://a@:80"),
			up + clean + dirtyIn("/x", "http://ws:80"), ""},
		{"a name of several labels", "", to("http://a@:80"), to("http://x-1.eu-west-1.elb.amazonaws.com:80"), ""},
		{"no names at all", "", "# server_name\n" + dirty, "", ""},
		{"no name beside the default server", "server {\nlisten 80 default_server;\nreturn 403;\n}", clean,
			"server_name _;\n" + clean, ""},
		{"an own name around", "proxy_set_header Origin https://s1.example.com;\nproxy_set_header Host $host;\n" + up + long,
			dirtyPass("http://p@"), "", ""},
		{"where a directive ends", "", with("index a internal;"), with("index a;\ninternal;"), ""},
		{"a file of the same text", "", "include s.conf;", "include t.conf;", "-- s.conf --\n" +
			strings.ReplaceAll(clean, "p@", "p1") + "\n-- t.conf --\n" + strings.ReplaceAll(clean, "p@", "p1")},
		{"the path behind an upstream for a path", "", app("http://p@/app"), app("http://p@/app/"), ""},
		{"the path behind an address for a path", "", app("http://10.0.0.@/app"), app("http://10.0.0.@/app/"), ""},
		{"a server of an upstream that is down", "upstream q9 { server 10.4.0.1:80 down; }", to("http://p@"),
			to("http://q9"), ""},
		{"servers of an upstream for polling", "upstream q9 { server 10.4.0.1:80; server 10.4.0.2:80; }",
			polling("http://p@"), polling("http://q9"), ""},

		{"a root that a request says", "", "root /srv;\n" + tries, "root /$cookie_x;\n" + tries, ""},
		{"a root that a template says", "", "root /srv/@;\n" + tries, "root /srv/{{ x }};\n" + tries, ""},
		{"the root of a condition and another", "", unless("$document_root/x") + "root /srv/@;\n" + inRoot("root /srv/a@;"),
			unless("$document_root/x") + "root /srv/9;\n" + inRoot("root /srv/9;"), ""},
		{"the root beside an alias", "", unless("$document_root/x") + "root /srv/@;\nlocation /ws/ {\nalias /srv/9/;\n" +
			"if (-f ${request_filename}x) {\nreturn 404;\n}\nproxy_pass http://p@;\n" + up + long + "}", "", ""},
		{"a root that is called like the path", "", "root /srv/a@;\nset $x null;\n" + falls, "root /srv/ws;\nset $x null;\n" +
			falls, ""},
		{"an alias that is called like the path", "", "location /ws {\nalias /srv/a@;\ntry_files \"\" @app;\nproxy_pass " +
			"http://p@;\n}" + no, "location /ws {\nalias /srv/ws;\ntry_files \"\" @app;\nproxy_pass http://p@;\n}" + no, ""},
		{"an alias that ends in a slash", "", "location = / {\nalias /srv/@/;\n" + unless("$document_root") +
			"proxy_pass http://p@;\n" + up + "}", "location = / {\nalias /srv/@;\n" + unless("$document_root") +
			"proxy_pass http://p@;\n" + up + "}", ""},
		{"a root that ends in two slashes", "", "root /srv/@//;\nlocation = / {\n" + unless("$document_root") +
			"proxy_pass http://p@;\n" + up + "}", "root /srv/@/;\nlocation = / {\n" + unless("$document_root") +
			"proxy_pass http://p@;\n" + up + "}", ""},
		{"the root around", "root /srv/9;", unless("$document_root/x") + inRoot("root /srv/@;"), "", ""},
		{"a file in the root", "", "root /srv/@;\n" + unless("/srv/9/x") + inRoot(""), "", ""},
		{"a file in the root by a variable", "", "set $f /srv/9/x;\nroot /srv/@;\n" + unless("$f") + inRoot(""), "", ""},
		{"a file in the root by a map", "map $http_upgrade $n { default 9; }", "root /srv/@;\n" + unless("/srv/$n/x") +
			inRoot(""), "", ""},

		{"a rewrite of what is below", "", old + app("http://p@/app"), "rewrite ^/app/ws /y permanent;\n" +
			app("http://p@/app"), ""},
		{"a rewrite by a capture", "", "rewrite ^/ws(.*)$ $1;\n" + old + at("/ws/old9/x"), "", ""},
		{"a rewrite by half a path and a capture", "", "rewrite ^/ws(.*)$ /o$1;\n" + old + at("/wsld9/x") + "\n" + at("/"),
			"", ""},
		{"a path that an if asks for", "", old + "if ($uri !~ ^/old9/x) {\nreturn 403;\n}\n" + at("/"), "", ""},
		{"a path that a page leads to", "", old + page("403 = /old9/x") + at("/"), "", ""},
		{"a path that a page of a location leads to", "", old + "location /ws {\nerror_page 403 = /old9/x;\ndeny all;\n" +
			"proxy_pass http://p@;\n" + up + long + "}\n" + at("/"), "", ""},
		{"a path that a page by a variable leads to", "map $http_x $p { default /old9/x; }", old + page("403 = $p") + at("/"),
			"", ""},
		{"a path for all", "", old + files + "location = /x {\nreturn 404;\n}", "rewrite ^/ws /y permanent;\n" + files +
			"location = /x {\nreturn 404;\n}", ""},
		{"another path for all", "", old + files + "location = /ws {\nreturn 404;\n}", "rewrite ^/x /y permanent;\n" +
			files + "location = /ws {\nreturn 404;\n}", ""},
		{"a path of a regex", "", old + at("~ ^/old9/ws"), "", ""},
		{"a path in a location for all", "", old + "location / {\n" + at("/old9/ws") + "\n}", "", ""},

		{"a page for another status", "", page("403 = /e@") + at("/e"), page("404 = /e@") + at("/e"), ""},
		{"a page by a variable", "", page("403 = /e@") + at("/e"), page("403 = /e$cookie_x") + at("/e"), ""},
		{"a page of a path that is passed on", "proxy_set_header X-Forwarded-Uri $uri;", page("403 = /e@") + at("/e"), "",
			""},
		{"a page that is looked up in a map", "map $uri $c { default upgrade; /e9 close; }", page("403 = /e@") +
			strings.Replace(at("/"), "upgrade;", "$c;", 1), "", ""},
		{"a page that lacks a slash", "", page("403 = /f/@") + at("/f/"), page("403 = /f") + at("/f/"), ""},
		{"a page in another location", "", page("403 = /e@") + at("/e") + "\nlocation /f {\nreturn 403;\n}",
			page("403 = /f@") + at("/e") + "\nlocation /f {\nreturn 403;\n}", ""},
	} {
		name := "nginx.conf"
		if strings.Contains(g.text(), "{{") {
			name += ".j2"
		}
		t.Run(g.name, func(t *testing.T) { holdText(t, name, g.text()) })
	}
}

// TestNginxShownFiles: where the files of the roots can be looked at, or those of one of them, each server has its own.
func TestNginxShownFiles(t *testing.T) {
	dir := t.TempDir()
	g := guardedServer{most: "root /srv/@;\nlocation /ws {\nif (-f $document_root/now/down) {\nreturn 503;\n}\n" +
		"proxy_pass http://p@;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection upgrade;\n" +
		"proxy_http_version 1.1;\nproxy_read_timeout 1h;\n}"}
	now := fmt.Sprintf("/srv/%d/now", odd)
	down := txtar.File{Name: now[1:] + "/down"}
	main := txtar.File{Name: "nginx.conf", Data: []byte(g.text())}
	if err := txtar.Write(&txtar.Archive{Files: []txtar.File{main, down}}, dir); err != nil {
		t.Fatal(err)
	}
	for _, options := range []parsers.Options{{Root: dir}, {Map: [][2]string{{now, dir + now}}}} {
		in := lint.Input{Args: []string{filepath.Join(dir, "nginx.conf")}, Rules: rules.All, Options: options}
		var found [2][]string
		for i := range found {
			in.EachServer = i > 0
			res, err := lint.Check(in)
			if err != nil {
				t.Fatal(err)
			}
			found[i] = told(res, in.Routes)
		}
		if len(found[1]) < 2 || !slices.Equal(found[0], found[1]) {
			t.Errorf("%v: %d lines instead of %d of the one server that is down", options, len(found[0]), len(found[1]))
		}
	}
}

// dirtyPass is a location of which something is to be said.
func dirtyPass(to string) string { return dirtyIn("/ws", to) }

func dirtyIn(path, to string) string { return "location " + path + " {\nproxy_pass " + to + ";\n}" }

// many is a location as often as it pays to look for those that are alike.
func many(location string) (text string) {
	for i := range 70 {
		text += strings.Replace(location, "/ws", fmt.Sprintf("/app%d/ws", i), 1) + "\n"
	}
	return text
}
