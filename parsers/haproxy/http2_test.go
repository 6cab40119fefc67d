package haproxy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy"
)

// TestOverHTTP2: what rules make of a handshake that a browser sends over HTTP/2, by version and by what the bind line
// announces. It is asked for where a rule looks at the key or the version, and of browsers alone.
func TestOverHTTP2(t *testing.T) {
	const key, version = "{ hdr(Sec-WebSocket-Key) -m found }", "{ req.ver 1.1 }"
	for _, c := range []struct {
		name, bind, global, acl, version, sender string
		want                                     string // the conditions of the cases, and the server of each
	}{
		{"not before 3.0", "", "", key, "2.6", "", "chat"},
		{"from 3.0 on", "", "", key, "3.0", "", "HTTP/1.1: chat; HTTP/2: pages"},
		{"the version", "", "", version, "3.2", "", "HTTP/1.1: chat; HTTP/2: pages"},
		{"announced", "alpn h2,http/1.1", "", key, "2.6", "", "HTTP/1.1: chat; HTTP/2: pages"},
		{"not announced", "alpn http/1.1", "", key, "3.4", "", "chat"},
		{"nothing announced", "no-alpn", "", key, "3.4", "", "chat"},
		{"switched off", "", "h2-workaround-bogus-websocket-clients", key, "3.4", "", "chat"},
		{"another header", "", "", "{ hdr(Upgrade) -i websocket }", "3.4", "", "chat"},
		{"a proxy in front", "", "", key, "3.4", "cdn", "chat"},
		{"no version", "", "", key, "", "",
			"HAProxy is older than 3.0: chat; HAProxy is 3.0 or later, HTTP/1.1: chat; HAProxy is 3.0 or later, HTTP/2: pages"},
	} {
		src := "global\n  " + c.global + "\ndefaults\n  mode http\nfrontend f\n  bind :443 ssl crt a.pem " + c.bind +
			"\n  use_backend chat if " + c.acl + "\n  default_backend pages\n" +
			"backend chat\n  server chat 10.0.0.1:80\nbackend pages\n  server pages 10.0.0.2:80\n"
		o := haproxy.Options{}
		if c.version != "" {
			v, err := haproxy.ParseVersion(c.version)
			if err != nil {
				t.Fatal(err)
			}
			o.Version = v
		}
		config := haproxy.Parse(&parsers.File{Name: "haproxy.cfg", Src: []byte(src)}, o)
		q := hop.Request{
			Method: "GET", Host: "a.example", Target: "/ws", TLS: true, Addr: "10.9.9.9:443", Sender: c.sender,
			Proto: hop.Written("the browser's HTTP version", "1.1", hop.Pos{}), Header: map[string][]hop.Setting[string]{},
		}
		for name, value := range map[string]string{"Host": "a.example", "Upgrade": "websocket", "Connection": "Upgrade",
			"Sec-Websocket-Key": "x", "Sec-Websocket-Version": "13"} {
			q.Header[name] = []hop.Setting[string]{hop.Written(name, value, hop.Pos{})}
		}
		var got []string
		for _, k := range config.Serve(q) {
			var when []string
			for _, w := range k.When {
				when = append(when, strings.TrimPrefix(w.Text, "the browser sends the handshake over "))
			}
			server := strings.TrimPrefix(k.Hop.Answer.Name, "server ")
			if len(when) > 0 {
				server = strings.Join(when, ", ") + ": " + server
			}
			got = append(got, server)
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, s, c.want)
		}
	}
}

// TestElsewhere: of a handshake over HTTP/2 it is told where it goes over HTTP/1.1, and at which line they part, unless
// the same servers take both.
func TestElsewhere(t *testing.T) {
	for _, c := range []struct{ lines, pages, want string }{
		{"use_backend chat if { hdr(Sec-WebSocket-Key) -m found }\n  default_backend pages", "10.0.0.2:80", "backend chat 5"},
		{"use_backend pages if { req.ver 2.0 }\n  default_backend chat", "10.0.0.2:80", "backend chat 5"},
		{"use_backend chat if { hdr(Sec-WebSocket-Key) -m found }\n  default_backend pages", "10.0.0.1:80", " 0"},
		{"use_backend chat if { hdr(Upgrade) -m found }\n  default_backend pages", "10.0.0.2:80", " 0"},
	} {
		src := "defaults\n  mode http\nfrontend f\n  bind :443 ssl crt a.pem alpn h2\n  " + c.lines +
			"\nbackend chat\n  server chat 10.0.0.1:80\nbackend pages\n  server pages " + c.pages + "\n"
		config := haproxy.Parse(&parsers.File{Name: "haproxy.cfg", Src: []byte(src)}, haproxy.Options{})
		q := hop.Request{
			Method: "GET", Host: "a.example", Target: "/ws", TLS: true, Addr: "10.9.9.9:443",
			Proto: hop.Written("the browser's HTTP version", "1.1", hop.Pos{}), Header: map[string][]hop.Setting[string]{
				"Sec-Websocket-Key": {hop.Written("Sec-WebSocket-Key", "x", hop.Pos{})},
				"Upgrade":           {hop.Written("Upgrade", "websocket", hop.Pos{})},
			},
		}
		got := " 0"
		for _, k := range config.Serve(q) {
			if to, _ := k.Hop.OverHTTP1.Get(); to != "" {
				got = fmt.Sprintf("%s %d", to, k.Hop.OverHTTP1.Pos.Line)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.lines, got, c.want)
		}
	}
}
