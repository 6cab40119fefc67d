package haproxy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy"
)

func parse(text string) *haproxy.Config {
	return haproxy.Parse(&parsers.File{Name: "haproxy.cfg", Src: []byte(text), Editable: true}, haproxy.Options{})
}

// TestEndpoints: few and true. A frontend proves nothing, for HAProxy passes WebSockets on everywhere.
func TestEndpoints(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a plain frontend": {"frontend f\n bind *:80\n default_backend b\nbackend b\n server a a:80\n", ""},
		"the Upgrade header": {
			"frontend f\n bind *:80\n acl ws hdr(Upgrade) -i WebSocket\n use_backend b if ws\n default_backend x\nbackend b\n" +
				" server a a:80\nbackend x\n server x x:80\n",
			"certain ws://localhost/ at 10",
		},
		"a path, a host and TLS": {
			"frontend f\n bind *:443 ssl crt x\n acl chat hdr(host) -i Chat.example.com\n use_backend b if chat { " +
				"path_beg /socket.io/ }\nbackend b\n server a a:80\n",
			"likely wss://chat.example.com/socket.io/ at 9",
		},
		"a name": {"frontend f\n bind *:8080\n default_backend bk_ws\nbackend bk_ws\n server a a:80\n",
			"likely ws://localhost:8080/ at 8"},
		"a backend that sets Upgrade": {
			"frontend f\n bind *:80\n default_backend b\nbackend b\n http-request set-header upgrade websocket\n" +
				" server a a:80\n",
			"likely ws://localhost/ at 8",
		},
		"a backend that takes Upgrade away": {
			"frontend f\n bind *:80\n default_backend b\nbackend b\n http-request del-header Upgrade\n server a a:80\n", "",
		},
		"a timeout tunnel of its own": {
			"frontend f\n bind *:80\n default_backend b\nbackend b\n timeout tunnel 1h\n server a a:80\n",
			"possible ws://localhost/ at 8",
		},
		"a timeout tunnel of the defaults": {
			" timeout tunnel 1h\nfrontend f\n bind *:80\n default_backend b\nbackend b\n server a a:80\n", "",
		},
		"everything is redirected": {"frontend f\n bind *:80\n redirect scheme https\n default_backend ws\nbackend ws\n" +
			" server a a:80\n", "likely ws://localhost/ at 9"},
		"a page of its own at /": {
			"frontend f\n bind *:80\n http-request return status 200 if { path / }\n default_backend ws\nbackend ws\n" +
				" server a a:80\n", "likely ws://localhost/ws at 9",
		},
		"a host whose port the Host must not have": {
			"frontend f\n bind *:8000\n acl s1 hdr(host) -i s1.example.org\n use_backend ws if s1\nbackend ws\n" +
				" server a a:80\n", "likely ws://s1.example.org/ at 9",
		},
		"a backend that a map names": {
			"frontend f\n bind *:80\n use_backend %[req.hdr(host),map(/etc/haproxy/hosts.map,app)]\nbackend app\n" +
				" server a a:80\nbackend ws\n server b b:80\n",
			"likely ws://localhost/ at 10",
		},
		"every pattern": {
			"frontend f\n bind *:80\n http-request deny if { hdr(host) b.example } { path_beg /ws }\n acl ws path_beg /ws " +
				"/socket.io\n acl h hdr(host) -i a.example B.example\n use_backend b if h ws\nbackend b\n server a a:80\n",
			"likely ws://a.example/ws at 11, likely ws://a.example/socket.io at 11, likely ws://b.example/socket.io at 11",
		},
		"the alternative that shows the intention": {
			"frontend f\n bind *:80\n use_backend b if { path_beg /api } or { path_beg /ws }\nbackend b\n server a a:80\n",
			"likely ws://localhost/ws at 8",
		},
		"http is redirected": {
			"frontend f\n bind *:80\n bind *:443 ssl crt x\n redirect scheme https unless { ssl_fc }\n default_backend ws\n" +
				"backend ws\n server a a:80\n",
			"likely wss://localhost/ at 10",
		},
		"mode tcp": {" mode tcp\nfrontend f\n bind *:80\n default_backend ws\nbackend ws\n server a a:80\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			config := parse("defaults\n mode http\n timeout client 5s\n timeout server 5s\n" + c.text)
			var got []string
			for _, e := range config.Endpoints() {
				got = append(got, fmt.Sprintf("%v %s at %d", e.Confidence, e.Name, e.Pos.Line))
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("endpoints %q, want %q", s, c.want)
			}
		})
	}
}

