package lint_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// servers are what the servers of a random configuration are made of; @ is a number of its own, # one that a few share,
// % any.
var servers = []string{
	"listen 80; server_name s@.example.com www.s@.example.com; location /ws { proxy_pass http://p#; UP }",
	"listen 80; server_name s@.example.com; root /srv/@; location / { try_files $uri @app; } " +
		"location @app { proxy_pass http://10.0.0.#:8080; UP }",
	"listen 443 ssl; server_name s@.example.com; ssl_certificate /etc/@.pem; ssl_certificate_key /etc/@.key; " +
		"location /ws { proxy_pass http://p@; UP }",
	"listen 80; server_name s@.example.com; return 301 https://$host$request_uri;",
	"listen 80; server_name s@.example.com; location /ws { return 301 https://s@.example.com/ws; }",
	"listen 80 default_server; server_name s@.example.com; location /ws { proxy_pass http://p#; UP }",
	"listen 80; server_name s#.example.com; location /ws { proxy_pass http://p#; UP }",
	"listen 80; server_name .s@.example.com; location /ws { proxy_pass http://p#; UP }",
	"listen 80; server_name s@.example.com; if ($host = s1#.example.com) { return 444; } " +
		"location /ws { proxy_pass http://p#; UP }",
	"listen 80; server_name s@.example.com; location /ws { if ($http_origin !~ s1) { return 403; } " +
		"proxy_pass http://p#; UP }",
	"listen 80; server_name s@.example.com; location /ws { proxy_pass http://p#; " +
		"proxy_set_header Host s1#.example.com; UP }",
	"listen 80; server_name s@.example.com; location /ws { proxy_pass http://127.0.0.1:81; UP }",
	"listen 81; server_name s@.example.com; location /ws { proxy_pass http://10.0.0.#:9000; UP }",
	"listen 80; server_name s@.example.com; location /ws { proxy_pass http://10.0.@.1:90#; UP }",
	"listen 80; server_name s@.example.com 10.2.0.@; location /ws { proxy_pass http://10.2.0.@:8080; UP }",
	"listen 80; server_name s@.example.com; location /ws { proxy_pass https://127.0.0.@/app/#; UP }",
	"listen 127.0.0.7:3000; listen 80; server_name s@.example.com; location /ws { proxy_pass http://127.0.0.@:3000; UP }",
	"listen 80; server_name s@.example.com; location / { proxy_pass http://p#; } " +
		"location /ws { proxy_pass http://p#; UP }",
	"listen 80; server_name s@.example.com; location /ws { auth_request /auth; proxy_pass http://p#; UP } " +
		"location = /auth { internal; proxy_pass http://p@; }",
	"listen 80; server_name s@.example.com; location /ws { valid_referers none server_names; " +
		"if ($invalid_referer) { return 403; } proxy_pass http://p#; UP }",
	"listen 80; server_name s@.example.com; location /ws { proxy_pass http://$backend; UP }",
	"listen 80; server_name s@.example.com; root /srv/@; if (-f $document_root/down) { return 503; } " +
		"location /ws { proxy_pass http://p#; UP }",
	"listen 80; server_name _; location /ws { proxy_pass http://p#; UP }",
	"listen 80; server_name s@.example.com; location /w { proxy_http_version 1.0; proxy_pass http://10.3.0.1:8080; " +
		"proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; proxy_read_timeout 1@s; }",
	"listen 80; server_name s@.example.com; location /api/ { proxy_pass http://10.3.0.1:80; } " +
		"location /w { proxy_pass http://10.3.0.1:8#; UP }",
	"listen 80; server_name s@.example.com; rewrite ^/app/(.*)$ /$1; rewrite ^/old# /x redirect; " +
		"location /app/old1 { proxy_pass http://10.3.0.1; UP } location /ws { proxy_pass http://10.3.0.2; UP }",
	"listen 80; server_name s@.example.com; location /w { proxy_pass http://10.3.0.1:8080/w; UP }",
	"listen 80; server_name s@.example.com; limit_conn addr 10; location /ws { proxy_pass http://p#; UP }",
	"listen 80; server_name s@.example.com; location /ws { proxy_pass http://p#; proxy_read_timeout %s; UP }",
	"listen 80; server_name s@.example.com; location /ws { proxy_pass http://p#; proxy_read_timeout 1%s; UP }",
	"listen 80; server_name s@.example.com; location /ws { proxy_pass http://p#; proxy_read_timeout #1%s; UP }",
	"listen 80; server_name s@.example.com; location /ws { proxy_pass http://p#; proxy_read_timeout #m; UP }",
	"listen 80; server_name s@.example.com; location /ws { proxy_pass http://p#; proxy_read_timeout %60ms; UP }",
	"listen 80; server_name s@.example.com; keepalive_timeout @s; client_max_body_size @m; " +
		"location /ws { proxy_pass http://p#; UP } location / { proxy_pass http://p#; proxy_set_header X-Of @; }",
	"listen 80; server_name s@.example.com; add_header X-Site @; proxy_set_header X-Forwarded-Host s1#.example.com; " +
		"location /ws { proxy_pass http://p#; }",
	"listen 80; server_name s@.example.com; rewrite ^/old@/(.*)$ /new/$1 last; location /ws { proxy_pass http://p#; UP }",
	"listen 80; server_name s@.example.com; rewrite ^/w#(.*)$ /new/$1 last; location /w1 { proxy_pass http://p#; UP }",
	"listen 80; server_name s@.example.com; rewrite ^/ws(.*)$ /w@ last; rewrite ^/w#(.*)$ /new permanent; " +
		"location /w { proxy_pass http://p#; UP } location / { proxy_pass http://p#; UP }",
	"listen 80; server_name s@.example.com; error_page 404 403 /@.html; location /ws { proxy_pass http://p#; UP }",
	"listen 80; server_name s@.example.com; error_page 403 /@.html; location /ws { deny all; proxy_pass http://p#; UP } " +
		"location ~ 3 { proxy_pass http://p2; UP }",
	"listen 80; server_name s@.example.com; error_page 403 /@.html; " +
		"location /ws { if ($request_method = GET) { return 403; } proxy_pass http://p#; UP } " +
		"location / { if ($uri ~ 3) { return 301 /x; } proxy_pass http://p2; UP }",
	"listen 80; server_name s@.example.com; rewrite ^/a#/ /new last; location ~ ^/a[1-9]+/ { proxy_pass http://p#; UP }",
}

