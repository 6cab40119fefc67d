package nginx

import (
	"fmt"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// answers serves a handshake for a path as status and place, "?" where that is not known.
func answers(c *Config, path string, tls bool) string {
	q := handshake(path)
	q.TLS = tls
	h := c.Serve(q)[0].Hop
	a, known := h.Answer.Get()
	if !known {
		return "?"
	}
	return fmt.Sprintf("%d %s", a.Status, a.Location)
}

// TestSeveralNames: a location of Angie's with several names answers as one of each name does.
func TestSeveralNames(t *testing.T) {
	text := func(locations string) string {
		return "events { } http { acme c; server { listen 80; " + locations + " location / { return 402; } } }"
	}
	const body = " { return 401; }"
	together := compileText(t, text("location /a/ =/b ~c$ ~*D ^~/e"+body))
	apart := compileText(t, text("location /a/"+body+" location =/b"+body+" location ~c$"+body+" location ~*D"+body+
		" location ^~/e"+body))
	for _, path := range []string{"/a", "/a/", "/a/x", "/b", "/b/", "/c", "/C", "/d", "/D", "/e", "/ec", "/x"} {
		if got, want := answers(together, path, false), answers(apart, path, false); got != want {
			t.Errorf("%s: %s, with a location each: %s", path, got, want)
		}
	}
}

// TestAutoRedirect: Angie's auto_redirect decides whether the name without its slash is redirected.
func TestAutoRedirect(t *testing.T) {
	const pass, fixed = "proxy_pass http://127.0.0.1:9;", "return 401;"
	for _, c := range []struct{ server, in, want string }{
		{"", pass, "301 /ws/"},
		{"", fixed, "402 "},
		{"auto_redirect on;", fixed, "301 /ws/"},
		{"auto_redirect off;", pass, "402 "},
		{"auto_redirect off;", "auto_redirect default; " + pass, "301 /ws/"},
		{"auto_redirect off;", "auto_redirect on; " + pass, "301 /ws/"},
	} {
		s := compileText(t, "events { } http { server { listen 80; "+c.server+" location /ws/ { "+c.in+
			" } location / { return 402; } } }")
		if got := answers(s, "/ws", false); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.server, c.in, got, c.want)
		}
	}
}

// TestPlainToo: Tengine's https_allow_http takes both kinds on one port.
func TestPlainToo(t *testing.T) {
	s := compileText(t, "events { } http { server { listen 80 ssl https_allow_http; ssl_certificate a; "+
		"ssl_certificate_key a; location / { return 402; } } }")
	for _, tls := range []bool{true, false} {
		if got := answers(s, "/ws", tls); got != "402 " {
			t.Errorf("TLS %t: %s", tls, got)
		}
	}
}

// TestDefaultsOfFlavours: what is declared counts by the nginx that it is built on.
func TestDefaultsOfFlavours(t *testing.T) {
	for version, want := range map[string]string{
		"angie/1.10": "1.0", "angie/1.12": "1.1", "tengine/3.1": "1.0", "tengine/3.2.0": "1.1", "R36": "1.0", "R37": "1.1",
		"openresty/1.27.1.2": "1.0", "openresty/1.31.1.1": "1.1", "freenginx/1.29.8": "1.0",
	} {
		v, err := ParseVersion(version)
		if err != nil {
			t.Fatal(err)
		}
		c := compileText(t, "events { } http { server { listen 80; location / { proxy_pass http://127.0.0.1:9; } } }")
		h := Compile(c.tree, v).Serve(handshake("/ws"))[0].Hop
		if !hop.Is(h.Next.Proto, want) || h.Assumes != "" {
			t.Errorf("%s: HTTP/%v, %q", version, h.Next.Proto, h.Assumes)
		}
	}
}

// TestProtocolsOfNames: of the servers on one socket, the ssl_protocols of the default one count for all names up to
// nginx 1.30.6, and those of the named one in what is made of 1.31. Measured: Angie 1.13.0, Tengine 3.2.0.
func TestProtocolsOfNames(t *testing.T) {
	const text = "events { } http { server { listen 443 ssl default_server; ssl_protocols TLSv1; ssl_certificate a; " +
		"ssl_certificate_key a; } server { listen 443 ssl; server_name a.test; ssl_certificate a; " +
		"ssl_certificate_key a; location / { return 402; } } }"
	for _, c := range []struct{ version, want string }{
		{"1.30.6", "0 "}, {"1.31.4", "?"}, {"angie/1.10", "0 "}, {"angie/1.13.0", "402 "}, {"tengine/3.2.0", "402 "},
	} {
		v, err := conf.ParseVersion(c.version)
		if err != nil {
			t.Fatal(err)
		}
		q := handshake("/ws")
		q.TLS, q.Addr = true, "127.0.0.1:443"
		a, known := Compile(compileText(t, text).tree, v).Serve(q)[0].Hop.Answer.Get()
		got := fmt.Sprintf("%d %s", a.Status, a.Location)
		if !known {
			got = "?"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.version, got, c.want)
		}
	}
}
