package lint_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// In what follows, <a|b|c> is a mostly, or one of the others, @ a number of its own and # one that a few share; @app is
// a named location.

// realListens are how servers listen, and what they have beside it.
var realListens = []string{
	"listen 80;", "listen 80;\nlisten [::]:80;", "listen 443 ssl;\nTLS",
	"listen 443 ssl http2;\nlisten [::]:443 ssl http2;\nTLS",
	"listen 443 ssl; # managed by Certbot\nTLS", "listen 443 ssl;\nhttp2 <on|off>;\nTLS",
	"listen 80;\nlisten 443 ssl;\nTLS",
	"listen 203.0.113.<1|2|3>:80;\nlisten 203.0.113.1:443 ssl;\nTLS", "listen 21@;", "listen <127.0.0.1:8080|8080>;",
	"listen 80 proxy_protocol;\nset_real_ip_from 10.0.0.0/8;\nreal_ip_header proxy_protocol;",
	"listen unix:/run/s@.sock;",
	"listen 443 ssl proxy_protocol;\nTLS", "listen 10.9.0.@:80;", "listen 80;\nlisten unix:/run/web.sock;",
}

var realNames = []string{
	"server_name s@.example.com;", "server_name s@.example.com www.s@.example.com;",
	"server_name s@.example.<com|org|net>;", "server_name www.s@.example.com s@.example.com;",
	"server_name s@.example.com <|s@.example.org|*.s@.example.com|10.0.0.@|localhost>;",
	"server_name .s@.example.com;", "server_name s@.<example.com|s1.example.com|internal>;",
	"server_name s<@|1>.example.com;", "server_name s@.example.com app<@|7>.example.net;",
	"server_name customer-@.example.com <|_>;", "server_name Site@.Example.com;",
	`server_name ~^(www\.)?s@\.example\.com$;`,
}

var realTLS = []string{
	"ssl_certificate /etc/letsencrypt/live/s@.example.com/fullchain.pem; # managed by Certbot\n" +
		"ssl_certificate_key /etc/letsencrypt/live/s@.example.com/privkey.pem; # managed by Certbot\n" +
		"ssl_dhparam /etc/letsencrypt/ssl-dhparams.pem;",
	"ssl_certificate /etc/nginx/certs/s@.crt;\nssl_certificate_key /etc/nginx/certs/s@.key;\ninclude snippets/ssl.conf;",
	"ssl_certificate /data/custom_ssl/npm-#/fullchain.pem;\nssl_certificate_key /data/custom_ssl/npm-#/privkey.pem;",
	"ssl_certificate /etc/ssl/all.pem;\nssl_certificate_key /etc/ssl/all.key;\nssl_session_timeout <5m|10m>;\n" +
		"ssl_client_certificate /etc/ssl/<ca|other>.pem;\nssl_verify_client <optional|on|off>;",
}

