package haproxy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy"
)

// serveOne serves a handshake for /socket.io/ on port 80 of a configuration in mode http.
func serveOne(text string, edit func(*hop.Request)) hop.Hop { return *serveAll(text, edit)[0].Hop }

// serveAll is serveOne in all cases.
func serveAll(text string, edit func(*hop.Request)) []hop.Case {
	c := haproxy.Parse(
		&parsers.File{Name: "haproxy.cfg", Src: []byte("defaults\n  mode http\n" + text), Editable: true},
		haproxy.Options{},
	)
	line := func(v string) []hop.Setting[string] { return []hop.Setting[string]{hop.Written("", v, hop.Pos{})} }
	q := hop.Request{
		Method: "GET", Host: "a.example", Target: "/socket.io/?t=1", Addr: "127.0.0.1:80",
		Proto: hop.Written("", "1.1", hop.Pos{}),
		Header: map[string][]hop.Setting[string]{
			"Host": line(
				"a.example",
			), "Upgrade": line("websocket"), "Connection": line("Upgrade"),
			"Sec-Websocket-Key": line("dGhlIHNhbXBsZSBub25jZQ=="),
		},
	}
	if edit != nil {
		edit(&q)
	}
	return c.Serve(q)
}

// TestCauses holds what HAProxy's own answers are put down to.
func TestCauses(t *testing.T) {
	overTLS := func(q *hop.Request) { q.TLS = true }
	withPROXY := func(q *hop.Request) { q.ProxyProtocol = true }
	const server = "  server s 10.0.0.1:80\n"
	for _, c := range []struct {
		text  string
		edit  func(*hop.Request)
		cause hop.Cause
		line  int // of the place
	}{
		{"listen l\n  bind *:80\n  http-request deny\n" + server, nil, hop.DeniesHandshakes, 5},
		{"listen l\n  bind *:80\n  http-request deny deny_status 401\n" + server, nil, hop.Credentials, 5},
		{"listen l\n  bind *:80\n  http-request reject\n" + server, nil, hop.DeniesHandshakes, 5},
		{"listen l\n  bind *:80\n  http-request silent-drop\n" + server, nil, hop.DeniesHandshakes, 5},
		{"listen l\n  bind *:80\n  tcp-request connection reject\n" + server, nil, hop.DeniesHandshakes, 5},
		{"listen l\n  bind *:80\n  http-request auth unless { http_auth(u) }\n" + server, nil, hop.Credentials, 5},
		{"listen l\n  bind *:80\n  http-request return status 200\n" + server, nil, hop.FromReturn, 5},
		{"listen l\n  bind *:80\n  monitor-uri /socket.io/?t=1\n" + server, nil, hop.FromReturn, 5},
		{"listen l\n  bind *:80\n  redirect location /x\n" + server, nil, hop.FromReturn, 5},
		{"listen l\n  bind *:80 accept-proxy\n" + server, nil, hop.PROXYHeader, 4},
		{"listen l\n  bind *:80\n" + server, withPROXY, hop.PROXYHeader, 4},
		{"listen l\n  bind *:80\n  tcp-request connection expect-proxy layer4\n" + server, nil, hop.PROXYHeader, 5},
		{"listen l\n  bind *:80 ssl crt x\n" + server, nil, hop.WrongScheme, 4},
		{"listen l\n  bind *:80\n" + server, overTLS, hop.WrongScheme, 4},
		{"frontend f\n  bind *:80\n", nil, hop.NoServer, 3},
		{"frontend f\n  bind *:80\n  default_backend b\nbackend b\n", nil, hop.NoServer, 6},
		{"frontend f\n  bind *:80\n  default_backend b\nbackend b\n  disabled\n" + server, nil, hop.NoServer, 7},
		{"listen l\n  bind *:80\n  server s 10.0.0.1:80 disabled\n", nil, hop.NoServer, 3},
		// Both ways lead to a refusal, for different reasons.
		{"listen l\n  bind *:80\n  http-request deny if { rand(2) 1 }\n  http-request return status 403\n" + server, nil,
			hop.Denied, 5},
		{"listen l\n  bind *:80\n  http-request deny if { rand(2) 1 }\n  http-request return status 403\n" + server, nil,
			hop.FromReturn, 6},
	} {
		cases := serveAll(c.text, c.edit)
		if !slices.ContainsFunc(cases, func(k hop.Case) bool {
			a, known := k.Hop.Answer.Get()
			return known && a.Kind != hop.PassedOn && a.Cause == c.cause && k.Hop.Answer.Pos.Line == c.line
		}) {
			t.Errorf("%s\n%+v, want cause %d at line %d", c.text, cases, c.cause, c.line)
		}
	}
}

