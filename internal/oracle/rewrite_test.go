package oracle

import (
	"strings"
	"testing"
	"time"
)

// TestRewrite shows what becomes of each kind of address, path and timer. In want, {NAME} stands for the lab address
// of an original one and {dir} for the lab's directory.
func TestRewrite(t *testing.T) {
	for _, c := range []struct{ name, conf, want string }{
		{"listen", "server { listen 80 default_server; listen [::]:80 ipv6only=on; listen 10.0.0.1:81; listen *:80; }",
			"server { listen {*:80} default_server; listen {[::]:80} ; listen {10.0.0.1:81}; listen {*:80}; }"},
		{"no listen", "server { root html; }", "server { listen {*:80}; root {dir}/html; }"},
		{"upstream block", "upstream u { server a; server b:81 backup; } server { listen 80; location / { " +
			"proxy_pass http://u/x; } }",
			"upstream u { server {a:80}; server {b:81} backup; } server { listen {*:80}; location / { " +
				"proxy_pass http://u/x; } }"},
		{"literal", `server { listen 80; location / { proxy_pass "https://App.test/ws/"; } }`,
			`server { listen {*:80}; location / { proxy_pass "https://{app.test:443}/ws/"; } }`},
		{"own listener", "server { listen 80; location / { proxy_pass http://localhost:81; } } server { listen 0.0.0.0:81; }",
			"server { listen {*:80}; location / { proxy_pass http://{*:81}; } } server { listen {*:81}; }"},
		{"another machine's port", "server { listen 81; location / { proxy_pass http://10.0.0.9:81; } }",
			"server { listen {*:81}; location / { proxy_pass http://{10.0.0.9:81}; } }"},
		{"variable in a map", "map $uri $b { default a:1; /x u; } upstream u { server z:9; } server { listen 80; " +
			"resolver 8.8.8.8 valid=5s; location / { proxy_pass http://$b$request_uri; } }",
			"map $uri $b { default {a:1}; /x u; } upstream u { server {z:9}; } server { listen {*:80}; resolver 127.0.0.1:9 " +
				"valid=5s; location / { proxy_pass http://$b$request_uri; } }"},
		{"variable and port", "server { listen 80; set $b 10.0.0.1; location / { proxy_pass http://$b:81/y; } }",
			"server { listen {*:80}; set $b {10.0.0.1:81}; location / { proxy_pass \"http://${b}/y\"; } }"},
		{"whole URL in a variable", "server { listen 80; set $b http://10.0.0.1/z; location / { proxy_pass $b; } }",
			"server { listen {*:80}; set $b http://{10.0.0.1:80}/z; location / { proxy_pass $b; } }"},
		{"comments, quotes and lines",
			"server { # listen 81;\n listen 80;\n location ~ \"^/a{2};\" {\n  return 200 \"proxy_pass http://x;\"; } }",
			"server { # listen 81;\n listen {*:80};\n location ~ \"^/a{2};\" {\n  return 200 \"proxy_pass http://x;\"; } }"},
		{"timers", "server { listen 80; proxy_read_timeout 1h; send_timeout 90; keepalive_timeout 75s 60s; " +
			"proxy_send_timeout 0; proxy_connect_timeout 500ms; client_body_timeout 1m30x; }",
			"server { listen {*:80}; proxy_read_timeout 60s; send_timeout 1500ms; keepalive_timeout 1250ms 60s; " +
				"proxy_send_timeout 0; proxy_connect_timeout 500ms; client_body_timeout 1m30x; }"},
		{"paths", "server { listen 80; root /srv; access_log /a main; error_log /b; ssl_certificate /c; " +
			"auth_basic_user_file /d; }",
			"server { listen {*:80}; root {dir}/root/srv;   ssl_certificate {dir}/cert.pem; auth_basic_user_file " +
				"{dir}/htpasswd; }"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lab, err := Rewrite(t, map[string]string{"a.conf": c.conf}, Options{Shorten: 60})
			if err != nil {
				t.Fatal(err)
			}
			want := strings.ReplaceAll(c.want, "{dir}", lab.dir)
			for _, addresses := range []map[string]string{lab.Listeners, lab.Apps} {
				for original, address := range addresses {
					want = strings.ReplaceAll(want, "{"+original+"}", address)
				}
			}
			if !strings.Contains(lab.Text(), " "+want+"\n}") {
				t.Errorf("got\n%s\nwant\n%s", lab.Text(), want)
			}
		})
	}
}