// realExtras are what servers have beside locations.
var realExtras = []string{
	"access_log /var/log/nginx/s@.access.log;\nerror_log /var/log/nginx/s@.error.log;", "access_log off;",
	"client_max_body_size <10m|100m|0>;", "root /var/www/s@<|/public|/htdocs>;", "root /var/www/html;",
	"auth_basic <\"Restricted\"|off>;\nauth_basic_user_file /etc/nginx/htpasswd/s@;",
	"allow 10.0.0.0/8;\nallow <192.168.0.0/16|127.0.0.1>;\ndeny <all|10.0.0.9>;", "deny 192.0.2.@;",
	"add_header X-Site s@ always;", "add_header Strict-Transport-Security \"max-age=31536000\" always;",
	"add_header X-Frame-Options <SAMEORIGIN|DENY>;\nadd_header Connection <keep-alive|close>;",
	"add_header Content-Security-Policy \"connect-src 'self' <wss://s1.example.com|wss://*.example.com>\";",
	"error_page 500 502 503 504 /<50x|5xx|s@>.html;", "error_page 404 /404-@.html;", "error_page 403 = <@app|/denied>;",
	"error_page 502 https://status.example.com/;", "error_page 403 /<ws|index>.html;", "error_page 401 = /login-@;",
	"proxy_set_header Host <$host|$http_host|s@.example.com|app.internal>;",
	"proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection <$up|\"upgrade\"|close>;",
	"proxy_http_version <1.1|1.0>;", "proxy_read_timeout <3600s|60s|86400|20|300|5m|@s|1@s>;",
	"proxy_send_timeout <60s|10s|@s|300s>;\nproxy_read_timeout <90s|10s|1@s|@s|301>;",
	"keepalive_timeout <65|0|@s|70 60|5>;", "rewrite ^/old-@/(.*)$ /new/$1 <permanent|last|redirect>;",
	"rewrite ^/<blog|ws|app>@?/(.*)$ /$1 <last|break|permanent>;", "rewrite ^/page#$ /x.php?q=@ last;",
	"if ($scheme <!=|=> https) { return 301 https://$host$request_uri; }",
	"if ($host = <www.s@.example.com|s@.example.com|s1.example.com>) { return 301 https://s@.example.com$request_uri; }",
	"if ($host !~* ^s@\\.example\\.com$) { return 444; }", "if ($request_method !~ ^(GET|HEAD|POST)$) { return 405; }",
	"if ($http_user_agent ~* (bot|@)) { return 403; }", "if (-f $document_root/maintenance.html) { return 503; }",
	"set $upstream http://10.0.0.<@|1>:8080;", "set $skip <0|1>;\nif ($http_cookie ~* \"sid@?\") { set $skip 1; }",
	"if ($bad<|_host>) { return 403; }", "if ($mobile) { rewrite ^ /m$uri last; }", "limit_conn addr <10|1>;",
	"limit_req zone=req burst=<20|5> nodelay;", "satisfy <any|all>;", "include snippets/<common|ws|headers>.conf;",
	"include sites/s@*.conf;", "include custom/<shared|s@*>.conf;", "auth_request /<auth|verify>;\nAUTH",
	"charset utf-8;",
	"gzip <on|off>;", "mirror /mirror;\nlocation = /mirror { internal; proxy_pass http://10.8.0.1; }",
	"location /.well-known/acme-challenge/ { root /var/www/<letsencrypt|s@>; }", "resolver 127.0.0.53 valid=<10s|30s>;",
	"location ~ /\\.<ht|git|(?!well-known)> { deny all; }",
	"location = /favicon.ico { log_not_found off; access_log off; }",
	"location /50x.html { root /usr/share/nginx/html; }", "location / { try_files $uri $uri/ <=404|/index.php?$args>; }",
	"location / { return 301 https://<$host|s@.example.com>$request_uri; }", "proxy_buffering <off|on>;",
	"ssi <on|off>;", "sub_filter <a|s@> b;", "merge_slashes <on|off>;", "large_client_header_buffers 4 <16k|32k>;",
	"proxy_intercept_errors <on|off>;\nerror_page 400 /e.html;", "server_tokens off;",
	"underscores_in_headers <on|off>;",
	"proxy_set_header X-Real-IP $remote_addr;\nproxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
	"location ~* \\.(js|css|png<|svg|s@>)$ { expires <30d|max>; root /srv; }",
	"return <404|301 https://s@.example.com/>;",
	"location ~ ^/(ws|s@)-?\\d*/x$ { return 403; }", "location ^~ /w { <return 404|deny all>; }", "index index.html;",
	"location ~ \\.php$ { fastcgi_pass unix:/run/php/s@.sock; }", "proxy_connect_timeout <5s|@s|60s>;",
	"secure_link $arg_md5,$arg_expires;\nsecure_link_md5 \"$uri s@\";", "proxy_ssl_server_name <on|off>;",
	"proxy_ssl_name s@.example.com;", "if ($http_origin !~* example\\.com) { return 403; }", "proxy_bind 10.0.0.<9|@>;",
	"valid_referers none <server_names|*.example.com|s@.example.com>;\nif ($invalid_referer) { return 403; }",
	"set $block 0;\nif ($uri ~ \"/(x@|y)\") { set $block 1; }\nif ($block) { return 403; }",
	"absolute_redirect <on|off>;", "location /static/ { alias /srv/<s@|www/s@|all>/static/; expires 30d; }",
	"add_header Access-Control-Allow-Origin <https://s@.example.com|*> always;", "proxy_set_header Host s@.example.com;",
	"location /media { alias /srv/www/s@; <try_files $uri @app;|> }", "auth_basic <\"Site s@\"|off>;",
	"location / { uwsgi_pass unix:/run/uwsgi/s@.sock; }", "location / { fastcgi_pass <php@|127.0.0.1|10.0.0.@>:9000; }",
}