// TestUpstream holds what makes the requests of one client go to the same server.
func TestUpstream(t *testing.T) {
	const plain = "server a 10.0.0.1:80\nserver b 10.0.0.2:80\n"
	const named = "server a 10.0.0.1:80 cookie a\nserver b 10.0.0.2:80 cookie b\n"
	for _, c := range []struct{ text, want string }{
		{plain, "2"},
		{"balance leastconn\n" + plain, "2"},
		{"balance source\n" + plain, "2 balance source"},
		{"balance hdr(Host)\n" + plain, "2 balance hdr(Host)"},
		{"balance hdr(X-Real-IP)\n" + plain, "2"}, // nobody sends it
		{"option forwardfor\nbalance hdr(X-Forwarded-For)\n" + plain, "2 balance hdr(X-Forwarded-For)"},
		{"balance uri\n" + plain, "2 balance uri"},
		{"balance uri whole\n" + plain, "2"},
		{"balance url_param sid\n" + plain, "2 open"},
		{"balance first\n" + plain, "2 balance first"},
		{"balance hash src\n" + plain, "2 balance hash src"},
		{"cookie S insert\n" + named, "2 cookie S"},
		{"cookie S insert\n" + plain, "2"},
		{"cookie S insert dynamic\n" + plain, "2 cookie S"},
		{"cookie S insert\n" + named + "server c 10.0.0.3:80\n", "3 open"},
		{"mode tcp\ncookie S insert\n" + named, "2"},
		{"stick on src\n" + plain, "2 stick on src"},
		{"stick on url_param(sid)\n" + plain, "2 open"},
		{"stick store-response res.cook(S)\n" + plain, "2"}, // nothing matches what is stored
		{"stick on req.cook(S)\nstick store-response res.cook(S)\n" + plain, "2 open"},
		{plain + "server c 10.0.0.3:80 backup\nserver d 10.0.0.4:80 disabled\nserver e 10.0.0.5:80 weight 0\n", "2"},
		{"server-template a 3 app:80\n", "1 open"},
		{"use-server a if { path_beg /socket.io/ }\n" + plain, "none"},
		{"use-server a if { rand(2) 1 }\n" + plain, "2, or none"},
	} {
		var list []string
		for _, k := range serveAll("listen l\nbind *:80\n"+c.text, nil) {
			s := "none"
			if u := k.Hop.Upstream; u != nil {
				s = fmt.Sprint(len(u.Peers))
				if u.Open {
					s += " open"
				}
				if u.Sticky != "" {
					s += " " + u.Sticky
				}
			}
			list = append(list, s)
		}
		if got := strings.Join(list, ", or "); got != c.want {
			t.Errorf("%s\n%s, want %s", c.text, got, c.want)
		}
	}
}