// ups are what passes a handshake on, or not.
var ups = []string{
	"proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; " +
		"proxy_read_timeout 1h;",
	"proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; " +
		"proxy_set_header Host $host;",
	"proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $up;",
	"proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection close;",
}

// arounds stand around the servers.
var arounds = []string{
	"", "", "map $host $backend { default p1; s5.example.com p2; }", "large_client_header_buffers 4 1k;",
	"proxy_set_header Host s7.example.com;", "proxy_read_timeout 30s;", "keepalive_timeout 0;",
}

// randomServers is a configuration of many servers of a few kinds.
func randomServers(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("events {}\nhttp {\nmap $http_upgrade $up { default upgrade; '' close; }\n" +
		"limit_conn_zone $binary_remote_addr zone=addr:1m;\n")
	around := arounds[r.IntN(len(arounds))]
	if !strings.Contains(around, "$backend") {
		around += "map $arg_b $backend { default p1; }" // without one, nginx does not start
	}
	b.WriteString(around + "\n")
	byDefault := false
	kinds := []string{servers[r.IntN(3)], servers[20+r.IntN(len(servers)-20)]}
	for range 2 {
		kinds = append(kinds, servers[r.IntN(len(servers))])
	}
	for i := range 130 {
		fmt.Fprintf(&b, "upstream p%d { server %s.%[1]d.1:8%[3]d; server 10.1.%[1]d.2:80 backup; }\n", i,
			[]string{"10.1", "127.0"}[r.IntN(8)/7], r.IntN(100))
	}
	up := ups[r.IntN(len(ups))]
	for i := range 66 + r.IntN(60) {
		kind := kinds[r.IntN(len(kinds))]
		if r.IntN(8) == 0 {
			kind = servers[r.IntN(len(servers))]
		}
		if strings.Contains(kind, " default_server") {
			if byDefault { // nginx takes only one
				kind = strings.Replace(kind, " default_server", "", 1)
			}
			byDefault = true
		}
		used := up
		if r.IntN(5) == 0 {
			used = ups[r.IntN(len(ups))]
		}
		if strings.Contains(kind, "proxy_read_timeout") {
			used = strings.ReplaceAll(used, "proxy_read_timeout 1h;", "")
		}
		text := strings.NewReplacer("@app", "@app", "@", fmt.Sprint(i), "#", fmt.Sprint(r.IntN(3)), "UP", used,
			"%", fmt.Sprint(r.IntN(900))).Replace(kind)
		fmt.Fprintf(&b, "server { %s }\n", text)
	}
	return laidOut(r, b.String()+"}\n")
}