// realLocations are those that WebSockets enter, or others; in their blocks HEADERS and TIMES are more lines, and TO is
// where they lead.
var realLocations = []string{
	"location / {\nproxy_pass TO;\nHEADERS\nTIMES\n}", "location /ws {\nproxy_pass TO;\nHEADERS\nTIMES\n}",
	"location /<ws|socket|s@> {\nHEADERS\nproxy_pass TO;\nTIMES\n}",
	"location /socket.io/ {\nproxy_pass TO<|/|/socket.io/>;\nHEADERS\nTIMES\n}",
	"location <=|^~> /ws {\nproxy_pass TO<|/app|/ws>;\nHEADERS\nTIMES\n}",
	"location ~ ^/(ws|socket<|s@>)$ {\nproxy_pass TO;\nHEADERS\nTIMES\n}",
	"location ~* /s@?/ws {\nproxy_pass TO;\nHEADERS\nTIMES\n}", "location /app@/ {\nproxy_pass TO/;\nHEADERS\nTIMES\n}",
	"location /app/ {\nrewrite ^/app/(.*)$ /<|s@/>$1 <break|last>;\nproxy_pass TO;\nHEADERS\nTIMES\n}",
	"location / {\ntry_files $uri @app;\n}\nlocation @app {\nproxy_pass TO;\nHEADERS\nTIMES\n}",
	"location / {\nerror_page 404 = @app;\nroot /srv/s@;\n}\nlocation @app {\nproxy_pass TO;\nHEADERS\n}",
	"location /api/ {\nproxy_pass TO;\nproxy_set_header Host $host;\n}\nlocation /api/ws {\nproxy_pass TO;\n" +
		"HEADERS\nTIMES\n}",
	"location / {\nproxy_pass TO;\nHEADERS\nlocation /<admin|ws> {\nallow 10.0.0.0/8;\ndeny all;\nproxy_pass TO;\n}\n}",
	"location /ws {\nauth_request /auth;\nproxy_pass TO;\nHEADERS\nTIMES\n}\nAUTH",
	"location /ws {\nif ($http_upgrade !~* websocket) { return 400; }\nproxy_pass TO;\nHEADERS\nTIMES\n}",
	"location /ws {\nlimit_except <GET|POST> { deny all; }\nproxy_pass TO;\nHEADERS\n}",
	"location /ws/ {\nproxy_pass TO<|/>;\nHEADERS\nTIMES\n}", "location /live {\nproxy_pass TO;\nTIMES\nHEADERS\n}",
	"location /ws {\nset $to http://10.0.0.@:8080;\nproxy_pass $to;\nHEADERS\n}",
	"location /ws {\nset $port <3000|80>;\nproxy_pass http://127.0.0.1:$port;\nHEADERS\n}",
	"location /cable {\nproxy_pass TO;\nHEADERS\ninclude snippets/<ws|headers>.conf;\n}",
	"location / {\ninclude snippets/<headers|ws>.conf;\nproxy_pass TO;\nTIMES\n}",
	"location / {\nproxy_pass TO;\nHEADERS\nproxy_redirect <off|default|http://s@/ />;\nproxy_cache <off|c>;\n}",
	"set $upstream http://10.0.0.<@|1>:8080;\nlocation /ws {\nproxy_pass $upstream;\nHEADERS\n}",
	"location /ws {\nproxy_pass http://$backend;\nHEADERS\n}",
	"location /ws {\nrewrite ^/ws<|@>(.*) /$1 break;\nproxy_pass TO;\nHEADERS\n}",
	"location /stream@ {\nproxy_pass TO;\nHEADERS\nTIMES\n}",
	"location /ws {\nreturn <301 https://s@.example.com/ws|426|403>;\n}",
	"location /ws {\nuwsgi_pass <127.0.0.1:3031|10.0.0.@:3031>;\nuwsgi_param HTTP_UPGRADE $http_upgrade;\n}",
	"location /ws {\nauth_basic \"s@\";\nauth_basic_user_file /etc/nginx/.htpasswd-@;\nproxy_pass TO;\nHEADERS\n" +
		"TIMES\n}",
	"location /ws {\nallow 10.0.<0|@>.0/24;\ndeny all;\nproxy_pass TO;\nHEADERS\nerror_page 403 /denied-@;\n}",
	"location /ws {\nproxy_pass TO;\nHEADERS\nproxy_hide_header <X-Powered-By|Upgrade|Sec-WebSocket-Accept>;\n}",
	"location /ws {\nproxy_pass TO;\nHEADERS\nadd_header Connection <keep-alive|upgrade>;\nssi <off|on>;\n}",
	"location /ws {\nproxy_pass TO;\nHEADERS\nproxy_next_upstream <error|off>;\nproxy_ignore_client_abort <on|off>;\n}",
	"location /ws {\nproxy_pass TO;\nHEADERS\nproxy_socket_keepalive <on|off>;\nproxy_method <GET|POST>;\n}",
	"location /ws {\nproxy_pass TO;\nHEADERS\nproxy_pass_request_headers <on|off>;\nuwsgi_read_timeout <1h|@s>;\n}",
}