// TestLimits holds how many tunnels there is room for at each level.
func TestLimits(t *testing.T) {
	const l = "listen l\nbind *:80\n"
	for _, c := range []struct{ text, want string }{
		{l + "server a 10.0.0.1:80\n", ""},
		{"global\nmaxconn 9\nmaxconn 8\n" + l + "server a 10.0.0.1:80\n", "maxconn of global 9 waits"},
		{l + "maxconn 7\nserver a 10.0.0.1:80\n", "maxconn of listen l 7 waits"},
		{"listen l\nbind *:80 maxconn 6\nserver a 10.0.0.1:80\n", "maxconn of bind *:80 6 waits"},
		{l + "server a 10.0.0.1:80 maxconn 5\n", "maxconn of server a 5"},
		{l + "server a 10.0.0.1:80 maxconn 5\nserver b 10.0.0.2:80 maxconn 4\n", "maxconn of the 2 servers of listen l 9"},
		{l + "server a 10.0.0.1:80 maxconn 5\nserver b 10.0.0.2:80\n", ""},
		{l + "maxconn 0\nserver a 10.0.0.1:80 maxconn 0\n", ""},
		{l + "use-server a if TRUE\nserver a 10.0.0.1:80 maxconn 5\nserver b 10.0.0.2:80 maxconn 4\n",
			"maxconn of server a 5"},
		// A server that may be chosen limits what it gets, and not what the others do.
		{l + "use-server a if { rand(2) 1 }\nserver a 10.0.0.1:80 maxconn 5\nserver b 10.0.0.2:80 maxconn 4\n",
			"maxconn of the 2 servers of listen l 9, or maxconn of server a 5"},
	} {
		var cases []string
		for _, k := range serveAll(c.text, nil) {
			var got []string
			for _, limit := range k.Hop.Limits {
				n, _ := limit.Get()
				s := fmt.Sprint(limit.Name, " ", n)
				if limit.Waits {
					s += " waits"
				}
				got = append(got, s)
			}
			cases = append(cases, strings.Join(got, ", "))
		}
		if s := strings.Join(cases, ", or "); s != c.want {
			t.Errorf("%s\n%q, want %q", c.text, s, c.want)
		}
	}
}

// TestRaiseServers holds that a raised limit is shared out and lowers nothing.
func TestRaiseServers(t *testing.T) {
	h := serveOne("listen l\nbind *:80\nserver a 10.0.0.1:80 maxconn 5\nserver b 10.0.0.2:80 maxconn 80\n", nil)
	edits := h.Limits[0].Set("101")
	if len(edits) != 1 || edits[0].New != "51" {
		t.Errorf("%+v", edits)
	}
}

// TestKeeps holds which timeout closes the idle connection of a client. Measured on 2.6.12.
func TestKeeps(t *testing.T) {
	const tail = "listen l\n  bind *:80\n  server s 10.0.0.1:80\n"
	for timeouts, want := range map[string]string{
		"  timeout client 2s\n":                                                           "timeout client 2s",
		"  timeout client 6s\n  timeout http-request 2s\n":                                "timeout http-request 2s",
		"  timeout client 6s\n  timeout http-request 1s\n  timeout http-keep-alive 3s\n":  "timeout http-keep-alive 3s",
		"  timeout client 2s\n  timeout http-keep-alive 5s\n":                             "timeout client 2s",
		"  timeout client 4s\n  timeout http-request 2s\n  timeout http-keep-alive 0\n":   "timeout http-request 2s",
		"  timeout client 6s\n  timeout http-keep-alive 2s\n  option http-server-close\n": "timeout http-keep-alive 2s",
		"  timeout client 6s\n  timeout http-keep-alive 2s\n  option httpclose\n":         "",
		"  timeout client 6s\n  timeout http-keep-alive \"$WAIT\"\n":                      "",
		"": "",
	} {
		s := serveOne(timeouts+tail, nil).ClientKeepAlive
		got := ""
		if d, known := s.Get(); known {
			got = fmt.Sprintf("%s %v", s.Name, d)
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", timeouts, got, want)
		}
	}
	if s := serveOne("listen l\n  mode tcp\n  timeout client 6s\n  bind *:80\n  server s 10.0.0.1:80\n", nil).
		ClientKeepAlive; s.Name != "" {
		t.Errorf("in mode tcp: %+v", s)
	}
}
