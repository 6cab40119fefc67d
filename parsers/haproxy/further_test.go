package haproxy_test

import (
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// TestFurtherWays: of the ways to one backend, each on which handshakes fare otherwise than on those before is an
// endpoint of its own, and no other.
func TestFurtherWays(t *testing.T) {
	const (
		plain  = "frontend plain\n bind :80\n use_backend ws if { hdr(upgrade) -i websocket }\n"
		secure = "frontend secure\n bind :443 ssl crt x\n use_backend ws if { hdr(upgrade) -i websocket }\n"
		both   = "ws://localhost/ wss://localhost/"
	)
	for name, c := range map[string]struct{ text, want string }{
		"alike":             {plain + secure, "ws://localhost/"},
		"a timeout":         {plain + secure + " timeout client 3s\n", both},
		"a timeout before":  {strings.Replace(plain, " bind", " timeout client 3s\n bind", 1) + secure, both},
		"a header":          {plain + secure + " http-request set-header Connection close\n", both},
		"the 101":           {plain + secure + " http-response del-header Upgrade\n", both},
		"a header of pages": {plain + secure + " http-request set-header X-Forwarded-Proto https\n", "ws://localhost/"},
		"all are denied":    {plain + secure + " http-request deny\n", "ws://localhost/"},
		"a host": {
			"frontend f\n bind :80\n http-request set-header Connection close if { hdr(host) b.example }\n" +
				" use_backend ws if { hdr(host) a.example }\n use_backend ws if { hdr(host) b.example }\n" +
				" use_backend ws if { hdr(host) c.example }\n",
			"ws://a.example/ ws://b.example/",
		},
		"an alternative": {
			"frontend f\n bind :80\n http-request del-header Upgrade if { path_beg /socket }\n" +
				" use_backend ws if { path_beg /ws } or { path_beg /socket }\n",
			"ws://localhost/ws ws://localhost/socket",
		},
		"a listener": {
			"frontend f\n bind :80\n bind :443 ssl crt x\n http-request del-header Upgrade unless { ssl_fc }\n" +
				" use_backend ws if { path_beg /ws }\n",
			"wss://localhost/ws ws://localhost/ws",
		},
		"one that shows nothing": {
			strings.ReplaceAll(plain, " ws ", " app ") + "frontend g\n bind :81\n timeout client 3s\n default_backend app\n",
			"ws://localhost/",
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := parse("defaults\n mode http\n timeout client 1h\n timeout server 1h\n" + c.text +
				"backend ws\n server a 10.0.0.1:80\nbackend app\n server a 10.0.0.1:80\n")
			var got []string
			for _, e := range config.Endpoints() {
				got = append(got, e.Name)
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("endpoints %s, want %s", s, c.want)
			}
		})
	}
}

// TestNamesOnLoopback: a name leads to a listener of loopback only where no other one has the port.
func TestNamesOnLoopback(t *testing.T) {
	const public, inner = "frontend a\n bind 0.0.0.0:443\n default_backend b\n",
		"frontend i\n bind 127.4.4.3:443 accept-proxy ssl crt x\n default_backend c\n"
	for text, want := range map[string]string{public + inner: "haproxy backend b", inner + public: "haproxy backend b",
		inner: "haproxy backend c"} {
		config := parse("defaults\n timeout client 1h\n timeout server 1h\n" + text +
			"backend b\n server b 127.4.4.3:443 send-proxy\nbackend c\n server c 10.0.0.1:80\n")
		q := hop.Request{Method: "GET", Host: "a.example", Target: "/", TLS: true, Addr: "a.example:443",
			ProxyProtocol: text == inner}
		if got := config.Serve(q)[0].Hop.Name; got != want {
			t.Errorf("%s leads to %s, want %s", text, got, want)
		}
	}
}

// TestServerWithoutPort: it is reached on the port that the client came to, where that is known.
func TestServerWithoutPort(t *testing.T) {
	for lines, want := range map[string]string{
		" bind :443\n server s 127.4.4.3 send-proxy-v2\n":                                 "127.4.4.3:443",
		" bind :443\n server s app\n":                                                     "",
		" bind :443 accept-proxy\n server s 127.4.4.3\n":                                  "",
		" bind :443\n tcp-request connection set-dst-port int(80)\n server s 127.4.4.3\n": "",
	} {
		config := parse("defaults\n timeout client 1h\n timeout server 1h\nlisten l\n" + lines)
		q := hop.Request{Method: "GET", Host: "a", Target: "/", TLS: true, Addr: "a:443",
			ProxyProtocol: strings.Contains(lines, "accept-proxy")}
		if got := config.Serve(q)[0].Hop.Next.Addr; got != want {
			t.Errorf("%s leads to %q, want %q", lines, got, want)
		}
	}
}
