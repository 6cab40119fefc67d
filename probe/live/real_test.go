package live_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/probe"
	"github.com/wslint/wslint/probe/live"
)

const failing = `events {}
http {
	server {
		listen 127.0.0.1:8080;
		proxy_http_version 1.1;
		proxy_set_header Upgrade $http_upgrade;
		proxy_set_header Connection "upgrade";
		location /ws { proxy_pass http://10.0.0.1:3000; }
		location /slash/ { proxy_pass http://10.0.0.1:3000; }
		location /old { return 308 /ws; }
		location /login { auth_basic "x"; auth_basic_user_file htpasswd; proxy_pass http://10.0.0.1:3000; }
		location /denied { deny all; proxy_pass http://10.0.0.1:3000; }
		location /busy { return 503; }
		location /page { return 200 "a page"; }
		location /ended { return 444; }
		location /plain { proxy_set_header X-A b; proxy_pass http://10.0.0.1:3000; }
		location /hidden { proxy_hide_header Upgrade; proxy_pass http://10.0.0.1:3000; }
		location /dead { proxy_pass http://10.0.0.2:3000; }
		location /silent { proxy_read_timeout 1s; proxy_pass http://10.0.0.3:3000; }
		location /slams { proxy_pass http://10.0.0.4:3000; }
		location /tls { proxy_pass https://10.0.0.5:3000; }
	}
}
`

// TestRealFailures: what a real nginx does with handshakes that fail is told, and is what was predicted.
func TestRealFailures(t *testing.T) {
	binary := oracle.Find(t)[0]
	lab, err := oracle.Rewrite(t, map[string]string{"nginx.conf": failing}, oracle.Options{Apps: map[string]oracle.App{
		"10.0.0.2:3000": {Kind: oracle.Dead}, "10.0.0.3:3000": {Kind: oracle.Silent}, "10.0.0.4:3000": {Kind: oracle.Slams},
		"10.0.0.5:3000": {PlainOnly: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = lab.Start(t, binary); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path      string
		kind      probe.Kind
		status    int
		by        string
		agreement probe.Agreement
	}{
		{"ws", probe.Opened, 101, "", probe.Agrees},
		{"slash", probe.Other, 301, "nginx", probe.Agrees},
		{"old", probe.Other, 308, "nginx", probe.Agrees},
		{"login", probe.Other, 401, "nginx", probe.Agrees},
		{"denied", probe.Other, 403, "nginx", probe.Agrees},
		{"nowhere", probe.Other, 404, "nginx", probe.Agrees},
		{"busy", probe.Other, 503, "nginx", probe.Agrees},
		{"page", probe.Other, 200, "", probe.Agrees},
		{"ended", probe.Closed, 0, "", probe.Agrees},
		{"plain", probe.Other, 400, "", probe.Agrees},
		{"hidden", probe.Refused, 101, "", probe.Agrees},
		// That the server behind it is no good is in no file.
		{"dead", probe.Other, 502, "nginx", probe.Differs},
		{"silent", probe.Other, 504, "nginx", probe.Differs},
		{"slams", probe.Other, 502, "nginx", probe.Differs},
		{"tls", probe.Other, 502, "nginx", probe.Differs},
	} {
		t.Run(c.path, func(t *testing.T) {
			url := "ws://" + lab.Listeners["127.0.0.1:8080"] + "/" + c.path
			cases := predicted(t, url, filepath.Join(lab.Conf, lab.Main))
			r := &probe.Report{URL: url, Handshake: live.Connect(context.Background(), targetOf(t, url))}
			r.Compare(cases, 0)
			r.Explain(cases, nil)
			h := r.Handshake
			if h.Kind != c.kind || h.Status() != c.status || h.By != c.by || r.Claims[0].Agreement != c.agreement {
				t.Errorf("%s %d by %q, %s", h.Kind, h.Status(), h.By, r.Claims[0].Agreement)
			}
			out := strings.Join(strings.Fields(text(t, r)), " ")
			if c.agreement == probe.Differs && (r.Claims[0].Hop != "nginx location /"+c.path ||
				!strings.Contains(out, "what is behind it failed")) {
				t.Errorf("nothing says where:\n%s", text(t, r))
			}
			if c.by != "" && !strings.Contains(out, "nginx (Server: nginx/") {
				t.Error("nothing says that the answer passed nginx")
			}
			if (h.Kind != probe.Opened) != (r.Suspects != nil) {
				t.Errorf("suspects: %t", r.Suspects != nil)
			}
		})
	}
}

// TestRealHAProxy: a dead backend, a rule that denies, a PROXY protocol header that is missing.
func TestRealHAProxy(t *testing.T) {
	binary := oracle.FindHAProxy(t)
	lab, err := oracle.RewriteHAProxy(t, `defaults
	mode http
	timeout connect 1s
	timeout client 3s
	timeout server 1s
frontend web
	bind 127.0.0.1:80
	http-request deny if { path /denied }
	default_backend dead
backend dead
	server a 10.0.0.2:3000
frontend proxied
	bind 127.0.0.1:81 accept-proxy
	default_backend dead
`, oracle.Options{Apps: map[string]oracle.App{"10.0.0.2:3000": {Kind: oracle.Dead}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = lab.StartHAProxy(t, binary); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		port, path string
		kind       probe.Kind
		status     int
		agreement  probe.Agreement
	}{
		{"80", "ws", probe.Other, 503, probe.Differs},
		{"80", "denied", probe.Other, 403, probe.Agrees},
		{"81", "ws", probe.Closed, 0, probe.Agrees},
	} {
		url := fmt.Sprintf("ws://%s/%s", lab.Listeners["127.0.0.1:"+c.port], c.path)
		cases := predicted(t, url, filepath.Join(lab.Conf, lab.Main))
		target := targetOf(t, url)
		target.Timeout = 10 * time.Second
		r := &probe.Report{URL: url, Handshake: live.Connect(context.Background(), target)}
		r.Compare(cases, 0)
		h := r.Handshake
		if h.Kind != c.kind || h.Status() != c.status || r.Claims[0].Agreement != c.agreement {
			t.Errorf("%s: %s %d, %s: %s", url, h.Kind, h.Status(), r.Claims[0].Agreement, r.Claims[0].Predicted)
		}
		if c.kind == probe.Other && h.By != "haproxy" {
			t.Errorf("%s: by %q: %q", url, h.By, h.Answer.Body)
		}
	}
}