// TestEndpointsOfLists: the keys of a map and the lines of a file of patterns are asked for.
func TestEndpointsOfLists(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"hosts.map": "api.example bk_api\nchat.example ws\n.rooms.example ws\n", "paths.map": "/chat/ ws\n/ bk_api\n",
		"hosts.lst": "a.example\nb.example\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for line, want := range map[string]string{
		"use_backend %[req.hdr(Host),lower,map_end(hosts.map,bk_api)]": "ws://chat.example/ ws://example.rooms.example/",
		"use_backend %[path,map_beg(paths.map,bk_api)]":                "ws://localhost/chat/",
		"use_backend ws if { hdr(host) -f hosts.lst }":                 "ws://a.example/ ws://b.example/",
	} {
		name := filepath.Join(dir, "haproxy.cfg")
		text := "defaults\n mode http\n timeout client 5s\n timeout server 5s\nfrontend f\n bind *:80\n " + line +
			"\nbackend ws\n server a a:80\nbackend bk_api\n server a a:80\n"
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := haproxy.Read(name, haproxy.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range c.Endpoints() {
			got = append(got, e.Name)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %s, want %s", line, s, want)
		}
	}
}

// TestFragment: HAProxy takes several files, so what a file without defaults leaves out is not known.
func TestFragment(t *testing.T) {
	config := parse("frontend f\n bind *:80\n default_backend b\nbackend b\n server a a:80\n")
	h := config.Serve(hop.Request{Addr: "127.0.0.1:80", Method: "GET", Target: "/"})[0].Hop
	if _, known := h.Answer.Get(); known {
		t.Errorf("the answer of a fragment is known: %v", h.Answer)
	}
}

// TestEdits: what a timer's Set writes is the timer afterwards, and the text around it stays.
func TestEdits(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a new line behind the timeouts of the backend": {
			"defaults\n  mode http\n  timeout client 5s\n  timeout server 6s\nlisten l\n  bind *:80\n  timeout queue 1s # " +
				"here\n  server a a:80\n",
			"  timeout queue 1s # here\n  timeout tunnel 90s\n  server a a:80\n",
		},
		"a new line behind the head": {
			"defaults\n\tmode http\n\ttimeout client 5s\nlisten l\n\tbind *:80\n\tserver a a:80\n",
			"listen l\n\ttimeout tunnel 90s\n\tbind *:80\n",
		},
		"line ends of Windows": {"defaults\r\n  mode http\r\n  timeout client 5s\r\nlisten l\r\n  bind *:80\r\n",
			"listen l\r\n  timeout tunnel 90s\r\n  bind *:80\r\n"},
		"the value of the backend": {"defaults\n  mode http\nlisten l\n  bind *:80\n  timeout tunnel 5s\n",
			"  timeout tunnel 90s\n"},
		"the value of the defaults": {
			"defaults\n  mode http\n  timeout tunnel \"5s\" # 5s\nlisten l\n  bind *:80\n", "  timeout tunnel 90s # 5s\n",
		},
		"a zero of the backend": {
			"defaults\n  mode http\n  timeout client 5s\nlisten l\n  bind *:80\n  timeout tunnel 0\n", "  timeout tunnel 90s\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			text := c.text
			if !strings.Contains(text, "server a") {
				text += strings.Repeat("  ", 1) + "server a a:80\n"
			}
			serve := func(text string) hop.Hop {
				q := hop.Request{Addr: "127.0.0.1:80", Method: "GET", Target: "/", Proto: hop.Written("HTTP", "1.1", hop.Pos{})}
				return *parse(text).Serve(q)[0].Hop
			}
			h := serve(text)
			if len(h.Idle) != 1 || h.Idle[0].Set == nil {
				t.Fatalf("timers %v of %v", h.Idle, h.Answer.Why())
			}
			for _, e := range h.Idle[0].Set("1m30s") {
				text = text[:e.Start] + e.New + text[e.End:]
			}
			if !strings.Contains(text, c.want) {
				t.Errorf("got\n%s\nwant in it\n%s", text, c.want)
			}
			if d, _ := serve(text).Idle[0].Get(); d != 90*time.Second {
				t.Errorf("the timer is %v afterwards", d)
			}
		})
	}
}