// laidOut puts a configuration, or most of it, into lines: one a directive, with comments here and there.
func laidOut(r *rand.Rand, text string) string {
	if r.IntN(4) == 0 {
		return text
	}
	end := []string{"\n", "\n", "\r\n"}[r.IntN(3)]
	open := []string{" {", "  {"}[r.IntN(2)]
	odd := r.IntN(2) // one in so many servers, or none, is laid out otherwise
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "server {") || odd > 0 && r.IntN(10) == 0 {
			b.WriteString(line)
			continue
		}
		line = strings.NewReplacer(" {", open+end+"    ", "; ", ";"+end+"    ", "} ", "}"+end+"    ").Replace(line)
		if odd > 0 && r.IntN(10) == 0 {
			line = strings.Replace(line, ";", "; # one"+end, 1+r.IntN(3))
		}
		b.WriteString(line)
	}
	return b.String()
}

// TestAlike holds what is said of servers that are alike against what is said of each of them by itself.
func TestAlike(t *testing.T) {
	holdAlike(t, "nginx.conf", randomServers)
}

var alikeRuns = flag.Int("alike", 150, "how many random configurations TestAlike and those like it make up")

// holdAlike is TestAlike for random files of one name, and those that they include, as txtar has them behind these.
func holdAlike(t *testing.T, file string, random func(*rand.Rand) string) {
	holdSome(t, *alikeRuns, file, random)
}

func holdSome(t *testing.T, runs int, file string, random func(*rand.Rand) string) {
	found, unread := 0, 0
	if testing.Short() {
		runs /= 5
	}
	for seed := range runs {
		r := rand.New(rand.NewPCG(uint64(seed), 19))
		dir := t.TempDir()
		name := filepath.Join(dir, file)
		files := txtar.Parse([]byte(random(r)))
		files.Files = append(files.Files, txtar.File{Name: file, Data: files.Comment})
		if err := txtar.Write(files, dir); err != nil {
			t.Fatal(err)
		}
		in := lint.Input{Args: []string{name}, Rules: rules.All}
		if r.IntN(3) == 0 {
			ping, err := lint.ParseKeepalive(nil, "45s", "", "")
			if err != nil {
				t.Fatal(err)
			}
			in.Ping = ping
		}
		in.Routes = rules.Routes(r.IntN(3))
		short, err := lint.Check(in)
		if err != nil {
			t.Fatal(err)
		}
		in.EachServer = true
		whole, err := lint.Check(in)
		if err != nil {
			t.Fatal(err)
		}
		refused := func(f rules.Finding) bool { return f.Rule == rules.UnreadableConfig }
		if i := slices.IndexFunc(whole.Findings, refused); i >= 0 {
			unread++ // it does not start, so that each server is judged by itself anyway
			t.Logf("seed %d: %s", seed, whole.Findings[i].Message)
			continue
		}
		if got, want := told(short, in.Routes), told(whole, in.Routes); !reflect.DeepEqual(got, want) {
			for i := range min(len(got), len(want)) {
				if got[i] != want[i] {
					t.Errorf("seed %d:\n%s\ninstead of\n%s", seed, got[i], want[i])
					break
				}
			}
			t.Fatalf("seed %d: %d lines instead of %d", seed, len(got), len(want))
		}
		found += len(whole.Findings)
	}
	if found == 0 || unread > runs/20 {
		t.Errorf("%d findings; %d of %d do not start", found, unread, runs)
	}
}

// told is all that a result says, with those hops of findings that somebody looks at.
func told(r *lint.Result, routes rules.Routes) (lines []string) {
	lines = append(lines, fmt.Sprint(r.Endpoints, r.First, r.Unpinged, r.Incomplete, r.Next, len(r.Proxied)))
	for _, f := range r.Findings {
		text := fmt.Sprint(f.Rule.Name, f.Severity, f.Confidence, f.Path, f.Pos, f.Message, f.Notes, f.More, f.Stations)
		for _, c := range slices.Concat(f.When, f.Gates) {
			text += fmt.Sprint(c.Key, c.Holds, c.Text, c.Pos, c.Why)
		}
		if p := f.Trace; p != nil {
			text += fmt.Sprint(p.Name, p.Pos, p.Browser, p.Confidence)
			for i := range p.Hops {
				if routes == rules.AllRoutes || routes == rules.LongRoutes && p.Hops[i].Pos != p.Pos {
					text += fmt.Sprint(p.Hops[i].Name, p.Hops[i].Pos, p.Got(i).Addr, p.Got(i).Host)
				}
			}
		}
		if f.Fix != nil {
			text += fmt.Sprint(*f.Fix)
		}
		lines = append(lines, text)
	}
	for _, n := range r.Unknown {
		lines = append(lines, fmt.Sprint(n))
	}
	return lines
}
