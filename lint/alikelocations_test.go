package lint_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/wslint/wslint/catalog"
)

// blocks are what the locations of a random server are made of; NAME is a path of its own, @ its number, # a number
// that a few share.
var blocks = []string{
	"location NAME { proxy_pass http://10.0.0.1:3000; UP }",
	"location NAME { proxy_pass http://10.0.0.1:3000; UP }",
	"location NAME { proxy_pass http://p@; UP }",
	"location NAME/ { proxy_pass http://p#/; UP }",
	"location NAME { proxy_pass http://p#/; UP }",
	"location NAME { proxy_pass http://p#/v#/; UP }",
	"location ~ ^NAME/[a-z]+/(ws|socket)$ { proxy_pass http://p#; UP }",
	"location ~* ^NAME(/|$) { proxy_pass http://p#; UP }",
	"location ~ ^NAME/(?<rest>.*) { proxy_pass http://p#/$rest; UP }",
	"location ~ ^NAME/(.*) { set $v $1; proxy_pass http://p#; proxy_set_header X-Rest $1; UP }",
	"location = NAME { proxy_pass http://p#; UP }",
	"location ^~ NAME { proxy_pass http://p#; UP }",
	"location NAME { proxy_pass http://p#; UP location NAME/deep { return 403; } }",
	"location NAME { if ($uri ~ 1) { return 403; } proxy_pass http://p#; UP }",
	"location NAME { if ($http_x ~ 1) { return 403; } proxy_pass http://p#; UP }",
	"location NAME { if ($byuri) { return 403; } proxy_pass http://p#; UP }",
	"location NAME { proxy_pass http://p#; proxy_set_header X-Original-URI $request_uri; UP }",
	"location NAME { proxy_pass http://p#; proxy_set_header Origin $uri; UP }",
	"location NAME { rewrite ^/a(.*) /b$1 break; proxy_pass http://p#; UP }",
	"location NAME { rewrite 3 /elsewhere last; proxy_pass http://p#; UP }",
	"location NAME { try_files $uri @app; UP }",
	"location NAME { auth_request /auth#; proxy_pass http://p#; UP }",
	"location NAME { proxy_pass http://127.0.0.1:80; UP }",
	"location NAME { proxy_pass http://$byuri; UP }",
	"location NAME { deny all; proxy_pass http://p#; UP }",
	"location NAME { return 403; }",
	"location NAME { proxy_pass http://p#; }",
	"location NAME { proxy_pass http://p#; proxy_set_header Connection upgrade; }",
}

// outside stand beside the locations.
var outside = []string{
	"", "", "", "proxy_read_timeout 30s;", "rewrite ^/a(.*)5 /gone last;", "if ($request_uri ~ 7) { return 403; }",
	"location ~ 4 { return 403; }", "location ~ 4 { proxy_pass http://p1; UP }", "error_page 403 = @app;", "root /srv;",
	"large_client_header_buffers 4 512;", "if ($http_x) { return 403; }", "client_max_body_size 1m;",
	"try_files $uri /x;", "location / { proxy_pass http://p2; }", "satisfy any;", "error_page 403 /a1;",
}

// paths are what the names of locations are made of.
func paths(r *rand.Rand) (list []string) {
	list = []string{"/app@", "/app@/ws", "/app@/ws", "/APP@", "/team-@/chat", "/x/@/", "/app@/../b", "/app@//b",
		"/app%20@", "/api/kernels/@", "/cable@", "/v@/live", "/api/v@/websocket", "/@"}
	for _, a := range catalog.Apps {
		for _, p := range a.Paths {
			list = append(list, "/app@"+p, p+"/@", p+"@")
		}
	}
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return append(list[:4], "/app@/ws", "/app@")
}