// TestFiles follows includes: relative and absolute ones, a shared one, a stock one, one within a dump.
func TestFiles(t *testing.T) {
	files := map[string]string{
		"/etc/nginx/nginx.conf": "events {}\nhttp { include /etc/nginx/sites/*.conf; }",
		"sites/a.conf": "server { listen 80; location / { set $h 10.0.0.1; set $p 81; " +
			"include /etc/nginx/to.conf; include uwsgi_params; include gone.conf; } }",
		"sites/b.conf": "server { listen 82; location / { set $h 10.0.0.2; set $p 82; include to.conf; } }",
		"to.conf":      "proxy_pass http://$h:$p;",
		"users":        "a:{SHA}x",
	}
	var dump strings.Builder
	for _, name := range []string{"/etc/nginx/nginx.conf", "sites/a.conf", "sites/b.conf", "to.conf"} {
		dump.WriteString("# configuration file /etc/nginx/" + confPath(name) + ":\n" + files[name] + "\n")
	}
	for name, set := range map[string]map[string]string{"tree": files, "dump": {"dump.txt": dump.String()}} {
		t.Run(name, func(t *testing.T) {
			lab, err := Rewrite(t, set, Options{DropIncludes: true})
			if err != nil {
				t.Fatal(err)
			}
			host, port, _ := strings.Cut(lab.Apps["10.0.0.1:81"], ":")
			want := "location / { set $h " + host + "; set $p " + port + "; include to.conf; include uwsgi_params;  } }"
			if got := lab.Files["sites/a.conf"]; !strings.Contains(got, want) {
				t.Errorf("got %s\nwant %s", got, want)
			}
			if len(lab.Listeners) != 2 || len(lab.Apps) != 2 || lab.Files["uwsgi_params"] == "" || len(lab.Unmapped) != 0 {
				t.Errorf("listeners %v, apps %v, unmapped %v", lab.Listeners, lab.Apps, lab.Unmapped)
			}
			if lab.Longest != time.Minute {
				t.Errorf("longest %v", lab.Longest)
			}
		})
	}
}

// TestRewriteErrors lists texts that are no configuration.
func TestRewriteErrors(t *testing.T) {
	for conf, want := range map[string]string{
		"server { listen 80;":    `a.conf:1: the block of "server" does not end`,
		"server {\n listen 80 }": `a.conf:2: "listen" does not end`,
		"}":                      "a.conf:1: unexpected }",
		"a 'b;":                  "a.conf:1: a quote does not end",
	} {
		if _, err := Rewrite(t, map[string]string{"a.conf": conf}, Options{}); err == nil || err.Error() != want {
			t.Errorf("%q: error %v, want %s", conf, err, want)
		}
	}
}

// TestParseTime holds the reading of times against law U1.
func TestParseTime(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"60": time.Minute, "1m30": 90 * time.Second, "1h 30": 3630 * time.Second, "300ms": 300 * time.Millisecond,
		"1d": 24 * time.Hour,
		"0":  0, "1w1d1h1m1s1ms": (8*24+1)*time.Hour + 61*time.Second + time.Millisecond,
		"60sec": -1, "1.5s": -1, "": -1, "off": -1, "30s1m": -1, "1m1m": -1, "1M": -1, "-1": -1, "$x": -1, "60 s": -1,
	} {
		d, ok := parseTime(value)
		if ok != (want >= 0) || ok && d != want {
			t.Errorf("parseTime(%q) = %v, %v; want %v", value, d, ok, want)
		}
	}
}