// TestSniff tells HAProxy's configurations from others.
func TestSniff(t *testing.T) {
	for text, want := range map[string]bool{
		"global\n maxconn 1\ndefaults\n mode http\n":                       true,
		"frontend f\n bind *:80\n":                                         true,
		"# comment\n\nlisten x\n  bind :80\n":                              true,
		"server {\n listen 80;\n location / { proxy_pass http://b; }\n}\n": false,
		"http {\n upstream backend {\n server a:80;\n }\n}\n":              false,
		"[global]\nname = x\n":                                             false,
		"define host {\n host_name a\n}\n":                                 false,
		"":                                                                 false,
		"listen 1.2.3.4\ntimeout 10\n":                                     false,
		"backend app\nserver web1\nserver web2\n":                          false,
		"global\n daemon\n":                                                false,
		"[metadata]\nname = x\n[options]\nglobal = 1\ndefaults\n timeout = 3": false,
	} {
		if got := haproxy.Sniff([]byte(text)); got != want {
			t.Errorf("Sniff(%q) = %v", text, got)
		}
	}
}

// TestGates: behind whatever decides who is let in, an endpoint is found as surely as without, and what happens there
// is known.
func TestGates(t *testing.T) {
	for _, gate := range []string{
		"http-request deny unless { src 10.0.0.0/8 }", "http-request deny unless { src -f /etc/haproxy/allow.lst }",
		"tcp-request connection reject if { src 192.0.2.0/24 }",
		"http-request auth unless { http_auth(staff) }", "http-request lua.check",
		"http-request deny unless { lua.known -m bool }",
		"http-request deny unless { req.cook(sid) -m found }", "http-request deny unless { url_param(token) -m found }",
		"http-request deny unless { var(txn.ok) -m bool }",
		"http-request deny if { sc_http_req_rate(0) gt 10 }", "http-request return status 503 if { nbsrv(b) lt 1 }",
		"http-request deny if { date gt 1 }",
		"http-request deny unless { ssl_c_used }", "http-request return status 503 if { env(MAINTENANCE) 1 }",
		"http-request deny if { hdr(x-forwarded-for) 192.0.2.1 }",
	} {
		bind, agent := "bind *:443 ssl crt x ca-file y verify optional", ""
		if strings.Contains(gate, "txn.ok") {
			agent = " filter spoe engine e config e.cfg\n"
		}
		text := "userlist staff\n user a password b\ndefaults\n mode http\n timeout client 9s\n timeout server 9s\n" +
			"frontend f\n " + bind + "\n" + agent +
			" acl ws hdr(Upgrade) -i websocket\n " + gate + "\n use_backend b if ws\n default_backend c\nbackend b\n" +
			" timeout tunnel 20s\n server b b:80\nbackend c\n server c c:80\n"
		config := parse(text)
		for _, p := range config.Problems {
			t.Errorf("%s: %s", gate, p.Text)
		}
		list := config.Endpoints()
		if len(list) != 1 || list[0].Confidence != hop.Certain {
			t.Errorf("%s: endpoints %+v", gate, list)
			continue
		}
		cases := config.Serve(list[0].Requests[0])
		first := cases[0].Hop
		if len(cases) != 2 || !hop.Is(first.Answer, hop.Answer{}) || len(first.Idle) != 1 ||
			!hop.Is(first.Idle[0].Setting, 20*time.Second) {
			t.Errorf("%s: %d cases, the first %+v", gate, len(cases), first.Answer)
			continue
		}
		if a, known := cases[1].Hop.Answer.Get(); !known || a.Kind == hop.PassedOn {
			t.Errorf("%s: the other case is not turned away", gate)
		}
	}
}