// realHeaders are what becomes of the handshake's headers.
var realHeaders = []string{
	"proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\n" +
		"proxy_set_header Connection <\"upgrade\"|$up|close>;",
	"proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection $up;\n" +
		"proxy_set_header Host <$host|$http_host|s@.example.com|s@.example.com|$proxy_host>;\n" +
		"proxy_set_header X-Real-IP $remote_addr;",
	"proxy_set_header Host $host;\nproxy_set_header X-Forwarded-Proto $scheme;", "include snippets/ws.conf;",
	"proxy_http_version <1.1|1.0>;\nproxy_set_header Upgrade <$http_upgrade|websocket>;\n" +
		"proxy_set_header Connection \"Upgrade\";\nproxy_set_header X-Forwarded-Host <$host|s@.example.com>;",
	"proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection $http_connection;\n" +
		"proxy_set_header X-Site <s@|$server_name>;", "",
	"proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection upgrade;\n" +
		"proxy_set_header Origin <\"\"|https://s@.example.com|$http_origin>;\n" +
		"proxy_set_header X-Original-URI $request_uri;",
	"proxy_set_header Connection \"\";\nproxy_http_version 1.1;", "proxy_set_header Connection <upgrade|close>;",
}

// realTimes are timeouts of locations.
var realTimes = []string{
	"", "", "proxy_read_timeout <3600s|60s|20|@s|1@s|5m|299s|301s|0>;",
	"proxy_read_timeout 1h;\nproxy_send_timeout <1h|30s>;",
	"proxy_read_timeout 8640#;", "proxy_connect_timeout <7d|@>;\nproxy_send_timeout 7d;\nproxy_read_timeout <7d|@>;",
	"proxy_read_timeout <90|@0|1@>;\nproxy_send_timeout <90|@0|1@>;",
	"proxy_buffering off;\nproxy_read_timeout <600s|600ms>;",
}

