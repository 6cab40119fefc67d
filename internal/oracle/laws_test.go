package oracle

import (
	"crypto/tls"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

const (
	sec = time.Second

	v11     = "proxy_http_version 1.1; "
	upgrade = v11 + `proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; `
	toMap   = `map $http_upgrade $conn { default upgrade; '' close; } `
)

// ws is a location for WebSockets with some directives more.
func ws(more string) string {
	return "location /ws { proxy_pass http://app:3000; " + upgrade + more + "}"
}

func header(name string, lines ...string) map[string][]string {
	return map[string][]string{name: lines}
}

// minute shortens 60 s to 1 s.
var minute = Options{Shorten: 60}

var truths = []lawCase{
	// H: the handshake.
	{law: "H1 both headers and 1.1", conf: ws(""), kind: hop.Open, status: 101, app: "app:3000",
		got: map[string]string{
			"proto":             "1.1",
			"Upgrade":           "websocket",
			"Connection":        "upgrade",
			"Sec-WebSocket-Key": key,
			"Origin":            "http://chat.test",
			"method":            "GET",
			"target":            "/ws",
		}},
	{
		law:    "H1 no headers, old default",
		conf:   "location / { proxy_pass http://app:3000; }",
		old:    true,
		kind:   hop.Refused,
		status: 400,
		got:    map[string]string{"proto": "1.0", "Upgrade": "", "Connection": "close"},
	},
	{
		law:    "H1 no headers, new default",
		conf:   "location / { proxy_pass http://app:3000; }",
		new:    true,
		kind:   hop.Refused,
		status: 400,
		got:    map[string]string{"proto": "1.1", "Upgrade": "", "Connection": ""},
	},
	{law: "H1 HTTP/1.0 with both headers", conf: strings.Replace(ws(""), "1.1", "1.0", 1), kind: hop.Depends, status: 101,
		got: map[string]string{"proto": "1.0", "Upgrade": "websocket"}},
	{
		law:    "H1 no Connection",
		conf:   "location / { proxy_pass http://app:3000; " + v11 + "proxy_set_header Upgrade $http_upgrade; }",
		kind:   hop.Refused,
		status: 400,
	},
	{
		law:  "H2 $http_connection in Firefox",
		conf: strings.Replace(ws(""), `"upgrade"`, "$http_connection", 1),
		p:    Probe{Browser: "firefox-115"},
		kind: hop.Open,
		got:  map[string]string{"Connection": "keep-alive, Upgrade"},
	},
	{
		law:  "H2 $http_upgrade as Connection",
		conf: strings.Replace(ws(""), `"upgrade"`, "$http_upgrade", 1),
		kind: hop.Refused,
	},
	{law: "H2 two Upgrade lines", conf: ws("proxy_set_header Upgrade websocket; "), kind: hop.Depends},
	{law: "H2 an empty double", conf: ws(`proxy_set_header Connection ""; `), kind: hop.Open},
	{
		law:  "H3 client without Upgrade",
		conf: strings.Replace(ws(""), "$http_upgrade", "websocket", 1),
		p:    Probe{Header: header("Upgrade"), Patience: sec},
		kind: hop.HangsForever,
	},
	{
		law: "H4 add_header",
		conf: "location / { proxy_pass http://app:3000; " + v11 +
			"add_header Upgrade $http_upgrade; add_header Connection upgrade; }",
		kind: hop.Refused,
	},
	{
		law:  "H5 map",
		conf: toMap + "server { listen 80; " + strings.Replace(ws(""), `"upgrade"`, "$conn", 1) + "}",
		kind: hop.Open,
	},
	{
		law:  "H5 map on Connection in Firefox",
		conf: `map $http_connection $c { upgrade upgrade; } server { ` + strings.Replace(ws(""), `"upgrade"`, "$c", 1) + "}",
		p:    Probe{Browser: "firefox-115"},
		kind: hop.Refused,
		got:  map[string]string{"Connection": ""},
	},
	{
		law:  "H5 map on Connection in Chrome",
		conf: `map $http_connection $c { upgrade upgrade; } server { ` + strings.Replace(ws(""), `"upgrade"`, "$c", 1) + "}",
		kind: hop.Open,
	},

	// I: inheritance.
	{
		law:  "I1 discarded by another header",
		conf: "server { " + upgrade + "location /ws { proxy_pass http://app:3000; proxy_set_header X-Foo 1; } }",
		kind: hop.Refused,
		got:  map[string]string{"Upgrade": "", "proto": "1.1"},
	},
	{law: "I1 inherited", conf: "server { location /ws { proxy_pass http://app:3000; } " + upgrade + "}", kind: hop.Open},
	{
		law:    "I1 nested location has no proxy_pass",
		conf:   "location / { proxy_pass http://app:3000; " + upgrade + "location /ws { } }",
		kind:   hop.AnsweredByProxy,
		status: 404,
	},

	// T: idle time.
	{law: "T1 silent", conf: ws(""), o: minute, kind: hop.Open, cut: sec},
	{law: "T1 silent, 2 s", conf: ws("proxy_read_timeout 120; "), o: minute, kind: hop.Open, cut: 2 * sec},
	{
		law: "T2 other timers",
		conf: ws(
			"proxy_read_timeout 2s; proxy_send_timeout 1s; send_timeout 1s; keepalive_timeout 1s; client_body_timeout 1s; ",
		),
		kind: hop.Open,
		cut:  2 * sec,
	},
	{
		law:  "T3 client pings",
		conf: ws("proxy_read_timeout 1s; "),
		p:    Probe{Client: Talk{Pings: 400 * time.Millisecond}, Server: Talk{NoPong: true}},
		kind: hop.Open,
		cut:  never,
	},
	{
		law:  "T3 server data",
		conf: ws("proxy_read_timeout 1s; "),
		p:    Probe{Server: Talk{Data: 400 * time.Millisecond}},
		kind: hop.Open,
		cut:  never,
	},
	{
		law:  "T4 pings too late",
		conf: ws("proxy_read_timeout 1500ms; "),
		p:    Probe{Server: Talk{Pings: 2 * sec}},
		kind: hop.Open,
		cut:  1500 * time.Millisecond,
	},
	{
		law:  "T4 lazy",
		conf: ws("proxy_read_timeout 300ms; "),
		p:    Probe{Server: Talk{Pings: 50 * time.Millisecond}},
		kind: hop.Open,
		cut:  300 * time.Millisecond,
	},
	{
		law:  "T5 server stalls",
		conf: ws("proxy_read_timeout 3s; proxy_send_timeout 1s; "),
		p:    Probe{Client: Talk{Flood: true}, Server: Talk{Stall: true}},
		kind: hop.Open,
		cut:  1300 * time.Millisecond,
	},
	{
		law:  "T5 client stalls",
		conf: ws("proxy_read_timeout 4s; send_timeout 1s; "),
		p:    Probe{Server: Talk{Flood: true}, Client: Talk{Stall: true}},
		kind: hop.Open,
		cut:  1300 * time.Millisecond,
	},
	{law: "T6 zero", conf: ws("proxy_read_timeout 0; "), kind: hop.AnsweredByProxy, status: 504},
	{
		law:    "T7 silent application",
		conf:   ws("proxy_read_timeout 1s; "),
		o:      Options{Apps: map[string]App{"app:3000": {Kind: Silent}}},
		kind:   hop.AnsweredByProxy,
		status: 504,
	},
	{
		law:  "T7 late 101",
		conf: ws("proxy_read_timeout 1s; "),
		o:    Options{Apps: map[string]App{"app:3000": {Delay: 600 * time.Millisecond}}},
		kind: hop.Open,
		cut:  sec,
	},

	// L: which location answers, and A: who is let in.
	{
		law:      "L1 slash redirect",
		conf:     strings.Replace(ws(""), "/ws", "/ws/", 1),
		p:        Probe{URL: "ws://chat.test/ws?a=1"},
		kind:     hop.AnsweredByProxy,
		status:   301,
		location: "/ws/?a=1",
	},
	{
		law:  "L1 URI replaced",
		conf: strings.Replace(ws(""), ":3000", ":3000/", 1),
		p:    Probe{URL: "ws://chat.test/ws/chat"},
		kind: hop.Open,
		got:  map[string]string{"target": "//chat"},
	},
	{
		law:      "L1 server return",
		conf:     "server { listen 80; return 301 https://$host$request_uri; } server { listen 443 ssl; " + ws("") + "}",
		kind:     hop.AnsweredByProxy,
		status:   301,
		location: "https://chat.test/ws",
	},
	{
		law:  "L1 server by name",
		conf: "server { server_name a.test; return 404; } server { server_name chat.test; " + ws("") + "}",
		kind: hop.Open,
	},
	{
		law:    "A1 auth_basic",
		conf:   ws("auth_basic x; auth_basic_user_file /etc/nginx/users; "),
		kind:   hop.AnsweredByProxy,
		status: 401,
	},
	{
		law:  "A1 auth_basic with a password",
		conf: ws("auth_basic x; auth_basic_user_file /etc/nginx/users; "),
		kind: hop.Open,
		p:    Probe{Header: header("Authorization", "Basic dXNlcjpzZWNyZXQ=")},
	},
	{law: "A1 deny", conf: ws("deny all; "), kind: hop.AnsweredByProxy, status: 403},
	{
		law: "A1 auth_request answered 101",
		conf: "server { " + upgrade + "location /ws { auth_request /auth; proxy_pass http://app:3000; } location /auth { " +
			"proxy_pass http://auth:80; } }",
		kind: hop.ClosedByProxy,
	},
	{
		law: "A1 auth_request",
		conf: "server { " + upgrade + "location /ws { auth_request /auth; proxy_pass http://app:3000; } location /auth { " +
			"proxy_pass http://auth:80; } }",
		o:    Options{Apps: map[string]App{"auth:80": {Status: 204}}},
		kind: hop.Open,
		app:  "app:3000",
	},

	// R: the response, and Q: the request.
	{law: "R1 hidden Upgrade", conf: ws("proxy_hide_header Upgrade; "), kind: hop.Refused, status: 101},
	{
		law:  "R2 subprotocol",
		conf: ws(""),
		p:    Probe{Protocols: []string{"graphql-ws", "x"}},
		kind: hop.Open,
		got:  map[string]string{"Sec-WebSocket-Protocol": "graphql-ws, x"},
	},
	{
		law:    "R2 subprotocol lost",
		conf:   ws(`proxy_set_header Sec-WebSocket-Protocol ""; `),
		p:      Probe{Protocols: []string{"a"}},
		kind:   hop.Refused,
		status: 101,
	},
	{
		law:  "R2 subprotocol lost, Firefox",
		conf: ws(`proxy_set_header Sec-WebSocket-Protocol ""; `),
		p:    Probe{Protocols: []string{"a"}, Browser: "firefox"},
		kind: hop.Open,
	},
	{law: "R3 add_header always", conf: ws("add_header Upgrade websocket always; "), kind: hop.Refused, status: 101},
	{
		law:    "R4 big head",
		conf:   ws("proxy_buffer_size 1k; "),
		o:      Options{Apps: map[string]App{"app:3000": {Header: []string{"Set-Cookie: a=" + strings.Repeat("x", 2000)}}}},
		kind:   hop.AnsweredByProxy,
		status: 502,
	},
	{law: "Q1 key cleared", conf: ws(`proxy_set_header Sec-WebSocket-Key ""; `), kind: hop.Refused, status: 400},
	{
		law:    "Q1 other key",
		conf:   ws(`proxy_set_header Sec-WebSocket-Key "AAAAAAAAAAAAAAAAAAAAAA=="; `),
		kind:   hop.Refused,
		status: 101,
	},
	{law: "Q1 POST", conf: ws("proxy_method POST; "), kind: hop.Refused, status: 400},

	// P: the upstream, W: several hops, S: stream.
	{
		law:  "P1 next peer",
		conf: "upstream u { server a:1; server b:2; } server { location / { proxy_pass http://u; " + upgrade + "} }",
		o: Options{
			Apps: map[string]App{"a:1": {Kind: Dead}},
		},
		kind: hop.Open,
		app:  "b:2",
		got:  map[string]string{"Host": "u"},
	},
	{
		law:    "P1 dead",
		conf:   ws(""),
		o:      Options{Apps: map[string]App{"app:3000": {Kind: Dead}}},
		kind:   hop.AnsweredByProxy,
		status: 502,
	},
	{
		law:    "P1 variable name without resolver",
		conf:   "server { set $b app:3000; location / { proxy_pass http://$b; " + upgrade + "} }",
		kind:   hop.AnsweredByProxy,
		status: 502,
	},
	{
		law:  "P1 variable name with resolver",
		conf: "server { resolver 10.0.0.2; set $b app:3000; location / { proxy_pass http://$b; " + upgrade + "} }",
		kind: hop.Open,
		app:  "app:3000",
	},
	{
		law:  "P2 uwsgi",
		conf: "location / { uwsgi_pass app:3000; include uwsgi_params; uwsgi_read_timeout 1s; }",
		kind: hop.Open,
		cut:  sec,
	},
	{
		law:  "P2 scgi",
		conf: "location / { scgi_pass app:3000; include scgi_params; }",
		o:    minute,
		kind: hop.Open,
		cut:  sec,
	},
	{
		law:  "P3 https upstream",
		conf: "location / { proxy_pass https://app; proxy_ssl_name app.test; proxy_ssl_server_name on; " + upgrade + "}",
		kind: hop.Open,
		app:  "app:443",
		got:  map[string]string{"SNI": "app.test"},
	},
	{
		law:  "P3 a name without SNI",
		conf: "location / { proxy_pass https://app; proxy_ssl_name app.test; " + upgrade + "}",
		kind: hop.Open,
		app:  "app:443",
		got:  map[string]string{"SNI": ""},
	},
	{
		law:    "P3 https to a plain port",
		conf:   "location / { proxy_pass https://app; " + upgrade + "}",
		o:      Options{Apps: map[string]App{"app:443": {PlainOnly: true}}},
		kind:   hop.AnsweredByProxy,
		status: 502,
	},
	{
		law:    "P3 TLS 1.3 only",
		conf:   "location / { proxy_pass https://app; " + upgrade + "}",
		o:      Options{Apps: map[string]App{"app:443": {TLS: &tls.Config{MinVersion: tls.VersionTLS13}}}},
		old:    true,
		kind:   hop.AnsweredByProxy,
		status: 502,
	},
	{
		law: "W1 two hops",
		conf: "server { listen 80; location / { proxy_pass http://127.0.0.1:8080; " + upgrade +
			"proxy_read_timeout 60s; } } server { listen 8080; " + ws(
			"proxy_read_timeout 1h; ",
		) + "}",
		o:    minute,
		kind: hop.Open,
		cut:  sec,
	},
	{
		law: "W1 the second hop drops the headers",
		conf: "server { listen 80; location / { proxy_pass http://localhost:8080; " + upgrade +
			"} } server { listen 8080; location / { proxy_pass http://app:1; } }",
		kind: hop.Refused,
	},
	{
		law: "W1 unix sockets",
		conf: "server { listen 80; location / { proxy_pass http://unix:/run/a.sock; " + upgrade +
			"} } server { listen unix:/run/a.sock; location / { proxy_pass http://unix:/run/b.sock:/app; " + upgrade + "} }",
		kind: hop.Open,
		app:  "unix:/run/b.sock",
		got:  map[string]string{"target": "/appws", "Host": "localhost"},
	},
	{
		law:  "S1 stream",
		conf: "stream { server { listen 80; proxy_pass app:3000; proxy_timeout 1s; } }",
		kind: hop.Open,
		cut:  sec,
	},
	{
		law:  "S1 zero",
		conf: "stream { server { listen 80; proxy_pass app:3000; proxy_timeout 0; } }",
		kind: hop.ClosedByProxy,
	},
	{
		law:    "S1 PROXY line to an application",
		conf:   "stream { server { listen 80; proxy_pass app:3000; proxy_protocol on; } }",
		kind:   hop.Refused,
		status: 400,
	},

	// G: reload, X: TLS and the PROXY protocol.
	{
		law:  "G1 reload",
		conf: "worker_shutdown_timeout 1s; events {} http { server { " + ws("") + "} }",
		o:    Options{Master: true},
		p:    Probe{Reload: true, Client: Talk{Pings: 200 * time.Millisecond}},
		kind: hop.Open,
		cut:  1100 * time.Millisecond,
	},
	{
		law:  "G1 reload without a limit",
		conf: "events {} http { server { " + ws("") + "} }",
		o:    Options{Master: true},
		p:    Probe{Reload: true, Watch: 2 * sec},
		kind: hop.Open,
		cut:  never,
	},
	{
		law: "X1 wss",
		conf: "server { listen 443 ssl http2; listen [::]:443 ssl http2; ssl_certificate /etc/ssl/a.pem; " +
			"ssl_certificate_key /etc/ssl/a.key; " + ws(
			"",
		) + "}",
		p:    Probe{URL: "wss://chat.test/ws"},
		kind: hop.Open,
		got:  map[string]string{"Origin": "https://chat.test"},
	},
	{
		law:    "X1 ws to a TLS port",
		conf:   "server { listen 443 ssl; " + ws("") + "}",
		p:      Probe{URL: "ws://chat.test:443/ws"},
		kind:   hop.AnsweredByProxy,
		status: 400,
	},
	{
		law:  "X1 wss to a plain port",
		conf: "server { listen 80; " + ws("") + "}",
		p:    Probe{URL: "wss://chat.test:80/ws"},
		kind: hop.ClosedByProxy,
	},
	{
		law:  "X1 PROXY line",
		conf: "server { listen 80 proxy_protocol; " + ws("proxy_set_header X-Real-IP $proxy_protocol_addr; ") + "}",
		p:    Probe{PROXY: true},
		kind: hop.Open,
		got:  map[string]string{"X-Real-IP": "127.0.0.1"},
	},
	{law: "X1 PROXY line missing", conf: "server { listen 80 proxy_protocol; " + ws("") + "}", kind: hop.ClosedByProxy},
	{
		law:    "X1 PROXY line unexpected",
		conf:   "server { listen 80; " + ws("") + "}",
		p:      Probe{PROXY: true},
		kind:   hop.AnsweredByProxy,
		status: 400,
	},
}