// randomLocations is a configuration of a server with many locations of a few kinds.
func randomLocations(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("events {}\nhttp {\nmap $http_upgrade $up { default upgrade; '' close; }\n" +
		"map $uri $byuri { default 1; ~3 p1; }\n")
	for i := range 140 {
		fmt.Fprintf(&b, "upstream p%d { server 10.1.%d.1:80; server 10.1.%[1]d.2:80 backup; }\n", i, i)
	}
	up := ups[r.IntN(len(ups))]
	fmt.Fprintf(&b, "server { listen 80; server_name a.example.com; %s }\n", strings.NewReplacer("UP", up).Replace(
		outside[r.IntN(len(outside))]+" "+"location @app { proxy_pass http://p1; UP }"))
	b.WriteString("server { listen 80; server_name b.example.com;\n")
	fmt.Fprintf(&b, "%s\n", strings.ReplaceAll(outside[r.IntN(len(outside))], "UP", up))
	b.WriteString("location @app { proxy_pass http://p1; " + up + " }\n")
	kinds := []string{blocks[r.IntN(4)]}
	for range 3 {
		kinds = append(kinds, blocks[r.IntN(len(blocks))])
	}
	names, taken := paths(r), map[string]bool{}
	for i := range 70 + r.IntN(60) {
		kind := kinds[r.IntN(len(kinds))]
		if r.IntN(8) == 0 {
			kind = blocks[r.IntN(len(blocks))]
		}
		used := up
		if r.IntN(5) == 0 {
			used = ups[r.IntN(len(ups))]
		}
		number := i
		if r.IntN(12) == 0 {
			number = r.IntN(i + 1)
		}
		name := strings.ReplaceAll(names[r.IntN(len(names))], "@", fmt.Sprint(number))
		if strings.HasSuffix(name, "/") {
			kind = strings.ReplaceAll(kind, "NAME/", "NAME")
		}
		text := strings.NewReplacer("@app", "@app", "NAME", name, "@", fmt.Sprint(i), "#", fmt.Sprint(r.IntN(3)), "UP", used).
			Replace(kind)
		head, _, _ := strings.Cut(strings.Replace(text, "^~ ", "", 1), "{")
		if taken[head] { // nginx takes no name twice
			continue
		}
		taken[head] = true
		fmt.Fprintf(&b, "%s\n", text)
	}
	return b.String() + "}\n}\n"
}

// TestAlikeLocations is TestAlike for the locations of one server.
func TestAlikeLocations(t *testing.T) { holdAlike(t, "nginx.conf", randomLocations) }

const oldHTTP = "proxy_http_version 1.0; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"

// fixed opens, and where all pages go there too something is to be said of it whatever its timeouts are.
const fixed = "proxy_http_version 1.1; proxy_set_header Upgrade websocket; proxy_set_header Connection upgrade;"

// TestAlikeTimes: among servers that differ in a timeout alone, that of the first one is fine and that of some is not,
// whether something else is to be said of all of them or not.
func TestAlikeTimes(t *testing.T) {
	seed := -1
	holdAlike(t, "nginx.conf", func(*rand.Rand) string {
		seed++
		var b strings.Builder
		b.WriteString("events {}\nhttp {\n")
		for i := range 70 {
			length := []string{"200s", "250s"}[i%2]
			if i%10 == 3 { // none of those that are judged by themselves to be sure
				length = []string{"20s", "400s", "0s", "210060ms", "59s"}[seed%5]
			}
			fmt.Fprintf(&b, "server { listen 80; server_name s%d.example.com; location %s {\n"+
				"proxy_pass http://10.0.0.1; proxy_read_timeout %s; %s } }\n", i, []string{"/ws", "/ws", "/"}[seed/5%3], length,
				[]string{ups[1], oldHTTP, fixed}[seed/5%3])
		}
		return b.String() + "}\n"
	})
}

// TestLocationsGuards is TestGuards for locations of one server: they have one text, of which the path makes one thing
// at one of them and another at the others.
func TestLocationsGuards(t *testing.T) {
	const maps = "map $uri $a { default 0; ~app9/ 1; }\nmap $a $b { default 0; 1 1; }\n" +
		"map $http_upgrade $c { default $a; }\n"
	for _, condition := range []string{
		"$uri = /app9/ws", "$document_uri = /app9/ws", "$request_uri ~ app9/", "$request ~ app9/",
		"$request_filename ~ app9/", "$a", "$b", "$c",
	} {
		location := "location /ws {\nif (" + condition + ") {\nreturn 403;\n}\nproxy_pass http://10.1.1.1;\n" + fixed +
			"\nproxy_read_timeout 1h;\n}"
		text := "events {}\nhttp {\n" + maps + "server {\nlisten 80;\nserver_name a.example.com;\n" + many(location) +
			"}\n}\n"
		t.Run(condition, func(t *testing.T) { holdText(t, "nginx.conf", text) })
	}
}