// realTargets are where locations lead.
var realTargets = []string{
	"http://p@", "http://p@", "http://p#", "http://10.0.0.@:8080", "http://127.0.0.1:<3000|80|3#|8080|4@>", "http://p@",
	"https://p@", "http://localhost:3<000|001>", "http://10.0.<0.1|#.@>", "http://unix:/run/s@.sock:",
	"http://app@.internal:80",
	"https://10.0.0.@<|:8443>", "http://172.17.0.@:<3000|80>", "http://192.168.1.@:30#", "http://p@",
	"http://s@.example.com", "http://p@-ws", "http://<app@|web|s@_ws>:3000", "https://app@",
	"http://unix:/run/<s@|ws>.sock",
}

// realUpstreams are what upstreams are made of.
var realUpstreams = []string{
	"server 10.1.0.@:8080;", "server 127.0.0.1:<3@|80|8080>;", "server 10.1.0.@:80;\nserver 10.1.1.@:80 <|backup|down>;",
	"<|ip_hash|least_conn>;\nserver 10.1.0.@:80;\nserver 10.1.1.@:80;", "server 10.1.0.@:80;\nkeepalive <32|16>;",
	"<hash $remote_addr consistent|hash $host|hash $request_uri|random>;\nserver 10.1.0.@:80;\nserver 10.1.1.@:80;",
	"zone z@ 64k;\nserver 10.1.0.@:80 max_fails=<1|@>;", "server unix:/run/p@.sock;", "server app@.internal:3000;",
	"server 172.17.0.@:3000 <|weight=2|max_conns=1>;", "# p@\nserver 172.18.0.@:80;\nserver 127.0.0.1 down;",
	"server 10.1.0.@:80;\nserver 10.1.0.@:81;\nserver 127.0.0.<1|@>:82;",
}

// realArounds stand around the servers.
var realArounds = []string{
	"sendfile on;\nkeepalive_timeout <65|0>;", "proxy_read_timeout <60s|300s|20s>;",
	"access_log /var/log/nginx/access.log;",
	"log_format main '$remote_addr $host \"$request\"';\naccess_log /var/log/nginx/a.log main;", "resolver 127.0.0.11;",
	"proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection $up;",
	"proxy_set_header Host <$http_host|app.example.com|s1.example.com>;", "client_max_body_size 0;",
	"geo $blocked { default 0; 10.0.0.0/8 1; }", "ssl_protocols TLSv1.2 <TLSv1.3|>;", "error_page 502 /502.html;",
	"map $http_x_forwarded_proto $proto { default $http_x_forwarded_proto; '' $scheme; }",
	"server_names_hash_bucket_size 128;",
	"server {\nlisten 80 default_server;\nserver_name _;\nreturn <444|301 https://$host$request_uri>;\n}", "gzip on;",
	"server {\nlisten 443 ssl default_server;\nssl_reject_handshake on;\n}", "include conf.d/extra.conf;",
	"proxy_buffering off;",
	"split_clients $remote_addr $variant { 50% a; * b; }",
	"map $host $site { default x; <s7.example.com y|hostnames>; }",
	"server {\nlisten 8080;\nlocation / { proxy_pass http://127.0.0.1:80<|80>; proxy_set_header Host s7.example.com; }\n}",
	"proxy_cache_path /var/cache levels=1:2 keys_zone=c1:1m;", "auth_basic <off|x>;",
	"allow 10.0.0.0/8;\ndeny <192.0.2.1|all>;",
}

