package main

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/internal/workload"
)

// inHTTP is an nginx.conf with this in its http block.
func inHTTP(text string) string {
	return "events { worker_connections 4096; }\nhttp {\n    server_names_hash_max_size 1048576;\n" +
		"    server_names_hash_bucket_size 128;\n" + upgradeMap + text + "}\n"
}

const (
	upgradeMap = "    map $http_upgrade $connection_upgrade {\n        default upgrade;\n        '' close;\n    }\n"
	handshake  = "            proxy_http_version 1.1;\n            proxy_set_header Upgrade $http_upgrade;\n" +
		"            proxy_set_header Connection $connection_upgrade;\n            proxy_read_timeout 1h;\n"
)

func smallFile(p *project, _ int) {
	p.File("nginx.conf", inHTTP("    server {\n        listen 80;\n        server_name chat.example.com;\n"+
		"        location /ws {\n            proxy_pass http://127.0.0.1:3000;\n"+handshake+"        }\n    }\n"))
}

// perFile is how many generated servers one file has: wslint reads no file of more than 16 MiB.
const perFile = 10_000

// generated is what a hosting company's generator would write: upstreams, and per server a static location, an API and
// a WebSocket, in several spellings. Large ones are spread over files.
func generated(p *project, n int) {
	var b strings.Builder
	b.WriteString("    proxy_http_version 1.1;\n")
	for i := range max(n/10, 1) {
		fmt.Fprintf(&b, "    upstream pool%d {\n        server 10.%d.%d.10:8080 max_fails=3;\n"+
			"        server 10.%[2]d.%[3]d.11:8080 backup;\n        keepalive 16;\n    }\n", i, i/250%250, i%250)
	}
	if n <= perFile {
		generatedServers(&b, 0, n, n)
	} else {
		b.WriteString("    include servers/*.conf;\n")
	}
	p.File("nginx.conf", inHTTP(b.String()))
	for from := 0; n > perFile && from < n; from += perFile {
		b.Reset()
		generatedServers(&b, from, min(from+perFile, n), n)
		p.File(fmt.Sprintf("servers/%03d.conf", from/perFile), b.String())
	}
}

// generatedServers writes the servers [from, to) of n.
func generatedServers(b *strings.Builder, from, to, n int) {
	other := []string{
		"        location /api/ {\n            proxy_pass http://pool%d;\n            proxy_set_header Host $host;\n" +
			"        }\n",
		"        location ~ ^/api/v[0-9]+/(users|orders)/ {\n            proxy_pass http://pool%d;\n        }\n",
		"        location ~* \\.(css|js|png|jpg)$ {\n            expires 7d;\n            access_log off;\n" +
			"        }\n        # pool%d\n",
	}
	for i := from; i < to; i++ {
		fmt.Fprintf(b, "    server {\n        listen 80;\n"+
			"        server_name site%d.example.com www.site%[1]d.example.com;\n        root /srv/www/site%[1]d;\n"+
			"        location / {\n            try_files $uri $uri/ =404;\n        }\n", i)
		pool := min(i/10, max(n/10, 1)-1)
		fmt.Fprintf(b, other[i%3], pool)
		fmt.Fprintf(b, "        location %s {\n            proxy_pass http://pool%d;\n            proxy_set_header Upgrade "+
			"$http_upgrade;\n            proxy_set_header Connection %s;\n            proxy_read_timeout 1h;\n"+
			"        }\n    }\n", []string{"/ws", "/socket.io/", "^~ /live/"}[i%3], pool,
			[]string{"$connection_upgrade", `"upgrade"`}[i%2])
	}
}

// faulty has a WebSocket without its headers in each server.
func faulty(p *project, n int) {
	p.File("nginx.conf", inHTTP(workload.Repeat(n,
		"    server {\n        listen 80;\n        server_name site#.example.com;\n"+
			"        location /ws {\n            proxy_pass http://127.0.0.1:3000;\n            proxy_read_timeout 1h;\n"+
			"            proxy_set_header Upgrade $http_upgrade;\n            proxy_set_header Connection upgrade;\n"+
			"        }\n    }\n")))
}

// included has a file a site, as people write them: no two sites are quite the same.
func included(p *project, n int) {
	p.File("nginx.conf", inHTTP("    include conf.d/*.conf;\n"))
	for i := range n {
		p.File(fmt.Sprintf("conf.d/site%d.conf", i), site(i))
	}
}