// repeated are directives that a block may have several times.
var repeated = []string{"location", "add_header", "proxy_set_header", "rewrite", "if", "allow", "deny", "error_page",
	"include", "set", "listen", "server", "}", "map", "geo", "set_real_ip_from"}

// realNginx makes up a configuration of nginx.
type realNginx struct{ realConfig }

// block makes one text of some, without what nginx takes only once.
func (g realNginx) block(texts ...string) string {
	var lines []string
	seen := []map[string]bool{{}} // in the blocks around
	left := 0                     // how deep a block is that is left out
	for line := range strings.SplitSeq(strings.Join(texts, "\n"), "\n") {
		opens, closes := strings.HasSuffix(line, "{"), strings.HasPrefix(line, "}")
		what, rest, _ := strings.Cut(line, " ")
		once := !slices.Contains(repeated, what)
		if what == "location" || what == "error_page" || what == "server_name" || strings.HasPrefix(rest, "Connection ") {
			what, _, _ = strings.Cut(strings.Replace(line, "^~ ", "", 1), "{")
			once = true
		} else if strings.HasSuffix(line, "/ws.conf;") {
			what, once = "proxy_http_version", true // which is in it
		}
		here := seen[len(seen)-1]
		switch {
		case left > 0 && closes:
			left--
			continue
		case left > 0 || line == "" || line == ";" || once && here[what] && !closes:
			if opens {
				left++
			}
			continue
		}
		here[what] = true
		if opens {
			seen = append(seen, map[string]bool{})
		} else if closes {
			seen = seen[:len(seen)-1]
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

const auth = "location = /<auth|verify> {\ninternal;\nproxy_pass http://10.7.0.<1|@>:9000;\n" +
	"proxy_pass_request_body off;\n" +
	"proxy_set_header X-Original-URI $request_uri;\n}"

// location makes up one of a kind.
func (g realNginx) location() string {
	headers := []string{g.pick(realHeaders[:2]), g.pick(realHeaders)}[g.IntN(2)]
	text := strings.NewReplacer("HEADERS", headers, "TIMES", g.pick(realTimes), "TO", g.pick(realTargets)).
		Replace(g.pick(realLocations))
	return text
}

// kind makes up a kind of servers.
func (g realNginx) kind() string {
	texts := []string{g.pick(realListens), g.pick(realNames[:1+g.IntN(1+g.IntN(len(realNames)))])}
	texts = append(texts, g.some(2, realExtras)...)
	for range 1 + g.IntN(2) {
		texts = append(texts, g.location())
	}
	r := strings.NewReplacer("TLS", g.pick(realTLS), "AUTH", auth)
	return r.Replace(strings.Join(texts, "\n"))
}

// filled is one of many alike.
func (g realNginx) filled(kind string, i int) string {
	text := g.fill(strings.NewReplacer("@app", "\x00", "# ", "\x01").Replace(kind), i)
	return g.block(strings.NewReplacer("\x00", "@app", "\x01", "# ").Replace(text))
}

// indented lays a text out.
func (g realNginx) indented(text string, by string) string {
	var b strings.Builder
	depth := 0
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "}") {
			depth--
		}
		b.WriteString(strings.Repeat(by, depth) + line + "\n")
		if strings.HasSuffix(line, "{") {
			depth++
		}
		if g.IntN(g.rare*30) == 0 {
			b.WriteString([]string{"\n", "# changed\n", "    # old;\n"}[g.IntN(3)])
		}
	}
	return b.String()
}

// realFiles are those that are included.
const realFiles = `-- snippets/ws.conf --
proxy_http_version 1.1;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection $up;
-- snippets/headers.conf --
proxy_set_header Host $host;
proxy_set_header X-Real-IP $remote_addr;
-- snippets/common.conf --
location /shared/ws {
    proxy_pass http://10.6.0.1:3000;
    include snippets/ws.conf;
}
-- snippets/ssl.conf --
ssl_protocols TLSv1.2 TLSv1.3;
-- custom/shared.conf --
add_header X-Custom 1;
-- conf.d/extra.conf --
proxy_send_timeout 90s;
`

// randomRealNginx is a configuration as people have them, with the files that it includes behind it.
func randomRealNginx(r *rand.Rand) string {
	g := realNginx{realConfig{r, 20 + r.IntN(300)}}
	var main, sites, files strings.Builder
	files.WriteString(realFiles)
	main.WriteString("events {}\n")
	if g.IntN(6) == 0 {
		main.WriteString("stream {\nserver { listen 5432; proxy_pass 10.3.0.1:5432; }\n}\n")
	}
	main.WriteString("http {\nmap $http_upgrade $up { default upgrade; '' close; }\n" +
		"map $arg_b $backend { default p1; }\n" +
		"map $http_user_agent $bad { default 0; ~*evil 1; }\nmap $http_x $bad_host { default 0; }\n" +
		"map $http_user_agent $mobile { default 0; ~*phone 1; }\nproxy_cache_path /var/cache/c keys_zone=c:1m;\n" +
		"limit_conn_zone $binary_remote_addr zone=addr:1m;\nlimit_req_zone $binary_remote_addr zone=req:1m rate=9r/s;\n")
	main.WriteString(g.indented(g.fill(g.block(g.some(2, realArounds)...), 0), "    "))
	n, layout := 70+r.IntN(20), r.IntN(4)
	ups := []string{g.pick(realUpstreams), g.pick(realUpstreams)}
	upstreams := func(i int) string {
		up := g.filled(ups[g.IntN(g.rare)/(g.rare-1)], i)
		return fmt.Sprintf("upstream p%d {\n%s\n}\n", i, strings.TrimPrefix(strings.TrimPrefix(up, ";"), "\n")) +
			fmt.Sprintf("upstream p%d-ws {\nserver 10.5.0.%[1]d:80;\n}\n", i)
	}
	kinds := []string{g.kind(), g.kind()}
	redirect := g.pick([]string{"", "",
		"server {\nlisten 80;\nserver_name s@.example.com;\nreturn 301 https://$host$request_uri;\n}",
		"server {\nif ($host = s@.example.com) {\nreturn 301 https://$host$request_uri;\n} # managed by Certbot\n" +
			"listen 80;\nserver_name s@.example.com;\nreturn 404; # managed by Certbot\n}"})
	for i := range n {
		if layout == 1 || layout == 2 && i%10 == 0 {
			fmt.Fprintf(&files, "-- conf.d/s%d.site --\n%s", i, sites.String())
			sites.Reset()
		}
		if i == 0 {
			for k := n; k < 200; k++ {
				sites.WriteString(fmt.Sprintf("upstream p%d { server 10.1.0.%[1]d:80; }\n"+
					"upstream p%[1]d-ws { server 10.1.1.%[1]d:80; }\n", k))
			}
		}
		kind := kinds[g.IntN(2)]
		if g.IntN(g.rare) == 0 {
			kind = g.kind()
		}
		if g.IntN(g.rare) == 0 {
			kind = strings.Replace(kind, "\n", "\n"+strings.ReplaceAll(g.pick(realExtras), "AUTH", auth)+"\n", 1)
		}
		sites.WriteString(g.indented(upstreams(i)+g.filled(redirect, i)+"\n"+"server {\n"+g.filled(kind, i)+"\n}", "    "))
	}
	if layout == 1 || layout == 2 {
		fmt.Fprintf(&files, "-- conf.d/zz.site --\n%s", sites.String())
		main.WriteString("include conf.d/*.site;\n}\n")
	} else {
		main.WriteString(sites.String() + "}\n")
	}
	return main.String() + files.String()
}

// TestAlikeRealNginx is TestAlike for what people have.
func TestAlikeRealNginx(t *testing.T) { holdSome(t, *alikeRuns/5, "nginx.conf", randomRealNginx) }