// site is one of many that differ.
func site(i int) string {
	more := []string{
		"    add_header X-Site %d;\n", "    client_max_body_size %dm;\n", "    error_page 404 /%d.html;\n",
		"    gzip on;\n    gzip_min_length %d;\n", "    return 404 %d;\n", "    keepalive_timeout %ds;\n",
		"    rewrite ^/old%d/(.*)$ /new/$1 last;\n",
	}
	var b strings.Builder
	fmt.Fprintf(&b, "upstream app%d {\n    server 127.0.0.1:%d;\n", i, 1024+i%60000)
	if i%2 == 0 {
		fmt.Fprintf(&b, "    server 127.0.0.2:%d;\n    ip_hash;\n", 1024+i%60000)
	}
	fmt.Fprintf(&b, "}\nserver {\n    listen 80;\n    server_name site%d.example.com;\n", i)
	kind := i % len(more)
	if kind != 4 {
		fmt.Fprintf(&b, more[kind], i+1)
	}
	fmt.Fprintf(&b, "    location %s {\n        proxy_pass http://app%d;\n", []string{"/ws", "/chat/", "/live"}[i%3], i)
	b.WriteString("        proxy_http_version 1.1;\n        proxy_set_header Upgrade $http_upgrade;\n" +
		"        proxy_set_header Connection $connection_upgrade;\n")
	fmt.Fprintf(&b, "        proxy_read_timeout %ds;\n    }\n    location / {\n", 600+i)
	fmt.Fprintf(&b, "        proxy_pass http://app%d;\n        proxy_set_header X-Request-Start %[1]d;\n    }\n}\n", i)
	return b.String()
}

// snippets has servers that include the same five files.
func snippets(p *project, n int) {
	p.File("snippets/proxy.conf", "proxy_set_header Host $host;\nproxy_set_header X-Real-IP $remote_addr;\n"+
		"proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\nproxy_set_header X-Forwarded-Proto $scheme;\n")
	p.File("snippets/websocket.conf", "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\n"+
		"proxy_set_header Connection $connection_upgrade;\nproxy_read_timeout 1h;\n")
	p.File("snippets/security.conf", "add_header X-Frame-Options DENY always;\n"+
		"add_header X-Content-Type-Options nosniff always;\nadd_header Referrer-Policy same-origin always;\n")
	p.File("snippets/static.conf", "location ~* \\.(css|js|png)$ {\n    expires 7d;\n    access_log off;\n}\n"+
		"location = /favicon.ico {\n    log_not_found off;\n}\n")
	p.File("snippets/deny.conf", "location ~ /\\. {\n    deny all;\n}\nlocation = /robots.txt {\n    allow all;\n}\n")
	p.File("nginx.conf", inHTTP(workload.Repeat(n,
		"    server {\n        listen 80;\n        server_name site#.example.com;\n"+
			"        include snippets/security.conf;\n        include snippets/static.conf;\n"+
			"        include snippets/deny.conf;\n"+
			"        location /ws {\n            include snippets/proxy.conf;\n            include snippets/websocket.conf;\n"+
			"            proxy_pass http://127.0.0.1:3000;\n        }\n    }\n")))
}

// chained has chains of files, each of which includes the next one.
func chained(p *project, n int) {
	const long = 100
	p.File("nginx.conf", inHTTP(workload.Repeat(n, "    include chain#/0.conf;\n")))
	for i := range n {
		for j := range long {
			next := ""
			if j < long-1 {
				next = fmt.Sprintf("include chain%d/%d.conf;\n", i, j+1)
			}
			p.File(fmt.Sprintf("chain%d/%d.conf", i, j), fmt.Sprintf("server {\n    listen 80;\n"+
				"    server_name s%d.c%d.example.com;\n    location /ws {\n        proxy_pass http://127.0.0.1:3000;\n"+
				"%s    }\n}\n%s",
				j, i, handshake, next))
		}
	}
}

// patterns has a server with many regular expressions.
func patterns(p *project, n int) {
	p.File("nginx.conf", inHTTP("    server {\n        listen 80;\n"+workload.Repeat(n,
		"        location ~ ^/app#/[a-z]+/(ws|socket)$ {\n            proxy_pass http://127.0.0.1:3000;\n"+handshake+
			"        }\n")+"    }\n"))
}

// locations has a server with many WebSockets.
func locations(p *project, n int) {
	p.File("nginx.conf", inHTTP("    server {\n        listen 80;\n"+workload.Repeat(n,
		"        location /app#/ws {\n            proxy_pass http://127.0.0.1:3000;\n"+handshake+"        }\n")+"    }\n"))
}

// names has servers with many names each.
func names(p *project, n int) {
	servers := min(n, 40)
	var b strings.Builder
	for i := range servers {
		b.WriteString("    server {\n        listen 80;\n        server_name")
		for j := range n / servers {
			fmt.Fprintf(&b, " n%d.s%d.example.com", j, i)
		}
		b.WriteString(";\n        location /ws {\n            proxy_pass http://127.0.0.1:3000;\n" + handshake +
			"        }\n    }\n")
	}
	p.File("nginx.conf", inHTTP(b.String()))
}
